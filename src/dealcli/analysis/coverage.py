"""What a set of evaluated scenarios exercises of a deal: its clauses, readings, effects, exceptions and replacements.

A clause is exercised by an expectation that names it and holds. A reading is exercised where a scenario runs under it and an
expectation that holds names something that depends on it. An effect, exception or replacement is exercised where it happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dealcli.analysis.dependence import Dependence
from dealcli.analysis.evaluation import Evaluation
from dealcli.engine.program import Clause, Effect, Program, Replacement
from dealcli.engine.run import Run
from dealcli.language.scope import Env
from dealcli.slotted import dataclass, field

SECTIONS = ("clauses", "readings", "effects", "exceptions", "replacements")

_CUES = {"terminate": "terminated", "suspend": "suspended", "resume": "resumed", "waive": "waived", "discharge": "discharged",
         "complete": "completed"}  # fmt: skip


@dataclass(slots=True)
class Coverage:
    """For each section, the things of the deal by name, and which scenarios exercise each (by title, in order)."""

    sections: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def missing(self, section: str) -> list[str]:
        """What nothing exercises, in the order of the deal."""
        return [name for name, scenarios in self.sections[section].items() if not scenarios]

    @property
    def complete(self) -> bool:
        """Whether everything is exercised."""
        return not any(self.missing(section) for section in self.sections)


def coverage(program: Program, evaluations: Iterable[Evaluation]) -> Coverage:
    """What evaluations exercise of a deal. Things of other deals that the evaluations run on are left out."""
    found = Coverage({section: {name: [] for name in names} for section, names in _everything(program).items()})
    for evaluation in evaluations:
        for section, names in _exercised(evaluation).items():
            known = found.sections[section]
            for name in dict.fromkeys(names):
                if name in known:
                    known[name].append(evaluation.scenario.title)
    return found


def _everything(program: Program) -> dict[str, list[str]]:
    return {
        "clauses": [clause.full for clause in program.clauses],
        "readings": [f"{q.full}={choice}" for q in program.questions if not q.plausible for choice in q.choices],
        "effects": [effect_name(effect) for effect in _effects(program)],
        "exceptions": [exception_name(one, other) for one in program.clauses for other in one.exception_to]
        + [
            f"{clause.full}: unless {e.name or n + 1}"
            for clause in program.clauses
            for n, e in enumerate(clause.exclusions)
        ],
        "replacements": list(dict.fromkeys(name for _, _, name in _successions(program))),
    }


def _exercised(evaluation: Evaluation) -> dict[str, list[str]]:
    run, program = evaluation.run, evaluation.program
    return {
        "clauses": list(_expected_clauses(evaluation)),
        "readings": list(_readings(evaluation)),
        "effects": [effect_name(effect) for effect in _effects(program) if _carried_out(evaluation, effect)],
        "exceptions": list(_exceptions(run, program)),
        "replacements": [name for heir, part, name in _successions(program) if _happened(run, heir, part, name)],
    }


# --- clauses and readings --------------------------------------------------------------------------------------------


def _expected_clauses(evaluation: Evaluation) -> Iterator[str]:
    for outcome in evaluation.outcomes:
        if outcome.holds and "clause" in outcome.row and "finding" not in outcome.row:
            yield from named_clauses(evaluation.program, str(outcome.row["clause"]))


def named_clauses(program: Program, name: str) -> list[str]:
    """The full names of the clauses that an expectation may mean by a name."""
    agreement, _, inner = name.rpartition(".")
    return [c.full for c in program.clauses if c.name == inner and (not agreement or c.agreement == agreement)]


def _readings(evaluation: Evaluation) -> Iterator[str]:
    dependence = Dependence(text.tree for text in evaluation.scenario.deal)
    looked_at = {str(outcome.row[subject]) for outcome in evaluation.outcomes if outcome.holds
                 for subject in ("clause", "agreement", "measure", "fact") if subject in outcome.row}  # fmt: skip
    reached = dependence.reached_from(looked_at)
    for question in evaluation.program.questions:
        if not question.plausible and question.full in reached:
            yield f"{question.full}={question.chosen}"


# --- effects, exceptions ---------------------------------------------------------------------------------------------


def _effects(program: Program) -> list[Effect]:
    return [*(effect for clause in program.clauses for effect in clause.effects), *program.effects]


def effect_name(effect: Effect) -> str:
    """An effect as coverage names it: by its owner or agreement, its verb and its target."""
    target = getattr(effect.target, "full", "agreement")
    return f"{effect.owner.full if effect.owner else effect.agreement}: {effect.verb} {target}"


def _carried_out(evaluation: Evaluation, effect: Effect) -> bool:
    run = evaluation.run
    if effect.owner is not None:
        return any(position.uses for position in run.state.positions_of[effect.owner])
    if effect.verb in _CUES:
        name, cues = effect.target.full, {_CUES[effect.verb], "performed" if effect.verb == "complete" else ""}
        return any(t.name == name and t.cue in cues for t in run.state.transitions)
    wanted = {event for branch in effect.upon for event in branch.events}
    return any(getattr(row, "type", None) in wanted for row in evaluation.rows)


def exception_name(exception: Clause, clause: Clause) -> str:
    """An exception as coverage names it: what is excused from what."""
    return f"{exception.full} excuses from {clause.full}"


def _exceptions(run: Run, program: Program) -> Iterator[str]:
    displaced = {t.name for t in run.state.transitions if t.after == "displaced"}
    for exception in program.clauses:
        used = any(position.uses for position in run.state.positions_of[exception])
        for clause in exception.exception_to:
            excused = any(position.excused for position in run.state.positions_of[clause])
            if (used and excused) or (not exception.act and clause.full in displaced):
                yield exception_name(exception, clause)
    for clause in program.clauses:
        if clause.full in displaced:
            yield from (f"{clause.full}: unless {e.name or n + 1}" for n, e in enumerate(clause.exclusions))


# --- replacements ----------------------------------------------------------------------------------------------------


def _successions(program: Program) -> Iterator[tuple[str, Replacement, str]]:
    """Every succession: the agreement of the heir, the replacement, and "heir replaces old"."""
    heirs = [(agreement.name, agreement.name, agreement.replaces) for agreement in program.agreements]
    heirs += [(clause.agreement, clause.full, clause.replaces) for clause in program.clauses]
    for agreement, heir, replacements in heirs:
        for replacement in replacements:
            if replacement.agreement is not None:
                yield agreement, replacement, f"{heir} replaces {replacement.agreement.name}"
            yield from ((agreement, replacement, f"{heir} replaces {clause.full}") for clause in replacement.clauses)


def _happened(run: Run, heir: str, replacement: Replacement, name: str) -> bool:
    """Whether the old one was replaced for certain, at the moment at which the agreement of the new one began."""
    begun = run.state.agreements[run.program.agreement(heir)].begun_at
    if begun is None or (replacement.when is not None and replacement.when(Env(run.state)) is not True):
        return False
    old = name.partition(" replaces ")[2]
    if replacement.agreement is not None and replacement.agreement.name == old:
        return run.state.agreements[run.program.agreement(old)].shown == "superseded"
    clause = next(c for c in replacement.clauses if c.full == old)
    if not clause.plain and run.state.closed.get(clause) == ("superseded", True):
        return True
    return any(t.name == old and t.after == "superseded" and t.anchor == begun for t in run.state.transitions)


__all__ = ["SECTIONS", "Coverage", "coverage", "effect_name", "exception_name", "named_clauses"]
