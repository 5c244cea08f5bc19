"""From what was read to what carries it, and from every clause to its sources.

A deal may bring a table of rows, each an item that some document states: which definitions of the deal carry it (its *homes*), or
why none does. A home is ``clause:``, ``term:``, ``fact:``, ``measure:``, ``event:``, ``agreement:`` or ``source:`` and a name,
``reading:name=choice``, or ``history:date`` for a row of a scenario with that date.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from dealcli.diagnostics import Diagnostic, Place, did_you_mean
from dealcli.engine.program import STANDINGS, Clause, Program
from dealcli.slotted import dataclass

COLUMNS = ("document", "row", "says", "homes", "note")
LEFT_OUT, OPEN = "left_out", "open"
"""Documents of the table that are none: what is reported and no clause here, and questions that no source answers."""

SOURCED = "add sources: [...], a default_source: to its agreement, or assumed: with a reason"
"""What makes a clause one that somebody can look up."""
BAD_TABLE, NO_HOME, UNKNOWN_HOME, NO_SOURCE, TWICE = "DC430", "DC431", "DC432", "DC433", "DC434"


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the table: what ``document`` states in ``row``, what carries it, and a remark."""

    document: str
    row: str
    says: str
    homes: tuple[str, ...]
    note: str
    place: Place


def read_table(path: str, text: str) -> tuple[list[Item], list[Diagnostic]]:
    """The items of a table in CSV, with what is wrong with its shape."""
    reader = csv.DictReader(text.splitlines())
    if tuple(reader.fieldnames or ()) != COLUMNS:
        return [], [
            Diagnostic(BAD_TABLE, "this is no table of what was read", Place(path), "the columns " + ", ".join(COLUMNS))
        ]
    items, problems = [], []
    for row in reader:
        place = Place(path, line=reader.line_num, column=1)
        if None in row or None in row.values():
            problems.append(Diagnostic(BAD_TABLE, f"this row has not {len(COLUMNS)} cells", place))
            continue
        items.append(Item(row["document"], row["row"], row["says"], tuple(row["homes"].split()), row["note"], place))
    return items, problems


def gaps(program: Program, items: Iterable[Item], dates: frozenset[str] | None = None) -> list[Diagnostic]:
    """Rows without a home, homes that do not exist, rows that stand twice, clauses without a source.

    ``dates`` are those of the rows of a scenario, as written; without them a ``history:`` home is taken on trust.
    """
    known = _homes(program)
    problems: list[Diagnostic] = []
    seen: set[tuple[str, str]] = set()
    for item in items:
        if (item.document, item.row) in seen:
            problems.append(Diagnostic(TWICE, f"row {item.row} of {item.document} stands twice", item.place, hint="remove one of them"))
        seen.add((item.document, item.row))
        if not item.homes:
            problems.append(
                Diagnostic(NO_HOME, f"nothing carries row {item.row} of {item.document}: {item.says}", item.place, "at least one home")
            )
        for home in item.homes:
            kind, _, name = home.partition(":")
            trusted = kind == "history" and (dates is None or name in dates)
            if not trusted and home not in known:
                message = f"there is no {kind} '{name}' to carry row {item.row} of {item.document}"
                problems.append(Diagnostic(UNKNOWN_HOME, message, item.place, hint=did_you_mean(home, known)))
    problems.extend(Diagnostic(NO_SOURCE, f"{clause.full} has no source", clause.place, hint=SOURCED) for clause in program.clauses
                    if not clause.sources and not clause.assumed)  # fmt: skip
    return problems


def _homes(program: Program) -> set[str]:
    found = {f"source:{name}" for name in program.sources}
    groups: tuple[tuple[str, Iterable[Any]], ...] = (
        ("clause", program.clauses), ("term", program.terms), ("fact", program.facts), ("measure", program.measures),
        ("event", program.events), ("agreement", program.agreements))  # fmt: skip
    for kind, things in groups:
        found.update(f"{kind}:{name}" for thing in things for name in (thing.name, thing.full))
    for question in program.questions:
        choices = (*question.choices, *(name for name, _ in question.rejected))
        found.update(f"reading:{name}={choice}" for choice in choices for name in (question.name, question.full))
    return found


