"""The explanation of one position as a document: ``dealcli.explanation/1``. How it got here, why, and what it turns on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from dealcli import __version__
from dealcli.analysis.cones import Cones
from dealcli.analysis.evaluation import Evaluation
from dealcli.analysis.evidence import Evidence, Witness, event_behind
from dealcli.analysis.questions import Open
from dealcli.analysis.readings import Judgement
from dealcli.analysis.reasons import Reason, reasons, text_of
from dealcli.analysis.standings import WAITING, Slot, slots
from dealcli.analysis.verdicts import outcome
from dealcli.analysis.wording import cause_text
from dealcli.dates import civil_day
from dealcli.diagnostics import Place
from dealcli.engine.program import Clause
from dealcli.engine.records import Event, Position, Transition
from dealcli.language.values import is_unknown
from dealcli.output.document import amount_row, document, in_order, moment_text, truth_of, value_of
from dealcli.output.judged import put_verdicts
from dealcli.reading.sources import locate
from dealcli.slotted import replace

FORMAT = "dealcli.explanation/1"
COMPARED = ("stage", "since", "due", "amount", "breaches")
"""What a reading may move."""

Row = dict[str, Any]


class Asked(NamedTuple):
    """What is to be explained: a position, or a clause of which there is none yet. ``depth``: how far definitions go."""

    clause: Clause
    position: Position | None = None
    depth: int = 40


def explanation(evaluation: Evaluation, judgement: Judgement | None, asked: Asked, result: Row | None = None) -> Row:
    """The explanation of a position. ``judgement`` is that of its clause over all readings, where it was judged.

    ``result`` is the result of the evaluation, where it is at hand.
    """
    telling = _Telling(evaluation, judgement, asked)
    result = result or document(evaluation)
    row = telling.position_row(result)
    clause = asked.clause
    return {
        "format": FORMAT,
        "tool": {"name": "dealcli", "version": __version__},
        "scenario": {"title": evaluation.scenario.title, "path": evaluation.scenario.path},
        "as_of": moment_text(evaluation.as_of),
        "known_as_of": str(evaluation.known_as_of) if evaluation.known_as_of else None,
        "inputs": result["inputs"],
        "parties": result["parties"],
        "text": " ".join(clause.text.split()) or None,
        **telling.where(replace(clause.place, on_key=True)),
        "position": row,
        "story": telling.story(),
        "reasons": telling.reasons(),
        "rests_on": telling.rests_on(),
        "waits_for": telling.waits_for(),
        "questions": telling.questions(),
        "sources": telling.sources(),
        "assumed": clause.assumed or None,
        "agenda": [entry for entry in result["agenda"] if entry.get("clause") == clause.full and entry.get("key") == row["key"]],
    }


class _Telling:
    def __init__(self, evaluation: Evaluation, judgement: Judgement | None, asked: Asked) -> None:
        self.evaluation, self.judgement, self.asked = evaluation, judgement, asked
        self.program, self.clause, self.position = evaluation.program, asked.clause, asked.position
        self.witness = Witness(evaluation.run, asked.depth)
        self.node = ("clauses", asked.clause.full)
        self.slot = self._slot()

    def _slot(self) -> Slot:
        positions = self.evaluation.run.state.positions_of[self.clause]
        return next((slot for p, slot in zip(positions, slots(positions), strict=True) if p is self.position), WAITING)

    def position_row(self, result: Row) -> Row:
        """The row of the position in the result, with its verdicts."""
        rows = [row for row in result["positions"] if row["clause"] == self.clause.full]
        if self.position is not None:
            row = dict(rows[in_order(self.evaluation.run.state.positions_of[self.clause]).index(self.position)])
        else:
            row = dict(rows[0])
        if self.judgement is not None:
            put_verdicts(row, self.evaluation, self.judgement, self.node, self.slot)
        return row

    def where(self, place: Place | None) -> Row:
        """The file, line and column of a place."""
        span = locate(place, self.evaluation.scenario.sources) if place is not None else None
        path = place.path if place is not None and place.path else None
        return {"path": path, "line": span.line if span else None, "column": span.column if span else None}

    # --- how it got here --------------------------------------------------------------------------------------------

    def story(self) -> list[Row]:
        """What it succeeded, and every transition of its own."""
        rows = [row for older in self._older(self.clause, set()) for row in self._former(older)]
        return [*sorted(rows, key=lambda row: str(row["date"])), *map(self._moved, self._transitions(self.clause))]

    def _older(self, clause: Clause, seen: set[Clause]) -> Iterator[Clause]:
        for other in self.program.clauses:
            if clause in other.replaced_by and other not in seen:
                seen.add(other)
                yield from self._older(other, seen)
                yield other

    def _former(self, clause: Clause) -> Iterator[Row]:
        """The first day on which an earlier clause was in force."""
        begun = [t for t in self._transitions(clause, every=True) if t.after == "in_force"]
        for transition in begun[:1]:
            yield self._moved(transition) | {"what": "earlier"}

    def _transitions(self, clause: Clause, *, every: bool = False) -> list[Transition]:
        own = [t for t in self.evaluation.run.state.transitions if t.kind in ("position", "party") and t.name == clause.full]
        if every or self.position is None:
            return own
        mine = (self.position.key_text, self.position.bearer)
        return [t for t in own if (t.key, t.bearer) == mine or t.kind == "party"]

    def _moved(self, transition: Transition) -> Row:
        clause = next(c for c in self.program.clauses if c.full == transition.name)
        return {"date": moment_text(transition.moment), "what": "transition", "clause": clause.full, "title": clause.title,
                "from": None if transition.before == "new" else transition.before, "to": transition.after, "cue": transition.cue,
                "text": self._cause(transition), "event": self._event(event_behind(transition))}  # fmt: skip

    def _cause(self, transition: Transition) -> str:
        """What set it in motion; a day that came is told by the agreement that began on it."""
        began = (t for t in self.evaluation.run.state.transitions if t.kind == "agreement" and t.after == "in_force")
        if transition.cause.kind == "day" and any((t.name, t.moment) == (transition.agreement, transition.moment) for t in began):
            return f"{self.program.agreement(transition.agreement).title} took effect"
        return cause_text(transition.cause.describe(), self.program)

    def _event(self, event: Event | None) -> Row | None:
        if event is None:
            return None
        row = event.row or {}
        return {"name": event.type.full, "title": event.type.title or event.type.name.replace("_", " "), "date": moment_text(event.moment),
                "by": event.values.get(event.type.doer), "certain": event.certain, "hypothetical": row.get("hypothetical") == "true",
                "sources": list(row.get("sources") or ()), **self.where(event.place)}  # fmt: skip

    # --- why --------------------------------------------------------------------------------------------------------

    def reasons(self) -> list[Row]:
        """The fields of the clause that have a say, each with its evidence."""
        return [self._reason(reason) for reason in reasons(self.witness, self.position)] if self.position is not None else []

    def _reason(self, reason: Reason) -> Row:
        return {"role": reason.role, "text": reason.text, "value": self._value(reason.value), "name": reason.name or None,
                "title": reason.title or None, "since": moment_text(reason.moment), "event": self._event(reason.event),
                "decides": reason.decides, "sources": list(reason.sources), **self.where(reason.place),
                "evidence": self._evidence(reason.evidence) if reason.evidence is not None else None}  # fmt: skip

    def _evidence(self, found: Evidence) -> Row:
        return {"kind": found.kind, "text": found.text, "value": self._value(found.value), "name": found.name or None,
                "title": found.title or None, "since": moment_text(found.since), "event": self._event(found.event),
                "reading": found.reading or None, "decides": found.decides, "sources": list(found.sources), **self.where(found.place),
                "parts": [self._evidence(part) for part in found.parts]}  # fmt: skip

    def _value(self, value: Any) -> Any:
        if isinstance(value, Event):
            return moment_text(value.moment)
        if isinstance(value, bool) or is_unknown(value):
            return truth_of(value) if type(value) is bool else value_of(value)
        return value_of(value)

    def rests_on(self) -> Row:
        """The events of the timeline that may bear on it, under any reading; all others could be left out.

        Those of a log are not among them.
        """
        evaluation, as_of = self.evaluation, civil_day(self.evaluation.as_of)
        reached = Cones(text.tree for text in evaluation.scenario.deal).reached_from(self.node)
        happened = [row for row in evaluation.rows if row.day <= as_of]
        found = [row for row in happened if (_kind_of(row), _name_of(row)) in reached]
        return {"events": [{"name": _name_of(row), "date": moment_text(row.moment), **self.where(row.place)} for row in found],
                "of": len(happened)}  # fmt: skip

    def waits_for(self) -> Row | None:
        """What makes a position, for a clause that has none yet."""
        definition = self.program.definitions[self.clause]
        if self.position is not None:
            return None
        found = [key for key in ("for_each", "every", "from") if definition.get(key) is not None]
        agreement = self.program.agreement(self.clause.agreement)
        stage = self.evaluation.run.state.agreements[agreement].shown
        fields = [{"role": key, "text": text_of(definition.get(key)), **self.where(definition.place_of(key))} for key in found]
        return {"agreement": agreement.name, "agreement_stage": stage, "fields": fields}

    # --- what it turns on -------------------------------------------------------------------------------------------

    def questions(self) -> list[Row]:
        """Each open question that a run looked at here, with what follows from each of its choices; those that move it first."""
        if self.judgement is None or self.node in self.judgement.refused:
            return []
        numbers = sorted({number for leaf in self.judgement.leaves[self.node] for number in leaf.choices})
        rows = [self._question(self.judgement.questions.all[number]) for number in numbers]
        return sorted(rows, key=lambda row: not row["moves"])

    def _question(self, one: Open) -> Row:
        backing = dict(one.question.backing)
        means = (one.tree.get("readings") or {}) if isinstance(one.tree, Mapping) else {}
        ordered = (one.default, *(c for c in one.choices if c != one.default)) if not one.plausible else one.choices
        choices = [{"name": choice, "default": choice == one.default, "means": (means.get(choice) or {}).get("means"),
                    "sources": list(backing.get(choice, ())), **self._under(one, choice)}
                   for choice in ordered]  # fmt: skip
        moved = [name for name in COMPARED if len({str(choice[name]) for choice in choices}) > 1]
        return {"name": one.name, "title": one.question.title, "plausible": one.plausible, "moves": moved, "choices": choices}

    def _under(self, one: Open, choice: str) -> Row:
        """How the position stands under one choice and the default of all other questions; null where that is not one thing."""
        return {name: self._outcome(name, {one.number: choice}) for name in COMPARED}

    def _outcome(self, name: str, chosen: Mapping[int, str]) -> Any:
        assert self.judgement is not None
        found = outcome(self.judgement.questions, self.node, self.judgement.leaves[self.node], self.slot, name, chosen)
        if len(found) != 1:
            return "undetermined" if name == "stage" and found else None
        value: Any = found[0].value
        if name == "stage":
            return value[0]
        if name == "breaches":
            return [str(breach["date"]) for breach in value]
        if name == "amount":
            return amount_row(value)
        return moment_text(value) if name == "since" else value_of(value)

    # --- who says so ------------------------------------------------------------------------------------------------

    def sources(self) -> Row:
        """The sources behind the clause and against it."""
        return {"for": self._source_rows(self.clause.sources), "against": self._source_rows(self.clause.against)}

    def _source_rows(self, names: Iterable[str]) -> list[Row]:
        by = self.evaluation.known_as_of
        known = (s for name in names if (s := self.program.sources.get(name)) is not None
                 and (by is None or s.published is None or s.published <= by))  # fmt: skip
        return [{"id": s.id, "title": s.title, "publisher": s.publisher or None, "published": s.published_text or None,
                 "standing": s.standing or None, "read": s.read or None, "url": s.url or None} for s in known]  # fmt: skip


def _kind_of(row: Any) -> str:
    return "events" if isinstance(row, Event) else "clauses"


def _name_of(row: Any) -> str:
    name: str = row.type.full if isinstance(row, Event) else row.clause.full
    return name


__all__ = ["FORMAT", "Asked", "explanation"]
