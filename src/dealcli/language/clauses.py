"""Clauses inside expressions: which position a clause's name means, ``is``, and when something last occurred."""

from __future__ import annotations

from typing import Any

from dealcli.diagnostics import did_you_mean
from dealcli.language import values
from dealcli.language.compiler import Function, compile_condition, compile_value, condition_rule, of_kind
from dealcli.language.declarations import AgreementName, ClauseName, Fact, Read
from dealcli.language.events import bound, key_values, named_event, such_event
from dealcli.language.names import fluent_value
from dealcli.language.scope import Env, Scope
from dealcli.language.tree import Becomes, Binary, Is, LanguageError, Lookup, Name, Node, Where
from dealcli.language.types import PARTY
from dealcli.language.values import UNKNOWN

CLAUSE_STAGES = frozenset(
    "ready pending in_force suspended displaced undetermined fulfilled breached cured exercised waived discharged "
    "lapsed ended terminated superseded met failed performed".split()
)  # fmt: skip
AGREEMENT_STAGES = frozenset(
    "pending in_force suspended completed terminated expired superseded undetermined".split()
)  # fmt: skip
BY_GATE = frozenset("ready pending in_force suspended displaced undetermined ended".split())
"""Stages that a gate reaches without a new occurrence: reading one of them is an edge between conditions."""


def named_clause(node: Node, scope: Scope) -> ClauseName | None:
    """The clause that a node names (``name``, ``agreement.name`` or either with a key), or None."""
    if isinstance(node, Lookup):
        return named_clause(node.base, scope)
    clause: ClauseName | None = scope.deal.named(node, scope.agreement, (ClauseName,), "clause")
    return clause


def need_clause(node: Node, scope: Scope) -> ClauseName:
    """The clause that a node names. Raises ``LanguageError`` where it names none."""
    clause = named_clause(node, scope)
    if clause is None:
        name = node.name if isinstance(node, Name) else "this"
        clauses = [t.name for ts in scope.deal.names.values() for t in ts if isinstance(t, ClauseName)]
        raise LanguageError(f"'{name}' is no clause", node, code="DC302", hint=did_you_mean(name, clauses))
    return clause


def position_of(node: Node, clause: ClauseName, scope: Scope) -> Function:
    """The one position that a clause's name means here. Raises ``LanguageError`` where it could be several."""
    if isinstance(node, Lookup):
        keys = [compile_value(key, scope) for key in node.keys]
        functions = [key.function for key in keys]
        by_party = len(keys) == 1 and keys[0].type is PARTY
        return lambda env: env.run.position_at(clause, [f(env) for f in functions], by_party)
    if scope.in_instance and scope.clause is clause:
        return lambda env: env.instance
    shared = scope.shared_keys(clause.keys)
    alone = not scope.in_instance or (scope.clause is not None and scope.clause.plain)
    if not clause.plain and not shared and alone and not scope.at_hand:
        raise LanguageError(f"'{clause.name}' has several positions", node, code="DC305",
                            hint=f"any({clause.name} is ...), every(...), count(...), {clause.name}[key]")  # fmt: skip
    if clause.several_bearers:
        raise LanguageError(f"'{clause.name}' has one position for each bearer", node, code="DC305",
                            hint=f"any(...), every(...) or {clause.name}[party]")  # fmt: skip
    return lambda env: env.run.related(env, clause, shared)


@condition_rule(Is)
def compile_is(node: Is, scope: Scope) -> Function:
    """``clause is stage``, ``fact is true``, ``agreement is stage``."""
    truth = _is(node, scope)
    return (lambda env: values.negate(truth(env))) if node.negated else truth


def _is(node: Is, scope: Scope) -> Function:
    if set(node.stages) <= {"true", "false"}:
        condition = compile_condition(node.subject, scope)
        wanted = tuple(stage == "true" for stage in node.stages)
        return lambda env: _among(condition(env), wanted)
    clause = named_clause(node.subject, scope)
    if clause is None:
        agreement = named_agreement(node.subject, scope)
        if agreement is not None:
            check_stages(node.stages, AGREEMENT_STAGES, node)
            scope.reads.add(Read("agreement", agreement))
            return lambda env: env.run.agreement_is(agreement, node.stages)
        _explain_subject(node, scope)
    clause = need_clause(node.subject, scope)
    note_stage_read(clause, node, scope)
    position = position_of(node.subject, clause, scope)
    stages = frozenset(node.stages)
    return lambda env: env.run.position_is(position(env), stages)


def _among(truth: Any, wanted: tuple[bool, ...]) -> Any:
    return UNKNOWN if truth is UNKNOWN else truth in wanted


def _explain_subject(node: Is, scope: Scope) -> None:
    if named_event(node.subject, scope):
        raise LanguageError(
            "an event has no stage", node, code="DC304", hint="the event's name alone says that it has happened"
        )
    if isinstance(node.subject, Name) and scope.deal.find(node.subject.name, scope.agreement, (Fact,)):
        raise LanguageError("a fact is true or false", node, code="DC304")


