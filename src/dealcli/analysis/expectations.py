"""Holding a run against what a scenario expects: each row is looked at when the run stands at its day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from dealcli.analysis.findings import FINDINGS, all_findings
from dealcli.dates import civil_day
from dealcli.diagnostics import Place, did_you_mean
from dealcli.engine import lifecycle
from dealcli.engine.definitions import literal_value
from dealcli.engine.program import Agreement, Clause, Program
from dealcli.engine.records import Moment, Position, show_key
from dealcli.engine.run import Run
from dealcli.engine.shown import party_name, show
from dealcli.engine.state import outstanding
from dealcli.engine.timeline import Reader
from dealcli.language import values
from dealcli.language.clauses import AGREEMENT_STAGES, CLAUSE_STAGES
from dealcli.language.declarations import Fact, Fluent, Measure
from dealcli.language.tree import LanguageError
from dealcli.language.values import UNKNOWN
from dealcli.money import Money
from dealcli.slotted import dataclass

SUBJECTS = ("finding", "clause", "agreement", "measure", "fact")
SELECTORS = ("at", "key", "bearer")
HOLDS_ALREADY = (("todo", "does not hold yet", "holds"),)
"""What differs where an expectation holds that is marked as one that does not hold yet."""
FINDING_NAMES = {"acts_without_effect": "act_without_effect"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether one expectation holds, and what differs: (test, expected, actual) of each part that does not."""

    row: Mapping[str, Any]
    place: Place
    at: Moment
    differences: tuple[tuple[str, str, str], ...]
    node: tuple[str, str] | None = None
    """What it is about, as verdicts name it; None for a finding."""

    @property
    def holds(self) -> bool:
        return not self.differences

    @property
    def fails(self) -> bool:
        """Whether it is not as it should be: it does not hold, or holds and is marked ``todo``."""
        return self.holds == ("todo" in self.row)

    @property
    def wrong(self) -> tuple[tuple[str, str, str], ...]:
        """What differs, as ``differences`` says it, where it fails."""
        return HOLDS_ALREADY if self.holds else self.differences


Checkpoint = tuple[Moment, Callable[[Run], None]]


def check(scenario: Any, program: Program, reader: Reader, as_of: Moment, outcomes: dict[int, Outcome], *,
          undated: bool = True, judged: Mapping[Moment, Any] | None = None) -> list[Checkpoint]:  # fmt: skip
    """The checkpoints at which the expectations of a scenario are looked at; outcomes are put into ``outcomes``.

    Names that do not exist are problems of the reader. Expectations after ``as_of`` are left out, and those without a day
    of their own (``undated``) where the run stands at another day than the scenario's. ``judged`` has the judgement over
    all readings, by moment; without it, verdicts are those of the default readings.
    """
    points: list[Checkpoint] = []
    for number, (row, place) in enumerate(scenario.expectations):
        subject = next(word for word in SUBJECTS if word in row)
        thing = _subject(subject, row, program, reader, place)
        _check_words(subject, row, reader, place)
        moment = reader.moment(str(row["at"]), place.at("at")) if row.get("at") else as_of
        if thing is None or moment is None or civil_day(moment) > civil_day(as_of) or not (undated or row.get("at")):
            continue
        judgement = (judged or {}).get(moment)
        points.append((moment, _look(number, row, place, moment, subject, thing, outcomes, reader, judgement)))
    return points


WORDS = {"clause": CLAUSE_STAGES, "agreement": AGREEMENT_STAGES, "fact": frozenset({"true", "false", "unknown"})}
_SECTIONS = {"clause": "clauses", "measure": "measures", "fact": "facts"}
VERDICTS = ("settled", "contested", "undetermined")


