"""Laying out what ``list`` and ``show`` found: headings over aligned columns.

A table wraps its last column to the width there is; plain lines are never wrapped or cut.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from dealcli.cli.streams import columns_of, in_colour, is_terminal, write_answer
from dealcli.output.text import cells, json_text, safe
from dealcli.output.words import count

NARROWEST_COLUMN = 24


class Room(NamedTuple):
    """How there is room to write: ``width`` columns, or None for lines of any length; with headings in bold or not."""

    width: int | None = None
    bold: bool = False


def for_screen(style: str | None, colour: str) -> Room:
    """The room of standard output: a terminal's width for a table, else any."""
    on_terminal = is_terminal(sys.stdout)
    if (style or ("table" if on_terminal else "plain")) == "plain":
        return Room()
    bold = in_colour(colour, sys.stdout)
    return Room(columns_of(), bold)


def as_json(found: Mapping[str, Any]) -> None:
    """Write plain data as JSON, its keys in the order in which they stand."""
    write_answer(as_json_text(found))


def as_json_text(found: Mapping[str, Any]) -> list[str]:
    """Plain data as JSON, its keys in the order in which they stand."""
    import json

    return [json_text(json.dumps(found, indent=2, ensure_ascii=False)), "\n"]


def heading(text: str, room: Room) -> str:
    """A heading, in bold where the terminal shows it."""
    return f"\x1b[1m{safe(text)}\x1b[0m\n" if room.bold else f"{safe(text)}\n"


def columns(rows: Sequence[Sequence[str]], room: Room, indent: str = "  ") -> Iterator[str]:
    """Rows with their cells under each other; the last cell takes what room is left."""
    cleaned = [[safe(cell) for cell in row] for row in rows]
    most = max(map(len, cleaned), default=0)
    widths = [max((cells(row[n]) for row in cleaned if n < len(row) - 1), default=0) for n in range(most)]
    for row in cleaned:
        start = indent + "".join(cell + " " * (widths[n] - cells(cell) + 2) for n, cell in enumerate(row[:-1]))
        lines = _wrapped(row[-1], start, room)
        yield f"{start}{lines[0]}".rstrip() + "\n"
        yield from (f"{' ' * cells(start)}{line}\n" for line in lines[1:])


def _wrapped(text: str, start: str, room: Room) -> list[str]:
    if room.width is None:
        return [text]
    import textwrap

    left = max(room.width - cells(start), NARROWEST_COLUMN)
    return textwrap.wrap(text, left, break_long_words=False, break_on_hyphens=False) or [""]


def plain_sections(found: Mapping[str, list[dict[str, Any]]], room: Room) -> None:
    """Write the sections of a deal; clauses stand under their agreements."""
    write_answer(_sections(found, room))


def _sections(found: Mapping[str, list[dict[str, Any]]], room: Room) -> Iterator[str]:
    for number, (name, rows) in enumerate(found.items()):
        if number:
            yield "\n"
        yield heading(f"{name.upper()} ({len(rows)})", room)
        if name == "clauses":
            for agreement in dict.fromkeys(row["agreement"] for row in rows):
                yield heading(f"  {agreement}", room)
                yield from columns([_clause_cells(row) for row in rows if row["agreement"] == agreement], room, "    ")
        else:
            yield from columns([CELLS[name](row) for row in rows], room)


def _clause_cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    towards = f" -> {row['counterparty']}" if row["counterparty"] else ""
    reading = f" [reading: {row['reading']}]" if row["reading"] else ""
    return (
        row["name"],
        row["kind"],
        f"{row['bearer'] or '-'}{towards}",
        row["standing"] or "-",
        f"{row['title']}{_not_binding(row)}{reading}",
    )


def _not_binding(row: Mapping[str, Any]) -> str:
    return {False: " (not binding)", "unknown": " (whether it binds is not known)"}.get(row["binding"], "")


def _agreement_cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    span = " ".join(filter(None, (row["from"] and f"from {row['from']}", row["until"] and f"until {row['until']}")))
    return (row["name"], span or "-", count(row["clauses"], "clause"), f"{row['title']}{_not_binding(row)}")


def _event_cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    attributes = ", ".join(f"{a['name']}{'?' if a['optional'] else ''}: {a['type']}" for a in row["attributes"])
    title = f"{row['title']}: " if row["title"] and attributes else row["title"] or ""
    return (row["name"], f"{title}{attributes}{' (reported in part)' if row['partial'] else ''}")


def _term_cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    plausible = f" (plausible: {', '.join(row['plausible'])})" if row["plausible"] else ""
    reading = f" [reading: {row['reading']}]" if row["reading"] else ""
    title = f"{row['title']}: " if row["title"] else ""
    return (row["name"], row["standing"] or "-", f"{title}{row['value'] or ''}{plausible}{reading}")


def _fluent_cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    per = f" per {', '.join(row['per'])}" if row["per"] else ""
    reading = f" [reading: {row['reading']}]" if row["reading"] else ""
    return (row["name"], f"{row['type']}{per}", row["standing"] or "-", f"{row['title'] or ''}{reading}")


def reading_cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    """A question with its choices; the default bears a star."""
    listed = [choice_text(choice, row["default"]) for choice in row["choices"]]
    listed += [f"{one['name']} (rejected: {one['reason']})" for one in row["rejected"]]
    return (row["name"], f"{row['title'] or ''}: {', '.join(listed)}")


def choice_text(choice: Mapping[str, Any], default: str) -> str:
    """One choice, with a star if it is the default, and the sources behind it."""
    sources = f" [{', '.join(choice['sources'])}]" if choice["sources"] else ""
    return f"{'*' if choice['name'] == default else ''}{choice['name']}{sources}"


def source_cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    """A source: its name, standing, how it was read, its date, and what it is."""
    what = ", ".join(filter(None, (row["title"], row["publisher"], row["url"])))
    return (row["id"], row["standing"] or "-", row["read"] or "-", row["published"] or "-", what)


def _party_cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    part = f" (part of {row['part_of']})" if row["part_of"] else ""
    return (row["name"], f"{row['title']}{part}{' (anyone)' if row['open'] else ''}")


CELLS = {
    "agreements": _agreement_cells,
    "parties": _party_cells,
    "events": _event_cells,
    "terms": _term_cells,
    "facts": _fluent_cells,
    "measures": _fluent_cells,
    "readings": reading_cells,
    "sources": source_cells,
}