def named_agreement(node: Node, scope: Scope) -> AgreementName | None:
    """The agreement that a node names (``agreement`` is the one the expression stands in), or None."""
    if isinstance(node, Name):
        if node.name == "agreement" and scope.agreement:
            return scope.deal.agreements.get(scope.agreement)
        return scope.deal.agreements.get(node.name)
    return None


def note_stage_read(clause: ClauseName, node: Is | Becomes, scope: Scope) -> None:
    """Note that stages of a clause are looked at. Raises ``LanguageError`` for a stage that does not exist."""
    check_stages(node.stages, CLAUSE_STAGES, node)
    check_kind(clause, node.stages, node)
    kind = "stage" if BY_GATE & set(node.stages) else "outcome"
    local = bool(scope.shared_keys(clause.keys)) and not isinstance(node.subject, Lookup)
    scope.reads.add(Read(kind, clause, local))


def check_stages(stages: tuple[str, ...], known: frozenset[str], node: Node) -> None:
    """Refuse a word that is no stage. Raises ``LanguageError`` at ``node``."""
    for stage in stages:
        if stage not in known:
            raise LanguageError(f"there is no stage '{stage}'", node, code="DC302", hint=did_you_mean(stage, known))


OF_CONDITIONS = {"fulfilled": "met", "breached": "failed"}


def check_kind(clause: ClauseName, stages: tuple[str, ...], node: Node) -> None:
    """Refuse a stage that the clause's kind never has: a condition is met or fails, nothing else does."""
    for stage in stages:
        if clause.kind == "condition" and stage in OF_CONDITIONS:
            own = OF_CONDITIONS[stage]
            raise LanguageError(f"a condition is never {stage}", node, code="DC302", hint=f"did you mean '{own}'?")
        if clause.kind != "condition" and clause.kind and stage in OF_CONDITIONS.values():
            other = next(own for own, word in OF_CONDITIONS.items() if word == stage)
            raise LanguageError(f"only a condition is {stage}", node, code="DC302", hint=f"did you mean '{other}'?")


def all_positions(node: Is, scope: Scope) -> Function:
    """Truth of ``clause is stage`` for each position of the clause that shares the keys bound here, as a list."""
    clause = need_clause(node.subject, scope)
    note_stage_read(clause, node, scope)
    shared = scope.shared_keys(clause.keys)
    stages, negated = frozenset(node.stages), node.negated

    def each(env: Env) -> list[Any]:
        found = [env.run.position_is(p, stages) for p in env.run.positions(clause, *bound(env, shared))]
        return [values.negate(t) for t in found] if negated else found

    return each


def occurred_at(node: Node, scope: Scope) -> Function:
    """When a trigger last occurred: an instant where it is known, else a day; missing before it ever did."""
    if isinstance(node, Binary) and node.operator == "or":
        left, right = occurred_at(node.left, scope), occurred_at(node.right, scope)
        return lambda env: _later(left(env), right(env))
    if isinstance(node, Becomes):
        return _became_at(node, scope)
    if isinstance(node, Where) and isinstance(node.source, Becomes):
        raise LanguageError("a date cannot narrow a change by where", node, hint="use it as a trigger, or a fact")
    event = such_event(node, scope) if isinstance(node, Where) else None
    typed = event or compile_value(node, scope)
    if typed.type.name == "event":
        look = typed.function
        return lambda env: _moment(look(env))
    if typed.type.name not in ("date", "instant", "any"):
        raise LanguageError(f"'after' counts from something that occurs, this is a {typed.type}", node, code="DC304",
                            hint="a condition becomes an occurrence by: (...) becomes true")  # fmt: skip
    return of_kind(typed, "date", "instant")


def _moment(event: Any) -> Any:
    return event if event is None or event is UNKNOWN else event.at or event.day


def _later(left: Any, right: Any) -> Any:
    if left is None or right is None:
        return right if left is None else left
    return left if values.compare(">=", left, right) is True else right


def _became_at(node: Becomes, scope: Scope) -> Function:
    if set(node.stages) <= {"true", "false"}:
        fact = scope.deal.named(node.subject, scope.agreement, (Fact,))
        if fact is None:
            raise LanguageError(
                "a date counts from an event, a fact or a clause", node, hint="give the condition a name as a fact"
            )
        fluent_value(fact, node.subject, scope)
        keys, wanted = fact.keys, node.stages[0] == "true"
        return lambda env: env.run.turned_at(fact, key_values(env, keys), wanted)
    clause = need_clause(node.subject, scope)
    note_stage_read(clause, node, scope)
    position = position_of(node.subject, clause, scope)
    stages = frozenset(node.stages)
    return lambda env: env.run.entered_at(position(env), stages)


def clause_argument(node: Node, scope: Scope) -> Function:
    """The position that ``due(clause)``, ``paid(clause)`` ... speak of."""
    clause = need_clause(node, scope)
    scope.reads.add(Read("position", clause, bool(scope.shared_keys(clause.keys))))
    return position_of(node, clause, scope)