def _check_words(subject: str, row: Mapping[str, Any], reader: Reader, place: Place) -> None:
    """Refuse a stage or verdict that does not exist: it could never hold, or never fail."""
    for test in ("is", "is_not", "possible", "verdict"):
        known = VERDICTS if test == "verdict" else WORDS.get(subject, ())
        for word in row.get(test, ()) if isinstance(row.get(test), list) else filter(None, [row.get(test)]):
            if known and word not in known and not (test == "possible" and word == "none"):
                what = "verdict" if test == "verdict" else "stage"
                reader.problem("DC302", f"there is no {what} '{word}'", place.at(test), did_you_mean(word, known))


def _look(number: int, row: Mapping[str, Any], place: Place, moment: Moment, subject: str, thing: Any,
          outcomes: dict[int, Outcome], reader: Reader, judgement: Any) -> Callable[[Run], None]:  # fmt: skip
    node = None if subject == "finding" else (_SECTIONS.get(subject, subject), thing.full if subject != "agreement" else thing.name)

    tested = {key: value for key, value in row.items() if key != "todo"}

    def look(run: Run) -> None:
        found = tuple(_differences(run, tested, subject, thing, reader, judgement))
        outcomes[number] = Outcome(row, place, moment, found, node)

    return look


def _subject(subject: str, row: Mapping[str, Any], program: Program, reader: Reader, place: Place) -> Any:
    name = str(row[subject])
    if subject == "finding":
        kind = FINDING_NAMES.get(name, name)
        if kind not in FINDINGS:
            reader.problem("DC302", f"there is no finding '{name}'", place.at(subject), did_you_mean(name, FINDINGS))
        clauses = {word for clause in program.clauses for word in (clause.name, clause.full)}
        if "clause" in row and row["clause"] not in clauses:
            message = f"no clause is called '{row['clause']}'"
            reader.problem("DC302", message, place.at("clause"), did_you_mean(str(row["clause"]), clauses))
        return kind
    agreement, _, inner = name.rpartition(".")
    kinds: dict[str, Any] = {"clause": program.clauses, "agreement": program.agreements, "measure": program.measures,
                             "fact": program.facts}  # fmt: skip
    found = [t for t in kinds[subject] if t.name == inner and (not agreement or t.agreement == agreement)]
    if len(found) == 1:
        return found[0]
    if found:
        names = " or ".join(thing.full for thing in found)
        reader.problem("DC303", f"'{name}' could mean {names}", place.at(subject), "write agreement.name")
    else:
        known = {t.name for t in kinds[subject]}
        reader.problem("DC302", f"no {subject} is called '{name}'", place.at(subject), did_you_mean(inner, known))
    return None


# --- what differs ----------------------------------------------------------------------------------------------------


def _differences(run: Run, row: Mapping[str, Any], subject: str, thing: Any, reader: Reader,
                 judgement: Any) -> list[tuple[str, str, str]]:  # fmt: skip
    found: list[tuple[str, str, str]] = []
    for actual in _actuals(run, row, subject, thing, reader, judgement):
        for test, wanted in row.items():
            if test in SUBJECTS or (test in SELECTORS and not (test == "bearer" and subject == "clause" and len(row) == 2)):
                continue
            given = actual.get(test, "")
            if not _agrees(test, wanted, given):
                difference = (test, _text(wanted), _text(given))
                if difference not in found:
                    found.append(difference)
    return found


def _actuals(run: Run, row: Mapping[str, Any], subject: str, thing: Any, reader: Reader, judgement: Any) -> list[dict[str, Any]]:
    from dealcli.analysis.asking import judged_actual

    if subject == "clause":
        return clause_actuals(run, thing, row, judgement)
    if subject == "agreement":
        return [judged_actual(_agreement_actual(run, thing), row, judgement, ("agreement", thing.name))]
    if subject == "finding":
        approximate = len(reader.approximate) if thing == "approximate_date" else 0
        return [{"count": str(approximate + _count_findings(run, row, thing))}]
    return [judged_actual(_fluent_actual(run, thing, row), row, judgement, (_SECTIONS[subject], thing.full))]


