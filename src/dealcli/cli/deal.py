"""A deal made ready to be looked at: its program, and for each definition what was written and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from dealcli.analysis.scenario import load_deal
from dealcli.cli.paths import from_here
from dealcli.diagnostics import Place, Refused
from dealcli.engine.build import build
from dealcli.engine.program import STANDINGS, Program, Question
from dealcli.language.declarations import Declared
from dealcli.reading.sources import SourceFile, locate
from dealcli.slotted import dataclass


@dataclass(frozen=True, slots=True)
class DealFiles:
    """A program with the files that it was built from."""

    program: Program
    sources: Mapping[str, SourceFile]

    def written(self, thing: Declared) -> Mapping[str, Any]:
        """A definition as written, under its chosen reading."""
        source = self.sources.get(thing.place.path)
        raw = source.value_of(thing.place.route, thing.place.document) if source else None
        if not isinstance(raw, Mapping):
            return {}
        reading = (raw.get("readings") or {}).get(thing.choice) or {}
        return {**raw, **reading}

    def meanings(self, question: Question) -> Mapping[str, Any]:
        """What the readings of a question say in words, by name, for those that say it."""
        source = self.sources.get(question.place.path)
        raw = source.value_of(question.place.route, question.place.document) if source else None
        readings = raw.get("readings") if isinstance(raw, Mapping) else None
        return {name: (reading or {}).get("means") for name, reading in (readings or {}).items()}

    def line_of(self, place: Place) -> dict[str, Any]:
        """Where something stands: file, line and column."""
        on_key = Place(place.path, place.route, place.document, on_key=bool(place.route))
        span = locate(on_key, self.sources)
        return {"path": place.path, "line": span.line if span else None, "column": span.column if span else None}

    def standing(self, sources: Iterable[str], assumed: object = None) -> str | None:
        """The best standing among sources; ``assumed`` for what has none and says so."""
        known = self.program.sources
        ranked = sorted(
            STANDINGS.index(known[s].standing) for s in sources if s in known and known[s].standing in STANDINGS
        )
        if ranked:
            return STANDINGS[ranked[0]]
        return "assumed" if assumed else None

    def source_rows(self, names: Iterable[str], **more: Any) -> list[dict[str, Any]]:
        """Sources as rows: who published what and when, with which standing, and how it was read."""
        known = self.program.sources
        return [
            {
                "id": name,
                "title": s.title,
                "publisher": s.publisher,
                "published": s.published_text or None,
                "standing": s.standing or None,
                "read": s.read or None,
                "url": s.url or None,
                **more,
            }
            for name in names
            if (s := known.get(name)) is not None
        ]


def open_deal(path: str, sources: dict[str, SourceFile]) -> DealFiles:
    """The deal of a file, a folder, a scenario or ``builtin:NAME``. Raises ``Refused`` with every problem of it."""
    program, problems = build(load_deal(from_here(path), sources))
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise Refused(*errors)
    return DealFiles(program, sources)


def question_row(deal: DealFiles, question: Question) -> dict[str, Any]:
    """The alternatives of a definition, each with what it says and the sources behind it."""
    backing, means = dict(question.backing), deal.meanings(question)
    return {
        "name": question.full,
        "title": question.title,
        "default": question.default,
        "plausible": question.plausible,
        "choices": [
            {"name": choice, "means": means.get(choice), "sources": list(backing.get(choice, ()))}
            for choice in question.choices
        ],
        "rejected": [{"name": name, "reason": reason} for name, reason in question.rejected],
    }
