"""From many runs to their screen: how often each position stands how, through time, and on what it turns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dealcli.analysis.shares import QUANTILES
from dealcli.output.screen import Row, Screen, Section, text_row
from dealcli.output.view import Entry
from dealcli.output.words import Names, count, day, grouped, mark, stage_words, value_words

BAR = 20
MOST_DAYS = 8
MOST_LISTED = 10
SIGNS = "#=-:. "
"""The bar of a position: a sign for each stage, the most frequent first."""


def sweep_screen(found: Mapping[str, Any]) -> Screen:
    """The screen of a sweep."""
    names = Names({"parties": found["parties"], "agreements": [], "positions": [], "facts": [], "measures": []})
    sections = (_inputs(found), _positions(found, names), *_through_time(found, names), _turns(found, names), _since(found, names),
                _measures(found), _problems(found))  # fmt: skip
    known = f", as known on {day(found['known_as_of'])}" if found["known_as_of"] else ""
    told = tuple(section for section in sections if section.rows)
    return Screen(found["scenario"]["title"], f"as of {day(found['as_of'])}{known}", (), told, tuple(_closing(found)))


def _inputs(found: Entry) -> Section:
    rows = []
    for one in found["inputs"]:
        values = ", ".join(one["values"]) if one["count"] <= 6 else f"{one['first']} to {one['last']}, {count(one['count'], 'value')}"
        rows.append(text_row(f"{one['name']}: {values}" + (f", {one['distribution']}" if one["distribution"] else "")))
    return Section("WHAT IS VARIED", (), tuple(rows))


def _positions(found: Entry, names: Names) -> Section:
    rows = [Row(mark(row["stages"][0]["stage"]), (names.whose(row), _bar(row["stages"]), _shares(row["stages"])))
            for row in found["positions"] if row["stages"]]  # fmt: skip
    return Section("HOW OFTEN IT STANDS HOW", ("runs", "stages"), tuple(rows))


def _bar(stages: Sequence[Entry]) -> str:
    """The shares as a bar of signs; what has a share has a sign, as far as there is room."""
    whole, told, bar = sum(row["runs"] for row in stages), 0, ""
    for place, row in enumerate(stages):
        told += row["runs"]
        end = (told * BAR * 2 + whole) // (2 * whole)
        bar += SIGNS[min(place, len(SIGNS) - 2)] * max(end - len(bar), 1 if len(bar) < BAR else 0)
    return bar[:BAR]


def _shares(stages: Sequence[Entry]) -> str:
    return ", ".join(f"{stage_words(row['stage'])} {percent(row['share'])}" for row in stages)


def percent(share: str) -> str:
    """A share of four places as a percentage; what is not all or nothing never looks so."""
    units = int(share.replace(".", ""))
    if units in (0, 10_000):
        return "100%" if units else "under 0.1%"
    return f"{units // 100}.{units % 100 // 10}%" if units < 1_000 or units > 9_900 else f"{(units + 50) // 100}%"


def _through_time(found: Entry, names: Names) -> Iterator[Section]:
    """The most frequent stage at each of the days, with its share; wide tables are broken into several."""
    days = list(_moving(found))
    for first in range(0, len(days), MOST_DAYS):
        some = days[first : first + MOST_DAYS]
        rows = []
        for row in found["positions"]:
            then = {one["date"]: one["stages"] for one in row["through_time"]}
            cells = [f"{mark(then[on][0]['stage'])} {percent(then[on][0]['share'])}" if then.get(on) else "-" for on in some]
            rows.append(Row("", (names.whose(row), *cells)))
        yield Section("THROUGH TIME, THE MOST FREQUENT STAGE", tuple(some), tuple(rows))


def _moving(found: Entry) -> Iterator[str]:
    """The days on which something stands otherwise than on the one before."""
    before: Any = None
    for place, on in enumerate(found["days"]):
        now = [row["through_time"][place]["stages"] for row in found["positions"]]
        if now != before:
            yield on
        before = now


def _turns(found: Entry, names: Names) -> Section:
    rows = []
    for row in found["positions"]:
        for turn in row["turns"]:
            rows.append(Row("", (f"{names.whose(row)}: by {turn['input']}",), group=True))
            rows += [text_row(f"{_range(piece)}: {_shares_of(piece['values'])}") for piece in turn["pieces"]]
    return Section("ON WHAT IT TURNS", (), tuple(rows))


def _range(piece: Entry) -> str:
    return str(piece["from"]) if piece["from"] == piece["to"] else f"{piece['from']} to {piece['to']}"


def _shares_of(values: Sequence[Entry]) -> str:
    return ", ".join(f"{stage_words(row['value'])} {percent(row['share'])}" for row in values)


def _since(found: Entry, names: Names) -> Section:
    rows = [Row("", (names.whose(row), *(day(row["since"][q]) for q in QUANTILES))) for row in found["positions"]
            if row["since"] is not None and row["since"]["0"] != row["since"]["1"]]  # fmt: skip
    return Section("SINCE WHEN", _heads(), tuple(rows))


def _heads() -> tuple[str, ...]:
    return ("first", "5%", "25%", "half", "75%", "95%", "last")


def _measures(found: Entry) -> Section:
    rows: list[Row] = []
    for row in found["measures"]:
        title = f"{row['title']} ({row['key']})" if row["key"] else row["title"]
        if row["quantiles"] is not None:
            rows.append(Row("", (title, *(value_words(row["quantiles"][q]) for q in QUANTILES))))
        else:
            rows.append(Row("", (title,), group=True))
            rows += [text_row(f"{_words(one['value'])}: {percent(one['share'])}") for one in row["values"][:MOST_LISTED]]
            if row["distinct"] > MOST_LISTED:
                rows.append(text_row(f"and {count(row['distinct'] - MOST_LISTED, 'other value')}"))
    return Section("MEASURES", _heads(), tuple(rows))


def _words(value: str | None) -> str:
    return value_words(value).replace("_", " ") or "-"


def _problems(found: Entry) -> Section:
    rows = [Row("!", (f"{row['value']}: {count(row['runs'], 'run')}",)) for row in found["problems"]]
    return Section("RUNS THAT WERE REFUSED", (), tuple(rows))


def _closing(found: Entry) -> Iterator[str]:
    drawn = f", {grouped(str(found['samples']))} samples with seed {found['seed']}" if found["samples"] else ""
    refused = f", {grouped(str(found['refused']))} of them refused" if found["refused"] else ""
    yield f"{count(found['runs'], 'run')}{drawn}{refused}; {count(found['unchanged'], 'position')} the same in all"


__all__ = ["percent", "sweep_screen"]