# --- as a page -------------------------------------------------------------------------------------------------------


def page(program: Program, items: list[Item], code: Callable[[Any], str], prose: Callable[[Any], str],
         link: Callable[[Any], str]) -> Iterator[str]:  # fmt: skip
    """The whole as Markdown. ``code``, ``prose`` and ``link`` write a name, a sentence and an address so that they are safe in a cell."""
    yield "# Where everything comes from\n\n"
    yield "Generated by `dealcli sources`. Do not edit: change the clauses or the table beside them.\n"
    for document in dict.fromkeys(item.document for item in items):
        rows = [item for item in items if item.document == document]
        source = program.sources.get(document)
        yield f"\n## {code(source.title) if source else _HEADINGS.get(document, prose(document))}\n\n"
        if source and source.publisher:
            yield f"{prose(source.publisher)}.\n\n"
        yield from _table(_HEADS.get(document, ("item", "says", "carried by", "remark")),
                          ([code(i.row), prose(i.says), ", ".join(map(code, i.homes)), prose(i.note)] for i in rows))  # fmt: skip
    yield "\n## Every clause and its sources\n\nThe standing is the best one behind it.\n"
    for agreement in program.agreements:
        yield f"\n### {prose(agreement.title)}\n\n"
        yield from _table(("clause", "standing", "says", "sources", "against"),
                          ([code(c.name), standing(program, c), prose(c.title), ", ".join(map(code, c.sources)),
                            ", ".join(map(code, c.against))] for c in agreement.clauses))  # fmt: skip
    yield "\n## Every reading and its sources\n\nThe default comes first with a star. Rejected readings never run.\n\n"
    yield from _table(("question", "reading", "sources"), _readings(program, code, prose))
    yield "\n## Sources\n\n"
    yield from _table(("source", "title", "publisher", "published", "standing", "read", "address"),
                      ([code(s.id), prose(s.title), prose(s.publisher), s.published_text, s.standing, s.read,
                        link(s.url) if s.url else ""] for _, s in sorted(program.sources.items())))  # fmt: skip


_HEADINGS = {LEFT_OUT: "Reported, and no clause of its own here", OPEN: "What no source says"}
_HEADS = {
    LEFT_OUT: ("what", "is", "carried by", "why it is no clause"),
    OPEN: ("question", "asks", "left open by", "remark"),
}


def standing(program: Program, clause: Clause) -> str:
    """The best standing among the sources of a clause."""
    ranks = [
        STANDINGS.index(s.standing)
        for name in clause.sources
        if (s := program.sources.get(name)) and s.standing in STANDINGS
    ]
    return STANDINGS[min(ranks)] if ranks else "assumed" if clause.assumed else ""


def _readings(program: Program, code: Callable[[Any], str], prose: Callable[[Any], str]) -> Iterator[list[str]]:
    for question in program.questions:
        if question.plausible:
            continue
        backing: Mapping[str, tuple[str, ...]] = dict(question.backing)
        for choice in sorted(question.choices, key=lambda word: word != question.default):
            star = " *" if choice == question.default else ""
            yield [
                f"{code(question.full)}: {prose(question.title)}",
                code(choice) + star,
                ", ".join(map(code, backing.get(choice, ()))),
            ]
        for name, reason in question.rejected:
            yield [f"{code(question.full)}: {prose(question.title)}", f"{code(name)} rejected", prose(reason)]


def _table(head: Iterable[str], rows: Iterable[list[str]]) -> Iterator[str]:
    names = list(head)
    yield f"| {' | '.join(names)} |\n"
    yield f"| {' | '.join('---' for _ in names)} |\n"
    for row in rows:
        yield f"| {' | '.join(row)} |\n"


__all__ = ["COLUMNS", "Item", "gaps", "page", "read_table", "standing"]
