"""How many positions of each clause stand in each stage: the answer to a scenario and its log, however long that is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from dealcli.analysis.counting import Counts, Teller, counted_run, with_waiting
from dealcli.analysis.evaluation import Options, as_of_moment, built, evaluate_once, log_of, refuse_errors, timeline_of
from dealcli.analysis.independence import Dependent
from dealcli.analysis.scenario import Scenario
from dealcli.analysis.situations import change_of
from dealcli.analysis.streaming import Streaming
from dealcli.diagnostics import Refused
from dealcli.engine.records import Moment
from dealcli.engine.timeline import Reader
from dealcli.reading.log_rows import Naming
from dealcli.reading.logs import read_blocks
from dealcli.slotted import replace


class History(Teller, Protocol):
    """Every change in its order, written down as it comes."""

    def begin_anew(self) -> None:
        """Forget what was told so far."""


def counts_of(scenario: Scenario, options: Options, history: History | None = None) -> tuple[Counts, Moment]:
    """The counts at the end of the as-of date, and that date; no expectation is looked at. Raises ``Refused``.

    A log is counted as it streams by where its deal lets its keys be looked at one by one; else it is run. Every change of a
    position, an agreement or a fact is told to ``history``.
    """
    log = log_of(scenario, options)
    if log is not None and log["file"] != "-" and options.happened_by is None and not options.without_hypothetical:
        try:
            return _streamed(scenario, options, log, history)
        except (Dependent, Refused):
            pass  # the whole run tells what is the matter, or does what cannot be done key by key
    evaluation = evaluate_once(replace(scenario, expectations=()), options)
    if history is not None:
        history.begin_anew()
        for one in evaluation.run.state.transitions:
            if one.kind != "measure":
                history.tell(one.day, one.key, (change_of(one, one.key),))
    return with_waiting(counted_run(evaluation.run), evaluation.run), evaluation.as_of


def _streamed(scenario: Scenario, options: Options, log: Mapping[str, Any], history: History | None) -> tuple[Counts, Moment]:
    known, program, problems = built(scenario, options)
    refuse_errors(problems, scenario)
    reader = Reader(program, known)
    rows, _ = timeline_of(scenario, reader, options)
    refuse_errors(reader.problems, scenario)
    as_of = as_of_moment(scenario, options, reader, rows)
    if isinstance(as_of, datetime):
        raise Dependent("a time of day")
    fields, rename = log.get("fields") or {}, log.get("rename") or {}
    stream = Streaming(program, reader, rows, as_of, Naming(fields, rename), history)
    return stream.blocks(read_blocks(str(log["file"]), fields, rename, stream.typed)), as_of


__all__ = ["Counts", "History", "counts_of"]
