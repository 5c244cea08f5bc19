"""Definitions that nothing reads. A name counts as read wherever an expression or a name stands that could mean it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dealcli.analysis.checks.checked import finding, key_of, scalars
from dealcli.diagnostics import Diagnostic, Severity
from dealcli.engine.declare import Text

Texts = Sequence[Text]
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PROSE = frozenset(("title", "text", "means", "rejected", "assumed", "note", "url", "publisher", "published", "read", "standing"))
_CITED = frozenset(("sources", "against", "default_source"))
_SECTIONS: Mapping[str, tuple[str, str, Severity, str]] = {
    "events": ("DC601", "event", "warning", "no clause, fact or measure looks at it"),
    "terms": ("DC602", "term", "warning", "nothing reads it"),
    "facts": ("DC603", "fact", "info", "nothing reads it, and nothing is expected of it"),
    "measures": ("DC604", "measure", "info", "nothing reads it, and nothing is expected of it"),
}


def unused_definitions(texts: Texts) -> Iterator[Diagnostic]:
    """Events, terms, facts and measures that nothing reads; those with readings as a choice that changes nothing."""
    read = _names_read(texts)
    for text in _definitions(texts):
        for section, (code, word, severity, why) in _SECTIONS.items():
            for name, written in (text.tree.get(section) or {}).items():
                home = (text.place.path, text.place.document, section, name)
                if read.get(name, set()) - {home}:
                    continue
                place = key_of(text.place.at(section, name))
                if isinstance(written, Mapping) and written.get("readings"):
                    message = f"nothing reads '{name}': which of its readings is chosen changes nothing"
                    yield finding("DC607", "warning", message, place, "use it in a clause, or leave it out")
                else:
                    yield finding(code, severity, f"the {word} '{name}' is not used: {why}", place, "use it, or leave it out")


def unused_parties(texts: Texts) -> Iterator[Diagnostic]:
    """Parties that no clause, event or timeline names. The other one of two parties is named by being the other."""
    read = _names_read(texts, timelines=True)
    for text in _definitions(texts):
        parties = text.tree.get("parties") or {}
        if not isinstance(parties, Mapping):
            continue
        named = {name for name in parties if read.get(name, set()) - {_home(text, name)}}
        if len(parties) == 2 and named:
            continue
        for name in parties:
            if name not in named:
                message = f"the party '{name}' is not used: no clause, event or timeline names it"
                yield finding("DC605", "warning", message, key_of(text.place.at("parties", name)), "use it, or leave it out")


def unused_sources(texts: Texts) -> Iterator[Diagnostic]:
    """Sources that back nothing. The only source of a document backs what names none."""
    cited = {name for text in texts for name in _cited(text.tree)}
    for text in _definitions(texts):
        sources = text.tree.get("sources") or {}
        if len(sources) == 1 and "agreement" in text.tree:
            continue
        for name in sources:
            if name not in cited:
                message = f"the source '{name}' is not used: no definition rests on it"
                place = key_of(text.place.at("sources", name))
                yield finding("DC606", "warning", message, place, "name it in sources: or against:, or leave it out")


def _definitions(texts: Texts) -> Iterator[Text]:
    """Agreements and vocabularies; nothing where only vocabularies were read, whose readers are elsewhere."""
    found = [text for text in texts if "agreement" in text.tree or "vocabulary" in text.tree]
    return iter(found if any("agreement" in text.tree for text in found) else ())


def _home(text: Text, name: str) -> tuple[str, int, str, str]:
    return (text.place.path, text.place.document, "parties", name)


def _names_read(texts: Texts, *, timelines: bool = False) -> dict[str, set[tuple[str, int, str, str]]]:
    """Each name with the definitions that mention it: a document, a section and a name."""
    found: dict[str, set[tuple[str, int, str, str]]] = {}
    for text in texts:
        definitions = "agreement" in text.tree or "vocabulary" in text.tree
        for route, written in scalars(text.tree):
            counts = definitions or timelines or "expect" in route
            if not counts or _PROSE & set(route) or (_CITED & set(route)):
                continue
            home = (text.place.path, text.place.document, str(route[0]), str(route[1]) if len(route) > 1 else "")
            for name in _NAME.findall(re.sub(r"'[^']*'", "", written)):
                found.setdefault(name, set()).add(home)
    return found


def _cited(tree: Mapping[str, Any]) -> Iterator[str]:
    for route, written in scalars(tree):
        if _CITED & set(route[1:]) or route[:1] == ("default_source",):
            yield written


CHECKS = (unused_definitions, unused_parties, unused_sources)
