"""Why a position is what it is: each field of its clause that has a say in it, with its evidence.

The order is that in which a position lives: what made it, whether its clause applies, what it asks, how it ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dealcli.analysis.evidence import Evidence, Witness, event_behind
from dealcli.diagnostics import Place
from dealcli.engine.gates import Gate, any_binds, gate_of
from dealcli.engine.program import Clause
from dealcli.engine.records import Event, Moment, Position, Transition
from dealcli.language import values
from dealcli.language.scope import Env
from dealcli.language.triggers import event_types
from dealcli.slotted import dataclass, replace

BY_CUE: Mapping[str, tuple[str, ...]] = {
    "performed": ("act", "holds", "amount"), "cured": ("act", "cure"), "exercised": ("act",), "used": ("act",),
    "limit": ("within", "due", "before", "period", "act", "holds"), "broken": ("act", "maintain", "breached_by"),
    "restored": ("maintain",), "span_over": ("until",), "agreement_over": ("agreement",), "waived": ("waived_by",),
    "discharged": ("discharged_by",), "superseded": ("replaced_by",), "completed": ("agreement",),
}  # fmt: skip
"""The fields behind each cue. What a gate did is told by the gate itself."""
LIMITS = ("within", "due", "before")


@dataclass(frozen=True, slots=True)
class Reason:
    """One field of a clause and what it came to for one position.

    ``value`` is a truth, a date or an amount. ``moment`` and ``event`` are when and by what it happened, for a field that
    waits for something to occur. ``decides`` says whether the present stage follows from it.
    """

    role: str
    text: str
    value: Any = None
    name: str = ""
    title: str = ""
    moment: Moment | None = None
    event: Event | None = None
    evidence: Evidence | None = None
    place: Place | None = None
    sources: tuple[str, ...] = ()
    decides: bool = False


def reasons(witness: Witness, position: Position) -> list[Reason]:
    """Every field that has a say in the stage of a position, in order."""
    return _Asked(witness, position).told()


class _Asked:
    """One position and its clause, as a witness sees them."""

    def __init__(self, witness: Witness, position: Position) -> None:
        self.witness, self.position, self.clause = witness, position, position.clause
        self.state, self.program = witness.run.state, witness.program
        self.definition = self.program.definitions[self.clause]
        self.env = Env(self.state, position)
        self.history = [t for t in self.state.transitions if t.kind == "position" and t.name == self.clause.full
                        and t.key == position.key_text and t.bearer == position.bearer]  # fmt: skip

    def told(self) -> list[Reason]:
        deciding = self._deciding(gate_of(self.state, self.position))
        found = (*self._made(), self._agreement(), *self._spans(), *self._exclusions(), *self._exceptions(), *self._suspended(),
                 *self._limits(), *self._acts(), *self._money(), *self._replaced())  # fmt: skip
        doubtful = len(self.position.stages) > 1
        return [replace(reason, decides=reason.role in deciding or reason.name in deciding
                        or (doubtful and values.is_unknown(reason.value))) for reason in found]  # fmt: skip

    def _deciding(self, gate: Gate) -> frozenset[str]:
        """The roles, or names, from which the present stage follows: those of its last cue, and of a gate that is not open."""
        last = self._last()
        found = set(BY_CUE.get(last.cue, ()) if last is not None else ())
        if gate.why and self.position.undecided:
            found.add(gate.why)
        if (last is None or last.cue == "gate") and not gate.why:
            found |= {"agreement", "from", "while"}
        return frozenset(found)

    def _last(self) -> Transition | None:
        """The transition that led to the present stage."""
        settled = len(self.position.stages) == 1
        moved = [t for t in self.history if t.before != t.after and settled] or self.history
        return moved[-1] if moved else None

    def _by(self, *cues: str) -> Transition | None:
        """The last transition by one of these cues, the first cue first."""
        return next((t for cue in cues for t in reversed(self.history) if t.cue == cue), None)

    def _field(self, key: str, value: Any = None, **more: Any) -> Reason:
        return Reason(key, text_of(self.definition.get(key)), value, place=self.definition.place_of(key), **more)

    def _occurred(self, key: str, moved: Transition | None) -> Reason:
        """A field that waits for something to occur."""
        return self._field(key, moved is not None, moment=moved.anchor if moved is not None else None, event=event_behind(moved))

    def _condition(self, key: str) -> Reason:
        evidence = self.witness.field(self.clause, key, self.env)
        return self._field(key, evidence.value if evidence is not None else values.UNKNOWN, evidence=evidence)

    # --- what made it, and whether its clause applies ---------------------------------------------------------------

    def _made(self) -> Iterator[Reason]:
        for key in ("for_each", "every"):
            if self.definition.get(key) is not None:
                yield self._field(key, moment=self.position.made_on, event=event_behind(self.position.occurrence))

    def _agreement(self) -> Reason:
        agreement = self.program.agreement(self.clause.agreement)
        found = self.witness.agreement(agreement)
        return Reason("agreement", agreement.name, found.value, agreement.name, agreement.title, found.since, found.event,
                      place=found.place)  # fmt: skip

    def _spans(self) -> Iterator[Reason]:
        for key, when in (("from", self.clause.begin), ("until", self.clause.end)):
            if when is None:
                continue
            if when.mode == "trigger":
                moment = self.position.begun_at if key == "from" else None
                yield self._field(key, True, moment=moment) if moment is not None else self._occurred(key, self._by("span_over"))
                continue
            evidence = self.witness.field(self.clause, key, self.env)
            value = self.position.until if key == "until" else when.function(self.env) if when.function is not None else None
            yield self._field(key, value, evidence=evidence)
        if self.definition.get("while") is not None:
            yield self._condition("while")

    def _exclusions(self) -> Iterator[Reason]:
        raw, place = self.definition.get("unless"), self.definition.place_of("unless")
        rows = raw if isinstance(raw, list) else [{"when": raw}] if raw is not None else []
        for number, (row, exclusion) in enumerate(zip(rows, self.clause.exclusions, strict=True)):
            here = place.at(number, "when") if isinstance(raw, list) else place
            yield Reason("unless", text_of(row.get("when")), exclusion.condition(self.env), exclusion.name, str(row.get("title") or ""),
                         evidence=self.witness.written(row.get("when"), here, self.env), place=here, sources=exclusion.sources)  # fmt: skip

    def _exceptions(self) -> Iterator[Reason]:
        """The clauses that are exceptions to it: one without an act displaces it while it binds, one with an act excuses acts."""
        for exception in self.clause.exceptions:
            told = Reason("exception", exception.full, None, exception.full, exception.title,
                          place=replace(exception.place, on_key=True), sources=exception.sources)  # fmt: skip
            if not exception.act and not exception.act_undisclosed:
                yield replace(told, value=any_binds(self.state, exception, self.position))
                continue
            used = [o for o in self.position.excused if o.event is not None and o.event.type in event_types(exception.act)]
            yield replace(told, value=bool(used), moment=used[-1].anchor if used else None, event=used[-1].event if used else None)

    def _suspended(self) -> Iterator[Reason]:
        own = self.state.agreements[self.program.agreement(self.clause.agreement)]
        causes = (*self.position.suspended_by.values(), *self.state.suspended.get(self.clause, {}).values(), *own.suspended_by.values())
        if causes:
            yield Reason("suspended", "", True in causes or values.UNKNOWN, moment=self.position.suspended_on)

    # --- what it asks, and what was done ----------------------------------------------------------------------------

    def _limits(self) -> Iterator[Reason]:
        for key in LIMITS:
            if self.definition.get(key) is not None:
                anchor = self.position.anchor if key == "within" else None
                yield self._field(key, self.position.limit, moment=anchor, evidence=self.witness.field(self.clause, key, self.env))
        if self.clause.limit is None and self.position.limit is not None:
            yield Reason("period", "", self.position.limit, place=self.definition.place_of("every"))
        if self.definition.get("cure") is not None:
            yield self._field("cure", self.position.cure_limit)

    def _acts(self) -> Iterator[Reason]:
        if self.definition.get("act") is not None:
            done = self._occurred("act", self._by("performed", "cured", "exercised", "used", "broken"))
            late = self.position.performed_on if done.moment is None else None
            yield done if late is None else replace(done, value=True, moment=late)
        yield from (self._condition(key) for key in ("holds", "maintain") if self.definition.get(key) is not None)
        for key, cue in (("breached_by", "broken"), ("waived_by", "waived"), ("discharged_by", "discharged")):
            if self.definition.get(key) is not None:
                yield self._occurred(key, self._by(cue))

    def _money(self) -> Iterator[Reason]:
        if self.clause.amount is not None:
            evidence = self.witness.field(self.clause, "amount", self.env)
            yield self._field("amount", self.state.amount_of(self.position), evidence=evidence)

    def _replaced(self) -> Iterator[Reason]:
        moved = self._by("superseded")
        for heir in self.clause.replaced_by if moved is not None else ():
            assert moved is not None
            yield Reason("replaced_by", heir.full, True, heir.full, heir.title, moved.anchor, event_behind(moved),
                         place=replace(heir.place, on_key=True), sources=heir.sources if isinstance(heir, Clause) else ())  # fmt: skip


def text_of(raw: Any) -> str:
    """What is written in a field, on one line."""
    if isinstance(raw, Mapping):
        return "; ".join(f"{key}: {text_of(value)}" for key, value in raw.items())
    if isinstance(raw, list):
        return " or ".join(map(text_of, raw))
    return " ".join(str(raw).split())


__all__ = ["Reason", "reasons", "text_of"]
