"""Evaluating a scenario: (deal, timeline, as-of, readings) to a history, with what its expectations say of it."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any, BinaryIO

from dealcli.analysis.expectations import Checkpoint, Outcome, check
from dealcli.analysis.options import Options
from dealcli.analysis.scenario import Scenario
from dealcli.dates import NoSuchDay, civil_day
from dealcli.diagnostics import Diagnostic, Place, Refused
from dealcli.engine.build import Slice, build
from dealcli.engine.days import run_timeline
from dealcli.engine.program import Program
from dealcli.engine.records import Event, Moment
from dealcli.engine.run import DoesNotSettle, Run
from dealcli.engine.timeline import Exercise, Reader, in_order, numbered
from dealcli.language.values import Incalculable
from dealcli.slotted import dataclass, field, replace

MOST_PROBLEMS = 20
Row = Event | Exercise


@dataclass(slots=True)
class Evaluation:
    """A finished run with everything that went into it."""

    scenario: Scenario
    program: Program
    run: Run
    as_of: Moment
    known_as_of: date | None
    rows: tuple[Row, ...]
    notes: tuple[tuple[Moment, Mapping[str, Any]], ...]
    outcomes: tuple[Outcome, ...]
    problems: tuple[Diagnostic, ...]
    inputs: tuple[tuple[str, str], ...]
    approximate: tuple[tuple[Place, str, str], ...] = ()
    log_rows: int = 0
    log: str | None = None
    """The log that was read, if there was one; ``-`` for standard input."""
    options: Options = field(default_factory=Options)


def evaluate(scenario: Scenario, options: Options | None = None, stdin: BinaryIO | None = None,
             looks: Iterable[Checkpoint] = ()) -> Evaluation:  # fmt: skip
    """Run a scenario and check its expectations; ``looks`` are called with the run as it stands at their days.

    Expectations that ask how far something is settled are judged over all readings, for which it runs again.
    Raises ``Refused`` with every problem that keeps it from running.
    """
    from dealcli.analysis.asking import judged_for, kept

    options, looks = options or Options(), tuple(looks)
    log = kept(scenario, options, stdin)
    found = evaluate_once(scenario, options, log, looks)
    judged = judged_for(found, options, log)
    return evaluate_once(scenario, options, log, looks, judged) if judged else found


def evaluate_once(scenario: Scenario, options: Options, stdin: BinaryIO | None = None, looks: Iterable[Checkpoint] = (),
                  judged: Mapping[Moment, Any] | None = None, program: Program | None = None,
                  only: Slice | None = None, has_say: Callable[[Mapping[str, Any]], bool] | None = None) -> Evaluation:  # fmt: skip
    """One run of a scenario, with its expectations held against it and the judgements that are at hand.

    A ``program`` that was built before is run as it is. With ``only`` some things, nothing else of the deal is run. Rows of the
    log without a say are passed over.
    """
    tree = scenario.tree
    if judged and stdin is not None:
        stdin.seek(0)
    known, program, problems = built(scenario, options, program, only)
    refuse_errors(problems, scenario)
    reader = Reader(program, known)
    rows, notes = timeline_of(scenario, reader, options)
    refuse_errors(reader.problems, scenario)
    log = log_of(scenario, options)
    as_of = as_of_moment(scenario, options, reader, rows)
    stream: Iterable[Row] = rows
    if log is not None:
        stream = heapq.merge(rows, _log_rows(log, scenario, reader, stdin, has_say), key=lambda row: row.day)
    if options.happened_by is not None:
        stream = _through(stream, options.happened_by)
    outcomes: dict[int, Outcome] = {}
    own_day = options.as_of is None or options.as_of == tree.get("as_of")
    points = [*check(scenario, program, reader, as_of, outcomes, undated=own_day, judged=judged), *looks]
    refuse_errors(reader.problems, scenario)
    counted = _Counted(stream)
    run = ran(program, counted, as_of, points, scenario)
    return Evaluation(scenario, program, run, as_of, known, tuple(rows), tuple(notes),
                      tuple(outcomes[number] for number in sorted(outcomes)), tuple(problems), _inputs(scenario),
                      tuple(reader.approximate), counted.count - len(rows) if log is not None else 0,
                      str(log["file"]) if log is not None else None, options)  # fmt: skip


def examine(scenario: Scenario, options: Options) -> list[Diagnostic]:
    """Every problem that keeps a scenario from running, as far as it shows before anything runs.

    Its log is read and typed; one from standard input is not.
    """
    tree = scenario.tree
    found: list[Diagnostic] = []
    try:
        known = _day(tree.get("known_as_of"), scenario, "known_as_of")
        program, problems = build(scenario.deal, tree.get("readings"), tree.get("terms"), known, tree.get("without") or ())
        refuse_errors(problems, scenario)
        reader = Reader(program, known)
        rows, _ = timeline_of(scenario, reader, options)
        found.extend(reader.problems)
        as_of = as_of_moment(scenario, options, Reader(program, known), rows)
        checking = Reader(program, known)
        check(scenario, program, checking, as_of, {})
        found.extend(checking.problems)
        log = log_of(scenario, options)
        if log is not None and log["file"] != "-":
            for _ in _log_rows(log, scenario, Reader(program, known), None):
                pass
    except Refused as refused:
        return [*found, *refused.diagnostics]
    return found


def _through(rows: Iterable[Row], last: Moment) -> Iterator[Row]:
    """The rows up to a moment; of a day that was not cut at a time, all."""
    for row in rows:
        if row.day > civil_day(last):
            return
        if not (isinstance(last, datetime) and row.at is not None and row.at > last):
            yield row


def built(scenario: Scenario, options: Options, program: Program | None = None,
          only: Slice | None = None) -> tuple[date | None, Program, list[Diagnostic]]:  # fmt: skip
    """The day of knowledge, the program of a scenario if it is not at hand, and what is wrong with it."""
    tree = scenario.tree
    known = _day(options.known_as_of or tree.get("known_as_of"), scenario, "known_as_of")
    if program is not None:
        return known, program, []
    readings = {**(tree.get("readings") or {}), **options.readings}
    terms = {**(tree.get("terms") or {}), **options.terms}
    return known, *build(scenario.deal, readings, terms, known, tree.get("without") or (), only=only)


class _Counted:
    """Rows on their way into a run, counted."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows, self.count = rows, 0

    def __iter__(self) -> Iterator[Row]:
        for row in numbered(self.rows):
            self.count += 1
            yield row