def _agrees(test: str, wanted: Any, given: Any) -> bool:
    options = wanted if isinstance(wanted, list) else [wanted]
    if test == "is_not":
        return not any(_same(one, given) for one in options)
    if test == "possible":
        return sorted(map(str, options)) == sorted(given or ())
    if test == "turns_on":
        return all(any(one in (name, name.rpartition(".")[2]) for name in given or ()) for one in options)
    return any(_same(one, given) for one in options)


def _same(wanted: Any, given: Any) -> bool:
    if isinstance(given, set):
        return str(wanted) in given
    if given is None:
        return wanted in ("none", None)
    if values.is_unknown(given):
        return wanted in ("unknown", show(given))
    if isinstance(given, str):
        return str(wanted) == given
    try:
        value, _ = literal_value(wanted)
    except LanguageError:
        return str(wanted) == show(given)
    if isinstance(given, datetime) and isinstance(value, date) and not isinstance(value, datetime):
        return given.date() == value
    same = values.amount_number(value) == values.amount_number(given)
    currencies = {v.currency for v in (value, given) if isinstance(v, Money)}
    return bool(same) and len(currencies) < 2


def _text(value: Any) -> str:
    if isinstance(value, set):
        return " / ".join(sorted(value, key=lambda word: (word == "performed", word)))
    return show(value)


# --- what is there ---------------------------------------------------------------------------------------------------


def clause_actuals(run: Run, clause: Clause, row: Mapping[str, Any], judgement: Any = None) -> list[dict[str, Any]]:
    """What a row is held against: every position of the clause that its selectors leave."""
    from dealcli.analysis.asking import judged_actual
    from dealcli.analysis.standings import slots

    node, everyone = ("clauses", clause.full), run.state.positions_of[clause]
    positions = [(p, slot) for p, slot in zip(everyone, slots(everyone), strict=True) if selected(p, row)]
    if not positions:
        stage = waiting_stage(run, clause)
        actual = {"is": {stage}, "is_not": {stage}, "amount": None, "due": None, "since": "", "paid": None, "outstanding": None,
                  "count": "0", "verdict": "", "possible": (), "turns_on": (), "binding": show(clause.binding)}  # fmt: skip
        return [judged_actual(actual, row, None if everyone else judgement, node)]
    return [judged_actual(_position_actual(run, p, len(positions)), row, judgement, node, slot) for p, slot in positions]


def selected(position: Position, row: Mapping[str, Any]) -> bool:
    if "bearer" in row and len(row) > 2 and row["bearer"] != party_name(position.bearer):
        return False
    if "key" not in row:
        return True
    wanted = row["key"]
    if isinstance(wanted, list):
        return [str(one) for one in wanted] == [show_key(part) for part in position.key]
    from dealcli.engine.state import answers_to

    return str(wanted) == position.key_text or answers_to(position, _key_value(wanted))


def _key_value(wanted: Any) -> Any:
    try:
        return date.fromisoformat(str(wanted))
    except ValueError:
        return int(wanted) if str(wanted).isascii() and str(wanted).isdigit() else str(wanted)


def waiting_stage(run: Run, clause: Clause) -> str:
    """The stage of a clause of which nothing has made an instance: ready while its agreement is in force."""
    if clause in run.state.closed:
        word, certain = run.state.closed[clause]
        return word if certain else "undetermined"
    state = run.state.agreements[run.program.deal.agreements[clause.agreement]]  # type: ignore[index]
    stage = state.shown
    if stage in lifecycle.AGREEMENT_OVER and (clause.survives or (stage == "superseded" and clause in run.state.excepted)):
        return "ready"
    if stage in ("in_force", "suspended"):
        return "ready" if stage == "in_force" else "suspended"
    if stage in ("pending", "terminated", "superseded", "undetermined"):
        return stage
    return "ended"


