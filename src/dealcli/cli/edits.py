"""Edits as they are written on the command line: ``--add``, ``--drop``, ``--move``, ``--set``, ``--reading``, ``--replace-file``."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

from dealcli.analysis.differences import (
    Edit,
    Side,
    Written,
    added,
    dropped,
    edits_between,
    exchanged,
    reading_chosen,
    row_text,
    term_set,
)
from dealcli.analysis.inputs import with_value
from dealcli.analysis.scenario import Scenario, load_deal
from dealcli.cli.choices import AMBIGUOUS_NAME, GIVEN_TWICE, NOT_A_PAIR, UNKNOWN_NAME, Choices
from dealcli.cli.known_names import check_names
from dealcli.cli.paths import from_here
from dealcli.diagnostics import Place, did_you_mean
from dealcli.reading.sources import SourceFile
from dealcli.slotted import dataclass, replace

MOST_LISTED = 40
NO_EDIT = "DC519"
ROW_FORM = "'2026-01-31 event by=party attribute=value'"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The edits as they were written."""

    add: Sequence[str] = ()
    drop: Sequence[str] = ()
    move: Sequence[str] = ()
    terms: Sequence[str] = ()
    readings: Sequence[str] = ()
    replace_file: Sequence[str] = ()

    def refuse_nothing(self) -> None:
        """Raise ``Refused`` where no edit was written."""
        if not any((self.add, self.drop, self.move, self.terms, self.readings, self.replace_file)):
            choices = Choices()
            choices.problem(NO_EDIT, "", "no edit is given", "such as --drop agi_declared, or --move 3=2027-01-31",
                            "one of --add, --drop, --move, --set, --reading, --replace-file")  # fmt: skip
            choices.refuse()


def wanted_edits(wanted: Wanted, side: Side, sources: dict[str, SourceFile]) -> list[Edit]:
    """The edits in the order: rows dropped, moved and added, terms, readings, files.

    Raises ``Refused`` with everything that is wrong with how they are written.
    """
    choices, scenario = Choices(), side.scenario
    found = [dropped(row) for text in wanted.drop for row in rows_meant(text, scenario, "--drop", choices)]
    found += [edit for text in wanted.move for edit in _moves(text, scenario, choices)]
    for number, edit in enumerate(found):
        if any(other.place == edit.place for other in found[:number]):
            choices.problem(GIVEN_TWICE, "--move", f"one row is edited twice: {edit.text}", "one edit for each row")
    for number, text in enumerate(wanted.add):
        row = read_row(text, choices)
        if row is not None:
            found.append(added(row, Place("--add", ("events", number))))
    terms = choices.pairs("--set", wanted.terms, "--set term=value")
    choices.values("--set", terms)
    readings = choices.pairs("--reading", wanted.readings, "--reading name=choice")
    files = choices.pairs("--replace-file", wanted.replace_file, "--replace-file old.yaml=new.yaml")
    choices.refuse()
    check_names(scenario, terms, readings)
    found += [term_set(name, value) for name, value in terms.items()]
    found += [reading_chosen(name, choice) for name, choice in readings.items()]
    for old, new in files.items():
        found += edits_between(side, replace(side, scenario=with_file(scenario, from_here(old), new, sources)))
    return found


# --- rows ------------------------------------------------------------------------------------------------------------


def read_row(text: str, choices: Choices, option: str = "--add") -> dict[str, Any] | None:
    """The row of a timeline: a date, an event (or ``exercise`` and a power), attributes. None with a problem."""
    try:
        date, *words = shlex.split(text)
    except ValueError as error:
        choices.problem(NOT_A_PAIR, option, f"'{text}' is no row: {error}", expected=ROW_FORM)
        return None
    kind = "exercise" if words[:1] == ["exercise"] else "event"
    name, *pairs = words[1:] if kind == "exercise" else words or [""]
    day, _, clock = date.partition("T")
    choices.day(option, day, instant=True)
    row: dict[str, Any] = {"date": day, **({"at": clock} if clock else {}), kind: name}
    for pair in pairs:
        key, sign, value = pair.partition("=")
        if not sign or not key:
            hint = 'a value of several words stands in quotes: amount="EUR 45"'
            choices.problem(NOT_A_PAIR, option, f"'{pair}' does not say what is set to what", hint, ROW_FORM)
            return None
        row[key] = [word.strip() for word in value.split(",")] if key == "sources" else value
    if not name or "=" in name:
        choices.problem(NOT_A_PAIR, option, f"'{text}' names no event", expected=ROW_FORM)
        return None
    return row


def rows_meant(text: str, scenario: Scenario, option: str, choices: Choices) -> list[Written]:
    """The rows that are meant: by their numbers in the file, or the one row with that event, or that date and event."""
    words = [word.strip() for word in text.split(",")]
    if all(word.isdigit() for word in words):
        found = []
        for number in map(int, words):
            if 1 <= number <= len(scenario.rows):
                found.append(scenario.rows[number - 1])
            else:
                choices.problem(UNKNOWN_NAME, option, f"there is no row {number}", _listing(scenario))
        return found
    *dates, name = text.split()
    alike = [row for row in scenario.rows if str(row[0].get("event") or row[0].get("exercise")) == name
             and (not dates or row[0].get("date") == dates[0])]  # fmt: skip
    if len(alike) == 1:
        return alike
    known = {str(row.get("event") or row.get("exercise") or "") for row, _ in scenario.rows}
    if alike:
        choices.problem(AMBIGUOUS_NAME, option, f"{len(alike)} rows are '{text}'", _listing(scenario), "the number of a row")
    else:
        choices.problem(UNKNOWN_NAME, option, f"no row is '{text}'", did_you_mean(name, known) or _listing(scenario))
    return []


def _listing(scenario: Scenario) -> str:
    rows = [f"{number} is {row_text(row)}" for number, (row, _) in enumerate(scenario.rows[:MOST_LISTED], 1)]
    return "; ".join(rows) if rows else "the scenario has no rows"


def _moves(text: str, scenario: Scenario, choices: Choices) -> list[Edit]:
    which, sign, date = text.rpartition("=")
    if not sign or not which or not date:
        choices.problem(NOT_A_PAIR, "--move", f"'{text}' does not say what is moved where", expected="--move 3=2026-01-31")
        return []
    choices.day("--move", date.partition("T")[0], instant=True)
    return [exchanged(written, with_value(written[0], "date", date)) for written in rows_meant(which, scenario, "--move", choices)]


# --- files -----------------------------------------------------------------------------------------------------------


def with_file(scenario: Scenario, old: str, new: str, sources: dict[str, SourceFile]) -> Scenario:
    """The scenario with one file of its deal exchanged for another. Raises ``Refused`` where it has no such file."""
    known = {text.place.path for text in scenario.deal}
    if old not in known:
        choices = Choices()
        choices.problem(UNKNOWN_NAME, "--replace-file", f"the scenario uses no file '{old}'", did_you_mean(old, known))
        choices.refuse()
    before = [text for text in scenario.deal if text.place.path != old]
    return replace(scenario, deal=(*before, *load_deal(from_here(new), sources)))


__all__ = ["Wanted", "read_row", "rows_meant", "wanted_edits", "with_file"]
