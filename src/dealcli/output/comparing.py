"""From a comparison to its screen: which inputs differ, what stands differently, and because of which of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dealcli.output.screen import Row, Screen, Section, text_row
from dealcli.output.view import Entry
from dealcli.output.words import Names, count, day, mark, stage_words, value_words

NAMES = {"stage": "stage", "since": "since", "due": "due", "until": "until", "amount": "still owed", "breaches": "breached on",
         "binding": "binding", "verdict": "verdict", "value": "value"}  # fmt: skip
MOST_FINDINGS = 20
INCIDENTAL = ("approximate_date", "assumption")


def comparison_screen(found: Mapping[str, Any]) -> Screen:
    """The screen of a comparison."""
    names = Names({"parties": found["parties"], "agreements": [], "positions": [], "facts": [], "measures": []})
    sections = (_edits(found), _positions(found, names), _others(found), _findings(found))
    return Screen(_title(found), _as_of(found), (), tuple(section for section in sections if section.rows), tuple(_closing(found)))


def _title(found: Entry) -> str:
    one, two = found["before"], found["after"]
    if one["path"] == two["path"] and one["title"] == two["title"]:
        return str(one["title"])
    return f"{one['path']} -> {two['path']}" if one["title"] == two["title"] else f"{one['title']} -> {two['title']}"


def _as_of(found: Entry) -> str:
    one, two = (f"{day(side['as_of'])}" + (f" as known on {day(side['known_as_of'])}" if side["known_as_of"] else "")
                for side in (found["before"], found["after"]))  # fmt: skip
    return f"as of {two}" if one == two else f"as of {one}, then {two}"


def _edits(found: Entry) -> Section:
    rows = [text_row(f"({edit['number']}) {edit['text']}" + (f"  [{edit['path']}:{edit['line']}]" if edit["path"] else ""))
            for edit in found["edits"]]  # fmt: skip
    return Section("WHAT DIFFERS IN THE INPUT", (), tuple(rows))


def _positions(found: Entry, names: Names) -> Section:
    numbered = len(found["edits"]) > 1
    columns = ("before", "after", "because of") if numbered else ("before", "after")
    rows = tuple(row for position in found["positions"] for row in _position(position, names, numbered))
    return Section("WHAT STANDS DIFFERENTLY", columns, rows)


def _position(row: Entry, names: Names, numbered: bool) -> Iterator[Row]:
    because = (_because(row),) if numbered else ()
    stage = row["fields"].get("stage")
    title = names.whose(row)
    if stage is not None:
        since = row["fields"].get("since") or {"before": None, "after": None}
        cells = tuple(_stage(stage[side], since[side]) for side in ("before", "after"))
        yield Row(mark(stage["after"]), (title, *cells, *because))
    else:
        yield Row("", (title, "", "", *because))
    for name, change in row["fields"].items():
        if name != "stage" and not (name == "since" and stage is not None):
            yield Row("", (NAMES[name], _value(name, change["before"]), _value(name, change["after"])), indent=1)


def _stage(stage: str | None, since: str | None) -> str:
    return "not there" if stage is None else f"{stage_words(stage)} {day(since)}".rstrip()


def _because(row: Entry) -> str:
    if row["because"]:
        return " ".join(f"({number})" for number in row["because"])
    return "all together" if row["together"] else "not told apart"


def _value(name: str, value: Any) -> str:
    if value is None or value == []:
        return "-"
    if name == "breaches":
        return ", ".join(day(breach["date"]) for breach in value)
    if name == "amount":
        return f"{value_words(value['outstanding'])} {value['currency'] or ''}".rstrip() if value["outstanding"] is not None else "-"
    return day(value) if isinstance(value, str) and name in ("since", "due", "until") else value_words(value)


def _others(found: Entry) -> Section:
    rows = []
    for section in ("agreements", "facts", "measures"):
        for row in found[section]:
            key = f" ({row['key']})" if row.get("key") else ""
            for name, change in row["fields"].items():
                words = [stage_words(change[side]) if name == "stage" else _value(name, change[side]) for side in ("before", "after")]
                label = f"{row['title'] or row['name']}{key}" + ("" if name in ("stage", "value") else f": {NAMES[name]}")
                rows.append(Row("", (label, *(word.replace("_", " ") for word in words))))
    return Section("AGREEMENTS, FACTS AND MEASURES", ("before", "after"), tuple(rows))


def _findings(found: Entry) -> Section:
    told = [row for row in found["findings"] if row["kind"] not in INCIDENTAL]
    rows = [Row("+" if row["change"] == "new" else "x", (f"{row['kind'].replace('_', ' ')}: {row['text']}", day(row["date"])))
            for row in told[:MOST_FINDINGS]]  # fmt: skip
    if len(told) > MOST_FINDINGS:
        rows.append(text_row(f"and {count(len(told) - MOST_FINDINGS, 'more finding')}"))
    return Section("FINDINGS  (+ new, x gone)", ("on",), tuple(rows))


def _closing(found: Entry) -> Iterator[str]:
    summary = found["summary"]
    if not found["differs"]:
        yield "Everything stands as before."
        return
    yield f"{count(summary['changed'], 'position')} of {summary['positions']} differ, {summary['stages']} of them in stage"
    changed = next((row for row in found["positions"] if row["change"] != "gone"), None)
    if changed is not None and found["after"]["path"] != found["before"]["path"] and not found["after"]["path"].endswith(".json"):
        yield f"why: dealcli explain {found['after']['path']} {changed['clause']}"


__all__ = ["comparison_screen"]