def _position_actual(run: Run, position: Position, count: int) -> dict[str, Any]:
    stages = {position.shown}
    if run.state.position_is(position, frozenset({"performed"})) is True:
        stages.add("performed")
    amount = run.state.amount_of(position)
    undetermined = len(position.stages) > 1
    return {
        "is": stages, "is_not": stages, "amount": amount, "paid": position.paid if position.clause.amount is not None else None,
        "outstanding": outstanding(amount, position), "due": position.limit, "since": position.since,
        "bearer": party_name(position.bearer), "counterparty": party_name(position.counterparty), "binding": show(position.clause.binding),
        "possible": lifecycle.possible(position.stages, position.clause.kind) if undetermined else (),
        "verdict": "undetermined" if undetermined else "settled", "count": str(count), "turns_on": turns_on(run, position),
    }  # fmt: skip


def _open(run: Run, clause: Clause) -> bool:
    """Whether a position of the clause is undetermined itself."""
    return any(len(position.stages) > 1 for position in run.state.positions_of[clause])


def turns_on(run: Run, position: Position) -> tuple[str, ...]:
    """What an undetermined position turns on: undisclosed terms, unknown facts and measures, events that may be unreported."""
    if len(position.stages) == 1:
        return ()
    found: set[str] = set()
    clause = position.clause
    waiting = list(clause.reads)
    seen = set()
    while waiting:
        read = waiting.pop()
        if read in seen:
            continue
        seen.add(read)
        thing = read.thing
        if read.kind == "term" and values.is_unknown(thing.value):
            found.add(thing.full)
        elif isinstance(thing, Fluent):
            waiting.extend(thing.reads)
            if not thing.keys and values.is_unknown(run.state.fluent(thing, ())):
                found.add(thing.full)
        elif (read.kind == "event" and run.state.is_partial(thing)) or (read.kind in ("stage", "outcome") and _open(run, thing)):
            found.add(thing.full)
    found.update(e.full for b in clause.act for e in b.events if run.state.is_partial(e))
    if values.is_unknown(position.until):
        found.add(f"{clause.full}.until")
    found.update(exception.full for exception in clause.exceptions if _open(run, exception))
    if position.limit is UNKNOWN and not found:
        found.add(f"{clause.full}.{clause.limit_field}")
    return tuple(sorted(found))


def _agreement_actual(run: Run, agreement: Agreement) -> dict[str, Any]:
    state = run.state.agreements[agreement]
    return {"is": {state.shown}, "is_not": {state.shown}, "since": state.since, "possible": state.stages if len(state.stages) > 1 else (),
            "binding": show(agreement.binding), "verdict": "undetermined" if len(state.stages) > 1 else "settled"}  # fmt: skip


def _fluent_actual(run: Run, thing: Fact | Measure, row: Mapping[str, Any]) -> dict[str, Any]:
    key: tuple[Any, ...] = ()
    if thing.keys:
        raw = row.get("key")
        wanted = [str(one) for one in raw] if isinstance(raw, list) else [str(raw)]
        known = [k for k, _ in run.state.fluent_values(thing)]
        key = next((k for k in known if [show_key(part) for part in k] == wanted), tuple(wanted))
    value = run.state.fluent(thing, key)
    word = show(value)
    settled = "undetermined" if values.is_unknown(value) else "settled"
    text = " / ".join(show_key(part) for part in key) or None
    return {"equals": value, "is": {word}, "is_not": {word}, "verdict": settled, "possible": (), "turns_on": (), "key": text}


def _count_findings(run: Run, row: Mapping[str, Any], kind: str) -> int:
    wanted = row.get("clause")
    count = 0
    for finding in all_findings(run):
        if finding.kind != kind:
            continue
        if wanted and finding.clause != wanted and (finding.clause or "").rpartition(".")[2] != wanted:
            continue
        if "key" in row and finding.key != str(row["key"]):
            continue
        count += 1
    return count
