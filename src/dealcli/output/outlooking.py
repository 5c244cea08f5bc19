"""From an outlook to its screen: the dates ahead, then what each party must, must not, may and can do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dealcli.output.outlook import dates_of
from dealcli.output.screen import Row, Screen, Section, text_row
from dealcli.output.view import Entry
from dealcli.output.words import Names, count, day, listed, mark, stage_words, titled, until_words, value_words

WORDS = {"overdue": "should have, and still owes", "must": "must", "must_not": "must not", "may": "may", "can": "can", "perhaps": "perhaps"}
MARKS = {"overdue": "!", "must": "+", "must_not": "+", "may": "+", "can": "+", "perhaps": "?"}
MOST_ALIKE = 4


def outlook_screen(found: Mapping[str, Any]) -> Screen:
    """The screen of an outlook."""
    names = Names({"parties": found["parties"], "agreements": [], "positions": [], "facts": [], "measures": []})
    known = f", as known on {day(found['known_as_of'])}" if found["known_as_of"] else ""
    remarks = (f"If nothing else happens, up to {found['until']}",) + ((f"Only: party {found['party']}",) if found["party"] else ())
    sections = (_dates(found, names), *_parties(found, names))
    return Screen(found["scenario"]["title"], f"as of {day(found['as_of'])}{known}", remarks,
                  tuple(section for section in sections if section.rows), _closing(found))  # fmt: skip


def _dates(found: Entry, names: Names) -> Section:
    grouped: dict[tuple[str, ...], list[Entry]] = {}
    for row in dates_of(found):
        sign = mark(row["to"]) if row["what"] == "change" else ""
        grouped.setdefault((row["date"], sign, _what(row), row["text"] or ""), []).append(row)
    rows, last = [], None
    for (date, sign, what, _), entries in grouped.items():
        why = f" ({entries[0]['text']})" if entries[0]["text"] else ""
        rows.append(Row(sign, ("" if date == last else day(date), f"{what}: {_titles(entries, names)}{why}")))
        last = date
    return Section("WHAT COMES BY ITSELF", (), tuple(rows) or (text_row("Nothing that is known."),), dates_first=bool(rows))


def _titles(entries: list[Entry], names: Names) -> str:
    titles = list(dict.fromkeys(titled(entry) for entry in entries))
    shown = titles if len(titles) <= MOST_ALIKE else [*titles[: MOST_ALIKE - 1], f"{len(titles) - MOST_ALIKE + 1} more"]
    bearers = list(dict.fromkeys(entry["bearer"] for entry in entries))
    whose = f" - {names.party(bearers[0])}" if len(bearers) == 1 and bearers[0] else ""
    return f"{listed(shown)}{whose}"


def _what(row: Entry) -> str:
    if row["what"] != "change":
        words = {"limit": "last day to act", "limit_or_later": "may be done until then or later", "until": "last day",
                 "until_or_later": "its end is not known from here on", "expires": "last day",
                 "begins": "takes effect, if it is still made",
                 "effect": "takes effect", "period": "the next period begins"}  # fmt: skip
        return "last day to be met" if row["what"] == "limit" and row.get("kind") == "condition" else words[row["what"]]
    return stage_words(row["to"])


def _parties(found: Entry, names: Names) -> Iterator[Section]:
    for holder in found["holds"]:
        rows = [row for word in WORDS for row in _held(word, holder[word], names)]
        yield Section(names.party(holder["party"]).upper(), ("last day to act", "until", "towards"), tuple(rows))


def _held(word: str, positions: list[Entry], names: Names) -> Iterator[Row]:
    if positions:
        yield Row("", (WORDS[word],), group=True)
    for position in positions:
        weak = "" if position["binding"] is True else ", not binding" if position["binding"] is False else ", may not bind"
        due = day(position["due"]) if isinstance(position["due"], str) else value_words(position["due"])
        towards = names.party(position["counterparty"]) if position["counterparty"] else ""
        yield Row(MARKS[word], (f"{titled(position)}{weak}", due, until_words(position["until"]) or "not given", towards))


def _closing(found: Entry) -> tuple[str, ...]:
    dates = {row["date"] for row in dates_of(found)}
    return (count(len(dates), "date ahead", "dates ahead"), _command(found))


def _command(found: Entry) -> str:
    party = f" --party {found['party']}" if found["party"] else ""
    known = f" --known-as-of {found['known_as_of']}" if found["known_as_of"] else ""
    return f"into a calendar: dealcli agenda {found['scenario']['path']} --as-of {found['as_of']}{known}{party} --format ics"


__all__ = ["outlook_screen"]
