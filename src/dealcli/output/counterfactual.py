"""What would have made a position otherwise, as a document (``dealcli.why-not/1``) and its screen."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dealcli import __version__
from dealcli.analysis.counterfactuals import Goal, Search
from dealcli.analysis.differences import Edit
from dealcli.analysis.evaluation import Evaluation
from dealcli.output.document import moment_text
from dealcli.output.screen import Row, Screen, Section, text_row
from dealcli.output.view import Entry
from dealcli.output.words import count, day, grouped, listed, stage_words

FORMAT = "dealcli.why-not/1"
MOST_SHOWN = 12
MOST_DAYS = 6
MOST_ALIKE = 3
HEADINGS = {"reading": "READ DIFFERENTLY", "term": "WITH ANOTHER TERM", "drop": "WITHOUT AN EVENT", "move": "WITH AN EVENT ON ANOTHER DAY",
            "add": "WITH ANOTHER EVENT", "together": "WITH SEVERAL CHANGES TOGETHER"}  # fmt: skip

Tree = dict[str, Any]


def counterfactual(evaluation: Evaluation, goal: Goal, found: Search | None) -> Tree:
    """What was found. ``found`` is None where the position has the stage as it is."""
    positions = goal.positions(evaluation.run)
    return {
        "format": FORMAT,
        "tool": {"name": "dealcli", "version": __version__},
        "scenario": {"title": evaluation.scenario.title, "path": evaluation.scenario.path},
        "as_of": moment_text(evaluation.as_of),
        "known_as_of": str(evaluation.known_as_of) if evaluation.known_as_of else None,
        "clause": goal.clause.full,
        "title": goal.clause.title,
        "key": goal.key,
        "party": goal.party,
        "wanted": sorted(goal.stages),
        "stages": sorted({position.shown for position in positions}),
        "is_so": found is None,
        "changes": _changes(found.found) if found is not None else [],
        "tried": found.tried if found is not None else 0,
        "largest": found.largest if found is not None else 0,
        "complete": found.complete if found is not None else True,
    }


def _changes(found: Sequence[tuple[Edit, ...]]) -> list[Tree]:
    """The sets of edits; those that differ in nothing but the day of one row are one, on the day tried first."""
    grouped_by: dict[Any, Tree] = {}
    for edits in found:
        key = tuple(_without_day(edit) for edit in edits)
        days = [str(edit.row["date"]) for edit in edits if edit.row is not None]
        known = grouped_by.get(key)
        if known is None:
            grouped_by[key] = {"edits": [{"kind": _kind(edit), "text": edit.text} for edit in edits], "also_on": [],
                               "options": [list(edit.option) for edit in edits if edit.option is not None]}  # fmt: skip
        elif len(days) == 1:
            known["also_on"].append(days[0])
    return list(grouped_by.values())


def _kind(edit: Edit) -> str:
    return edit.text.partition(" ")[0] if edit.kind == "event" else edit.kind


def _without_day(edit: Edit) -> Any:
    if edit.row is None:
        return edit.text
    return (_kind(edit), edit.place, tuple(sorted((key, str(value)) for key, value in edit.row.items() if key not in ("date", "at"))))


# --- the screen ------------------------------------------------------------------------------------------------------


def counterfactual_screen(found: Mapping[str, Any]) -> Screen:
    """The screen of what was found."""
    key = f" ({found['key']})" if found["key"] else ""
    known = f", as known on {day(found['known_as_of'])}" if found["known_as_of"] else ""
    groups: dict[str, list[Entry]] = {}
    for change in found["changes"]:
        groups.setdefault(change["edits"][0]["kind"] if len(change["edits"]) == 1 else "together", []).append(change)
    sections = tuple(Section(HEADINGS[kind], (), tuple(_rows(changes))) for kind, changes in groups.items())
    return Screen(f"{found['title']}{key}", f"as of {day(found['as_of'])}{known}", tuple(_remarks(found)), sections, tuple(_closing(found)))


def _remarks(found: Entry) -> Iterator[str]:
    wanted = " or ".join(map(stage_words, found["wanted"]))
    is_now = f"It is {listed(map(stage_words, found['stages']))}." if found["stages"] else "There is none yet."
    yield str(found["clause"])
    if found["is_so"]:
        yield f"It is {wanted} as it is."
    elif found["changes"]:
        yield f"{is_now} The nearest {_changes_word(found)} under which it would be {wanted}:"
    else:
        yield f"{is_now} Nothing was found under which it would be {wanted}."


def _changes_word(found: Entry) -> str:
    return "changes" if found["largest"] == 1 else f"sets of {found['largest']} changes"


def _rows(changes: Sequence[Entry]) -> Iterator[Row]:
    shown = list(_distinct(changes))
    for change in shown[:MOST_SHOWN]:
        others = change["also_on"]
        more = f" and {count(len(others) - MOST_DAYS, 'other day')}" if len(others) > MOST_DAYS else ""
        also = f"  (also, for example, on {', '.join(sorted(others)[:MOST_DAYS])}{more})" if others else ""
        yield text_row(f"{'; and '.join(edit['text'] for edit in change['edits'])}{also}")
    left = len(changes) - len(shown[:MOST_SHOWN])
    if left:
        yield text_row(f"and {left} more like these, with other values; --format json lists them")


def _distinct(changes: Sequence[Entry]) -> Iterator[Entry]:
    """The first changes with each event: more of them differ only in values."""
    seen: dict[tuple[str, ...], int] = {}
    for change in changes:
        about = tuple(" ".join(edit["text"].split()[:3:2]) for edit in change["edits"])
        seen[about] = seen.get(about, 0) + 1
        if seen[about] <= MOST_ALIKE:
            yield change


def _closing(found: Entry) -> Iterator[str]:
    if not found["is_so"]:
        were = "set of changes was" if found["tried"] == 1 else "sets of changes were"
        yield f"{grouped(str(found['tried']))} {were} run{_bound(found)}."
    first = next((change for change in found["changes"] if len(change["options"]) == len(change["edits"])), None)
    if first is not None:
        options = " ".join(f"{name} {shlex.quote(value)}" for name, value in first["options"])
        yield f"all that it changes: dealcli whatif {shlex.quote(found['scenario']['path'])} {options}"


def _bound(found: Entry) -> str:
    if found["changes"]:
        return "; each change listed here is one of them and leads there"
    return f", of up to {count(found['largest'], 'change')}" + ("" if found["complete"] else "; there are more that were not")


__all__ = ["FORMAT", "counterfactual", "counterfactual_screen"]