def refuse_errors(problems: Iterable[Diagnostic], scenario: Scenario) -> None:
    """Raise ``Refused`` where an error is among the problems; what has no place of its own is shown at the scenario."""
    errors = [p for p in problems if p.severity == "error"]
    if errors:
        placed = [p if p.place.path else Diagnostic(p.code, p.message, scenario.place, p.expected, p.hint) for p in errors]
        raise Refused(*placed)


def ran(program: Program, rows: Iterable[Row], as_of: Moment, points: Any, scenario: Scenario, begun: Run | None = None) -> Run:
    """A finished run. Raises ``Refused`` where it does not settle, or a date or a value cannot be computed."""
    try:
        return run_timeline(program, rows, as_of, points, begun)
    except DoesNotSettle as error:
        place = error.clause.place if error.clause else scenario.place
        raise Refused(Diagnostic("DC420", f"this does not settle: {error}", place, hint=error.hint)) from None
    except NoSuchDay as error:
        raise Refused(Diagnostic("DC421", f"a date cannot be computed: {error}", scenario.place)) from None
    except Incalculable as error:
        raise Refused(Diagnostic("DC422", f"a value cannot be computed: {error}", scenario.place)) from None
    except RecursionError:
        message = "a value cannot be computed: definitions rest on definitions, in too long a chain"
        raise Refused(Diagnostic("DC422", message, scenario.place, "a chain of some hundred definitions at most")) from None


# --- what goes in ----------------------------------------------------------------------------------------------------


def timeline_of(scenario: Scenario, reader: Reader, options: Options) -> tuple[list[Row], list[tuple[Moment, Mapping[str, Any]]]]:
    rows: list[Row] = []
    notes: list[tuple[Moment, Mapping[str, Any]]] = []
    for row, place in scenario.rows:
        if options.without_hypothetical and row.get("hypothetical") == "true":
            continue
        event = reader.read(row, place)
        if event is not None:
            rows.append(event)
        elif "note" in row and "event" not in row and (moment := reader.moment(str(row["date"]), place.at("date"))):
            notes.append((moment, row))
    return in_order(rows, reader), notes


