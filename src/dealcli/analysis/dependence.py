"""What depends on what in a deal, as far as names in the written texts tell: enough to say which readings a clause turns on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dealcli.analysis.written import texts_in

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PROSE = ("title", "text", "means", "sources", "against", "rejected", "assumed", "replaces", "restates", "exception_to")
_SECTIONS = ("terms", "facts", "measures", "clauses")


class Dependence:
    """The names that each definition mentions, looked up from clause, fact, measure or agreement to everything behind it."""

    def __init__(self, trees: Iterable[Mapping[str, Any]]) -> None:
        self.mentions: dict[str, set[str]] = {}
        self.full: dict[str, list[str]] = {}
        documents = [tree for tree in trees if "agreement" in tree or "vocabulary" in tree]
        for tree in documents:
            self._declare(tree)
        for tree in documents:
            self._replacements(str(tree.get("agreement") or ""), tree.get("replaces"))

    def _declare(self, tree: Mapping[str, Any]) -> None:
        owner = str(tree.get("agreement") or "")
        if owner:
            self._add(owner, owner, {f"{owner}.binding"})
            self._add("binding", f"{owner}.binding", set())
        for section in _SECTIONS:
            for name, written in (tree.get(section) or {}).items():
                mentioned = set(_names(written))
                if section == "clauses":
                    mentioned.add(f"{owner}.binding")
                self._add(name, f"{owner}.{name}" if owner else name, mentioned)
        for name, written in (tree.get("clauses") or {}).items():
            self._exceptions(f"{owner}.{name}", written)
            self._replacements(owner, (written or {}).get("replaces"))

    def _add(self, name: str, full: str, mentioned: set[str]) -> None:
        self.mentions.setdefault(full, set()).update(mentioned)
        for word in dict.fromkeys((name, full)):
            self.full.setdefault(word, []).append(full)

    def _exceptions(self, full: str, written: Mapping[str, Any]) -> None:
        """What is excused depends on what excuses."""
        targets = (written or {}).get("exception_to") or ()
        for target in [targets] if isinstance(targets, str) else targets:
            self.mentions.setdefault(f"excused:{target}", set()).add(full)

    def _replacements(self, owner: str, raw: Any) -> None:
        """What is replaced under a condition depends on that condition."""
        for row in raw if isinstance(raw, list) else [raw]:
            if isinstance(row, Mapping) and row.get("when"):
                clauses = row.get("clauses") or ()
                for name in [clauses] if isinstance(clauses, str) else clauses:
                    self.mentions.setdefault(f"excused:{name}", set()).update(_names(row["when"]))

    def reached_from(self, names: Iterable[str]) -> set[str]:
        """The full names of everything that the named things depend on, themselves included."""
        waiting = list(names)
        seen: set[str] = set()
        while waiting:
            for full in self.full.get(waiting.pop(), ()):
                if full not in seen:
                    seen.add(full)
                    waiting.extend(self.mentions[full])
                    for word in (full, full.rpartition(".")[2]):
                        waiting.extend(self.mentions.get(f"excused:{word}", ()))
        return seen


def _names(written: Any) -> Iterator[str]:
    for text in texts_in(written, _PROSE):
        yield from _NAME.findall(re.sub(r"'[^']*'", "", text))
