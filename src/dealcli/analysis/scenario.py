"""From a path to everything a scenario names: its own document, its agreements and vocabularies, its suite rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dealcli.diagnostics import Diagnostic, Place, Refused
from dealcli.engine.declare import Text
from dealcli.reading.files import named_in, read_path
from dealcli.reading.sound import remember
from dealcli.reading.sources import Document, SourceFile
from dealcli.slotted import dataclass, field

DEAL_KINDS = ("agreement", "vocabulary")
KINDS = ("vocabulary", "agreement", "scenario", "suite")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A timeline with what it needs to run. ``rows`` are the event rows as written, each with its place."""

    title: str
    path: str
    place: Place
    tree: Mapping[str, Any]
    deal: tuple[Text, ...]
    rows: tuple[tuple[Mapping[str, Any], Place], ...]
    expectations: tuple[tuple[Mapping[str, Any], Place], ...]
    sources: Mapping[str, SourceFile] = field(default_factory=dict)
    logs: Mapping[str, bytes] = field(default_factory=dict)
    """What is in its logs, by their paths, where it is run on a machine that has not these files."""


def kind_of(tree: Mapping[str, Any]) -> str:
    """The kind of a document: its first key."""
    first = next(iter(tree), "")
    return first if first in KINDS else ""


def load(path: str, sources: dict[str, SourceFile]) -> list[Scenario]:
    """The scenarios of a file: its ``scenario`` documents, and every scenario of its suites.

    Raises ``Refused`` with every problem of the file and of what it names. Files read are put into ``sources``.
    """
    documents, problems = _documents(path, sources)
    found: list[Scenario] = []
    own = [_text(d) for d in documents if kind_of(d.tree) in DEAL_KINDS]
    for document in documents:
        kind = kind_of(document.tree)
        if kind in ("scenario", "suite") and not problems:
            deal, more = _deal(document, own, sources)
            problems.extend(more)
            found.extend(scenarios_of(document, deal, sources))
    if problems:
        raise Refused(*problems)
    return found


def scenarios_of(document: Document, deal: tuple[Text, ...], sources: Mapping[str, SourceFile]) -> list[Scenario]:
    """The scenarios of a sound scenario or suite document, on a deal."""
    return [_scenario(document, deal, sources)] if "scenario" in document.tree else _suite(document, deal, sources)


def load_deal(path: str, sources: dict[str, SourceFile]) -> tuple[Text, ...]:
    """The agreements and vocabularies that a path gives: a folder passes over scenarios and suites; a scenario gives its own."""
    documents, problems = _documents(path, sources)
    if problems:
        raise Refused(*problems)
    deal = [_text(d) for d in documents if kind_of(d.tree) in DEAL_KINDS]
    if not deal:
        for document in documents:
            if kind_of(document.tree) in ("scenario", "suite"):
                named, problems = _deal(document, [], sources)
                deal.extend(t for t in named if t not in deal)
    if problems:
        raise Refused(*problems)
    return tuple(deal)


def _documents(path: str, sources: dict[str, SourceFile]) -> tuple[list[Document], list[Diagnostic]]:
    """The documents that a path stands for, and what is wrong with them; a file without fault is remembered."""
    from dealcli.model import validate

    files = read_path(path, sources)
    problems: list[Diagnostic] = []
    for file in files:
        if file.sound:
            continue
        found = [problem for d in file.documents for problem in validate(d.tree, d.source_path, d.index)]
        problems.extend(found)
        if not found:
            remember(sources, file)
    return [document for file in files for document in file.documents], problems


def _text(document: Document) -> Text:
    return Text(document.tree, Place(document.source_path, (), document.index))


def _deal(document: Document, own: list[Text], sources: dict[str, SourceFile]) -> tuple[tuple[Text, ...], list[Diagnostic]]:
    deal, problems = list(own), []
    place = Place(document.source_path, (), document.index)
    seen = {(text.place.path, text.place.document) for text in deal}
    for reference, here in references(document.tree, place.at("agreements")):
        try:
            found, wrong = _documents(named_in(document.source_path, reference), sources)
        except Refused as refused:
            problems.extend(seen_from(refused, here))
            continue
        problems.extend(wrong)
        for one in found:
            slot = (one.source_path, one.index)
            if kind_of(one.tree) in DEAL_KINDS and slot not in seen:
                seen.add(slot)
                deal.append(_text(one))
    if not problems and not any("agreement" in text.tree for text in deal):
        problems.append(Diagnostic("DC410", "no agreement is named", place.at("agreements"), expected="agreements: [file or folder]"))
    return tuple(deal), problems


def references(tree: Mapping[str, Any], place: Place) -> list[tuple[str, Place]]:
    """The paths that a scenario or suite names under ``agreements``, one or a list, each with where it is written."""
    raw = tree.get("agreements") or []
    return [(raw, place)] if isinstance(raw, str) else [(str(path), place.at(number)) for number, path in enumerate(raw)]


def seen_from(refused: Refused, place: Place) -> list[Diagnostic]:
    """A path that cannot be read is shown where it was written; problems inside a file are shown in that file."""
    found = []
    for one in refused.diagnostics:
        outside = not one.place.route and one.place.line is None
        found.append(Diagnostic(one.code, one.message, place, one.expected, one.hint) if outside else one)
    return found


def _rows(tree: Mapping[str, Any], place: Place, key: str) -> tuple[tuple[Mapping[str, Any], Place], ...]:
    return tuple((row, place.at(key, number)) for number, row in enumerate(tree.get(key) or ()))


def _scenario(document: Document, deal: tuple[Text, ...], sources: Mapping[str, SourceFile]) -> Scenario:
    place = Place(document.source_path, (), document.index)
    tree = document.tree
    return Scenario(str(tree["scenario"]), document.source_path, place, tree, deal, _rows(tree, place, "events"),
                    _rows(tree, place, "expect"), sources)  # fmt: skip


def _suite(document: Document, deal: tuple[Text, ...], sources: Mapping[str, SourceFile]) -> list[Scenario]:
    """Each scenario's events are merged into the shared ones by date, the shared rows first."""
    place = Place(document.source_path, (), document.index)
    suite = document.tree
    shared = _rows(suite, place, "events")
    found = []
    for number, tree in enumerate(suite.get("scenarios") or ()):
        here = place.at("scenarios", number)
        merged = dict(tree)
        for key in ("terms", "readings"):
            if suite.get(key) or tree.get(key):
                merged[key] = {**(suite.get(key) or {}), **(tree.get(key) or {})}
        found.append(Scenario(str(tree.get("name") or f"scenario {number + 1}"), document.source_path, here, merged, deal,
                              (*shared, *_rows(tree, here, "events")), _rows(tree, here, "expect"), sources))  # fmt: skip
    return found