def log_of(scenario: Scenario, options: Options) -> Mapping[str, Any] | None:
    from dealcli.reading.files import beside

    raw = scenario.tree.get("events_from")
    if options.events is not None:
        base = dict(raw) if isinstance(raw, Mapping) else {}
        return {**base, "file": options.events}
    if raw is None:
        return None
    log = {"file": raw} if isinstance(raw, str) else dict(raw)
    return {**log, "file": beside(scenario.path, str(log["file"]))}


def with_log(scenario: Scenario, options: Options, stdin: BinaryIO | None = None) -> Scenario:
    """The scenario with the events of its log among its own rows, for one that runs many times. Raises ``Refused``."""
    from dealcli.reading.logs import read_log

    log = log_of(scenario, options)
    if log is None:
        return scenario
    stream = stdin if str(log["file"]) == "-" else None
    read = _from_log(read_log(str(log["file"]), log.get("fields"), log.get("rename"), stream), scenario)
    rows = ((row, Place(str(log["file"]), line=line, column=1)) for line, row in read)
    tree = {key: value for key, value in scenario.tree.items() if key != "events_from"}
    return replace(scenario, tree=tree, rows=(*scenario.rows, *rows))


def _log_rows(log: Mapping[str, Any], scenario: Scenario, reader: Reader, stdin: BinaryIO | None,
              has_say: Callable[[Mapping[str, Any]], bool] | None = None) -> Iterator[Row]:  # fmt: skip
    """The events of a log, streamed. Raises ``Refused`` at the end of the first bad stretch, and where days go backwards."""
    from dealcli.reading.logs import read_log, standard_input

    path = str(log["file"])
    stream: BinaryIO | None = BytesIO(scenario.logs[path]) if path in scenario.logs else None
    if path == "-":
        stream = stdin or standard_input()
    last, at = date.min, None
    for line, row in _from_log(read_log(path, log.get("fields"), log.get("rename"), stream), scenario):
        if has_say is not None and not has_say(row):
            continue
        event = reader.read(row, Place(path, line=line, column=1))
        if reader.problems:
            if len(reader.problems) >= MOST_PROBLEMS:
                raise Refused(*reader.problems[:MOST_PROBLEMS])
            continue
        if event is None:
            continue
        if event.day < last:
            raise Refused(Diagnostic("DC409", f"this event of {event.day} comes after one of {last}", Place(path, line=line, column=1),
                                     expected="a log in the order of its dates", hint="sort the log by date"))  # fmt: skip
        if event.day == last and at is not None and event.at is not None and event.at < at:
            place = Place(path, line=line, column=1)
            raise Refused(Diagnostic("DC408", "this time is earlier than the last one written for that day", place,
                                     hint="write the events of a day in their order"))  # fmt: skip
        at = event.at if event.day != last else event.at or at
        last = event.day
        yield event
    if reader.problems:
        raise Refused(*reader.problems)


def _from_log(rows: Iterator[tuple[int, dict[str, Any]]], scenario: Scenario) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a log; one that cannot be opened is a problem of the line that names it."""
    try:
        yield from rows
    except Refused as refused:
        if any(d.place.line is not None for d in refused.diagnostics) or not scenario.tree.get("events_from"):
            raise
        place = scenario.place.at("events_from")
        raise Refused(*(Diagnostic(d.code, d.message, place, d.expected, d.hint) for d in refused.diagnostics)) from None


def as_of_moment(scenario: Scenario, options: Options, reader: Reader, rows: list[Row]) -> Moment:
    text = options.as_of or scenario.tree.get("as_of")
    if text:
        place = Place("--as-of") if options.as_of else scenario.place.at("as_of")
        moment = reader.moment(str(text), place)
        refuse_errors(reader.problems, scenario)
        assert moment is not None
        return moment
    if rows:
        return rows[-1].day
    raise Refused(Diagnostic("DC411", "no day is given for which to evaluate", scenario.place, hint="write as_of: 2026-01-31, or --as-of"))


def _day(text: Any, scenario: Scenario, key: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        raise Refused(Diagnostic("DC405", f"there is no such date: {text}", scenario.place.at(key))) from None


def _inputs(scenario: Scenario) -> tuple[tuple[str, str], ...]:
    """The files that the result depends on, with the SHA-256 of their text."""
    import hashlib

    used = {scenario.path, *(text.place.path for text in scenario.deal)}
    return tuple((path, hashlib.sha256(scenario.sources[path].text.encode()).hexdigest())
                 for path in sorted(used) if path in scenario.sources)  # fmt: skip


__all__ = ["Evaluation", "Options", "datetime", "evaluate"]
