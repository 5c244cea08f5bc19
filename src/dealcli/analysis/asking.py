"""Expectations about verdicts: which of them need a judgement over all readings, and what they are then held against."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any, BinaryIO

from dealcli.analysis.cones import Node
from dealcli.analysis.evaluation import Evaluation, Options
from dealcli.analysis.expectations import Outcome
from dealcli.analysis.scenario import Scenario
from dealcli.analysis.standings import WAITING, Slot
from dealcli.analysis.uncertain_dates import has_open_choices, uncertain_dates
from dealcli.analysis.verdicts import NOT_JUDGED, Verdict
from dealcli.engine.records import Moment
from dealcli.engine.shown import show

MONEY = ("amount", "paid", "outstanding")


def kept(scenario: Scenario, options: Options, log: BinaryIO | None) -> BinaryIO | None:
    """Standard input in memory, where it is the log and has to be read again for an expected verdict; else as it was."""
    if not from_standard_input(scenario, options) or not any("verdict" in row for row, _ in scenario.expectations):
        return log
    if log is None:
        from dealcli.reading.logs import standard_input

        log = standard_input()
    return BytesIO(log.read())


def judged_for(found: Evaluation, options: Options, log: BinaryIO | None) -> Mapping[Moment, Any]:
    """The judgements that the expectations of an evaluation ask for, by moment; empty where none does.

    An expected verdict asks for one. So does a row that fails where plausible values might agree on what it expects.
    """
    if not has_open_choices(found.scenario, found.program):
        return {}
    again = not from_standard_input(found.scenario, options) or (log is not None and log.seekable())
    undisclosed = again and (any(q.plausible and q.chosen == q.default for q in found.program.questions)
                             or bool(uncertain_dates(found.scenario)))  # fmt: skip
    asked = [o for o in found.outcomes if o.node is not None and ("verdict" in o.row or (undisclosed and not o.holds))]
    if not asked:
        return {}
    from dealcli.analysis.readings import judge

    nodes = {node for outcome in asked for node in _nodes(outcome)}
    return judge(found.scenario, options, [outcome.at for outcome in asked], log, only=nodes)


def from_standard_input(scenario: Scenario, options: Options) -> bool:
    """Whether the events of a scenario come from standard input, which can be read once."""
    raw = scenario.tree.get("events_from")
    return (options.events or (raw.get("file") if isinstance(raw, Mapping) else raw)) == "-"


def _nodes(outcome: Outcome) -> tuple[Node, ...]:
    assert outcome.node is not None
    return (outcome.node, ("binding", outcome.node[1]))


def judged_actual(actual: dict[str, Any], row: Mapping[str, Any], judgement: Any, node: Node, slot: Slot = WAITING) -> dict[str, Any]:
    """What a row is held against once it was judged: what all plausible values agree on is what is so."""
    if judgement is None:
        return actual
    if node[0] in ("facts", "measures"):
        slot = (actual.pop("key", None), None, 0)
    found = {**judgement.of(node, slot), **judgement.of(("binding", node[1]), WAITING)}
    if node in judgement.refused:
        return actual | {"verdict": NOT_JUDGED}
    field = _field(row, node)
    judged = dict(actual)
    if field in found:
        judged["verdict"] = found[field].word
        judged["turns_on"] = tuple(sorted({*(actual.get("turns_on") or ()), *found[field].turns_on}))
    for name, verdict in found.items():
        judged |= _reported(name, verdict, actual)
    return judged


def _field(row: Mapping[str, Any], node: Node) -> str:
    """The field that a verdict belongs to: the one tested beside it."""
    if node[0] in ("facts", "measures"):
        return "value"
    if any(word in row for word in MONEY):
        return "amount"
    return next((name for name in ("due", "since", "binding") if name in row), "stage")


def _reported(name: str, verdict: Verdict, actual: Mapping[str, Any]) -> dict[str, Any]:
    value: Any = verdict.reported.value if verdict.reported is not None else None
    if name == "stage":
        stage = "undetermined" if verdict.reported is None else value[0]
        if stage in actual["is"]:
            return {"possible": verdict.possible} if verdict.possible else {}
        return {"is": {stage}, "is_not": {stage}, "possible": verdict.possible}
    if verdict.reported is None:
        return {}
    if name == "value":
        return {"equals": value, "is": {show(value)}, "is_not": {show(value)}}
    if name == "amount":
        return dict(zip(MONEY, value, strict=True))
    return {name: value} if name in ("due", "since") else {}


__all__ = ["from_standard_input", "judged_actual", "judged_for", "kept"]
