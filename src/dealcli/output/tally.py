"""The counts of a scenario as a document, ``dealcli.count/1``, and as its screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dealcli import __version__
from dealcli.analysis.counting import Counts
from dealcli.analysis.scenario import Scenario
from dealcli.engine.records import Moment
from dealcli.output.document import moment_text, truth_of, value_of
from dealcli.output.screen import Row, Screen, Section
from dealcli.output.view import Entry
from dealcli.output.words import count, day, grouped, kind_word, mark, stage_words, value_words

FORMAT = "dealcli.count/1"


def tally(scenario: Scenario, counts: Counts, as_of: Moment, known_as_of: str | None) -> dict[str, Any]:
    """The document of some counts, clauses in the order of their files."""
    clauses = [{"clause": clause.full, "title": clause.title, "kind": clause.kind, "positions": sum(stages.values()),
                "stages": dict(sorted(stages.items())), "breaches": counts.breaches.get(clause, 0)}
               for clause, stages in sorted(counts.stages.items(), key=lambda item: item[0].order)]  # fmt: skip
    return {
        "format": FORMAT,
        "tool": {"name": "dealcli", "version": __version__},
        "scenario": {"title": scenario.title, "path": scenario.path},
        "as_of": moment_text(as_of),
        "known_as_of": known_as_of,
        "events": counts.events,
        "agreements": [{"name": one.name, "title": one.title, "stage": stage} for one, stage in counts.agreements.items()],
        "clauses": clauses,
        "facts": [{"name": one.full, "title": one.title, "value": truth_of(value)} for one, value in counts.facts.items()],
        "measures": [{"name": one.full, "title": one.title, "value": value_of(value)} for one, value in counts.measures.items()],
    }


def tally_screen(found: Mapping[str, Any]) -> Screen:
    """The screen of counts: a group for each clause, a row for each stage."""
    known = f", as known on {day(found['known_as_of'])}" if found["known_as_of"] else ""
    sections = (Section("POSITIONS", ("positions",), tuple(_positions(found))),
                Section("MEASURES AND FACTS", ("value",), tuple(_values(found))))  # fmt: skip
    positions, breaches = (sum(row[name] for row in found["clauses"]) for name in ("positions", "breaches"))
    closing = ", ".join((count(found["events"], "event"), count(positions, "position"), count(breaches, "breach", "breaches")))
    return Screen(found["scenario"]["title"], f"as of {day(found['as_of'])}{known}", (), tuple(s for s in sections if s.rows), (closing,))


def _positions(found: Entry) -> Iterator[Row]:
    for row in found["clauses"]:
        breaches = f" ({count(row['breaches'], 'breach', 'breaches')})" if row["breaches"] else ""
        yield Row("", (f"{kind_word(row['kind'])}: {row['title'] or row['clause']}{breaches}",), group=True)
        yield from (Row(mark(stage), (stage_words(stage), grouped(str(number)))) for stage, number in row["stages"].items())


def _values(found: Entry) -> Iterator[Row]:
    yield from (Row("", (row["title"] or row["name"], value_words(row["value"]))) for row in (*found["measures"], *found["facts"]))


__all__ = ["tally", "tally_screen"]
