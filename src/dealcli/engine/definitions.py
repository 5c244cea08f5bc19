"""A definition as written, under one chosen reading, and the compiling of its fields into functions and triggers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dealcli.dates import ApproximateDate, NoSuchDay, day_meant, parse_approximate
from dealcli.diagnostics import Diagnostic, Place
from dealcli.engine.program import Clause, When
from dealcli.language.compiler import Expression, Typed, compile_condition, compile_value, need, of_kind
from dealcli.language.declarations import Deal, Read
from dealcli.language.parser import parse
from dealcli.language.scope import Env, Scope
from dealcli.language.tree import LanguageError, Literal, Name, Node
from dealcli.language.triggers import Branch, compile_trigger, event_types, is_trigger
from dealcli.language.types import DATE, Type
from dealcli.language.values import UNKNOWN, AtLeast, both, either, negate
from dealcli.money import TooManyDigits
from dealcli.slotted import dataclass, field

Function = Callable[[Any], Any]
UNDISCLOSED = "undisclosed"


@dataclass(slots=True)
class Definition:
    """One thing as written, with its chosen reading laid over it. ``place_of`` knows where each key was written."""

    name: str
    tree: Mapping[str, Any]
    place: Place
    chosen: str = ""
    from_reading: frozenset[str] = frozenset()

    def get(self, key: str, default: Any = None) -> Any:
        return self.tree.get(key, default)

    def place_of(self, key: str) -> Place:
        if key in self.from_reading:
            return self.place.at("readings", self.chosen, key)
        return self.place.at(key)


def choose(name: str, tree: Mapping[str, Any], place: Place, chosen: str | None) -> Definition:
    """The definition under a reading: its own keys, and those of the reading that was chosen (else the default)."""
    readings = tree.get("readings")
    if not readings:
        return Definition(name, tree, place)
    choice: str = chosen if chosen is not None and chosen in readings else str(tree.get("default"))
    reading = readings.get(choice) or {}
    merged = {k: v for k, v in tree.items() if k not in ("readings", "default")} | dict(reading)
    return Definition(name, merged, place, choice, frozenset(reading))


@dataclass(slots=True)
class Compiler:
    """Compiles fields and collects what is wrong with them, so that all problems are told at once."""

    problems: list[Diagnostic] = field(default_factory=list)
    expressions: dict[Place, Expression] = field(default_factory=dict)
    """Every condition and value that was compiled, by the place of its text, so that reasons can be told from its parts."""

    def refuse(self, error: LanguageError, place: Place) -> None:
        inside = place.inside(error.start, max(error.end - error.start, 1))
        self.problems.append(Diagnostic(error.code, error.message, inside, hint=error.hint))

    def problem(self, code: str, message: str, place: Place, hint: str = "", expected: str = "") -> None:
        self.problems.append(Diagnostic(code, message, place, expected=expected, hint=hint))

    def _parsed(self, text: str, place: Place, scope: Scope) -> tuple[Node, Scope]:
        """The tree of a text, and the scope to compile it in that keeps the function of every part."""
        node = parse(text)
        inner = scope.but(functions={})
        assert inner.functions is not None
        self.expressions[place] = Expression(text, node, inner, inner.functions)
        return node, inner

    # --- expressions ------------------------------------------------------------------------------------------------

    def value(self, raw: Any, place: Place, scope: Scope, *kinds: str) -> Typed | None:
        """A value; ``undisclosed`` is unknown. None (and a problem) where it does not compile."""
        if raw is None:
            return None
        if raw == UNDISCLOSED:
            return Typed(lambda env: UNKNOWN, Type("any"))
        try:
            node, inner = self._parsed(str(raw), place, scope)
            typed = compile_value(node, inner)
            return typed._replace(function=need(typed, node, *kinds)) if kinds else typed
        except LanguageError as error:
            self.refuse(error, place)
            return None

    def function(self, raw: Any, place: Place, scope: Scope, *kinds: str) -> Function | None:
        typed = self.value(raw, place, scope, *kinds)
        return typed.function if typed else None

    def condition(self, raw: Any, place: Place, scope: Scope) -> Function | None:
        """A condition: text, or a mapping ``all`` / ``any`` / ``not``."""
        if raw is None:
            return None
        if raw == UNDISCLOSED:
            return lambda env: UNKNOWN
        if isinstance(raw, Mapping):
            return self._combined(raw, place, scope)
        try:
            return compile_condition(*self._parsed(str(raw), place, scope))
        except LanguageError as error:
            self.refuse(error, place)
            return None

    def _combined(self, raw: Mapping[str, Any], place: Place, scope: Scope) -> Function | None:
        [(word, inner)] = raw.items()
        here = place.at(word)
        if word == "not":
            one = self.condition(inner, here, scope)
            return _negated(one) if one is not None else None
        parts = [self.condition(part, here.at(number), scope) for number, part in enumerate(inner)]
        return _joined(word, [part for part in parts if part is not None])

    def trigger(self, raw: Any, place: Place, scope: Scope) -> tuple[Branch, ...]:
        """A trigger: text, or a list of alternatives. A date written approximately occurs on its last possible day."""
        if raw is None or raw == UNDISCLOSED:
            return ()
        if isinstance(raw, list):
            return tuple(b for n, one in enumerate(raw) for b in self.trigger(one, place.at(n), scope))
        try:
            moment = edtf(str(raw))
            if moment is not None:
                return (Branch("date", function=constant(moment_of(moment)), text=str(raw)),)
            return compile_trigger(parse(str(raw)), scope, str(raw))
        except LanguageError as error:
            self.refuse(error, place)
            return ()

    def when(self, raw: Any, place: Place, scope: Scope, *modes: str) -> When | None:
        """A begin, end or limit: a trigger, a date, or a duration (as far as ``modes`` allow)."""
        if raw is None:
            return None
        if raw == UNDISCLOSED:
            return When("value", function=constant(UNKNOWN), text=UNDISCLOSED)
        if isinstance(raw, list):
            return When("trigger", branches=self.trigger(raw, place, scope), text="")
        text = str(raw)
        try:
            moment = edtf(text)
            if moment is not None:
                return When("value", function=constant(moment_of(moment)), text=text)
            return self._when(*self._parsed(text, place, scope), text, modes)
        except LanguageError as error:
            self.refuse(error, place)
            return None

    def _when(self, node: Node, scope: Scope, text: str, modes: tuple[str, ...]) -> When:
        if "trigger" in modes and is_trigger(node, scope):
            return When("trigger", branches=compile_trigger(node, scope, text), text=text)
        own = scope.but(reads=set())
        typed = compile_value(node, own)
        scope.reads.update(own.reads)
        if typed.type.name == "duration" or (typed.type.name == "any" and modes == ("duration",)):
            if "duration" not in modes:
                raise LanguageError("a date or an occurrence is needed here, this is a duration", node, code="DC304",
                                    hint="a length of time is written within: 5 days, or 5 days after something")  # fmt: skip
            return When("duration", function=of_kind(typed, "duration"), reads=frozenset(own.reads), text=text)
        if "value" not in modes or typed.type.name not in ("date", "instant", "any", "none"):
            wanted = {"trigger": "an occurrence", "value": "a date", "duration": "a duration"}
            words = " or ".join(wanted[mode] for mode in modes)
            hint = f"something occurs when: ({text}) becomes true" if typed.type.name == "boolean" else _meant(typed.type, text, modes)
            raise LanguageError(f"{words} is needed here, this is a {typed.type}", node, code="DC304", hint=hint)
        return When("value", function=of_kind(typed, "date", "instant"), reads=frozenset(own.reads), text=text)


def _meant(found: Type, text: str, modes: tuple[str, ...]) -> str:
    """What a number was perhaps meant to be, where a length or a date is needed."""
    number = text.strip()
    if found.name != "number":
        return ""
    if "duration" in modes and number.isdecimal():
        return f"a length has a unit: {number} days"
    day = day_meant(number) if "value" in modes else None
    return f"a date is written {day}" if day else ""


def constant(value: Any) -> Function:
    return lambda env: value


def _negated(function: Function) -> Function:
    return lambda env: negate(function(env))


def _joined(word: str, functions: list[Function]) -> Function:
    join, start = (either, False) if word == "any" else (both, True)

    def combined(env: Any) -> Any:
        truth: Any = start
        for function in functions:
            truth = join(truth, function(env))
            if truth is not start and truth is not UNKNOWN:
                return truth
        return truth

    return combined


def edtf(text: str) -> ApproximateDate | None:
    """An approximate date, where the whole scalar is one (a bare year or a full date is not). Raises ``LanguageError``."""
    if not any(mark in text for mark in "-/~") or len(text) > 40:
        return None
    try:
        moment = parse_approximate(text)
    except ValueError as error:
        raise LanguageError(f"there is no such date: {text}", (0, len(text)), hint=str(error)) from None
    return None if moment is None or (text.count("-") == 2 and "/" not in text and "~" not in text) else moment


def moment_of(moment: ApproximateDate) -> Any:
    """The day taken: the last possible one. An open interval is unknown, and certainly not before its first day."""
    return AtLeast(moment.first) if moment.last is None else moment.last


def literal_value(raw: Any) -> tuple[Any, Type]:
    """The value and type of a scalar that is a constant: a number, an amount, a duration, a date, a word.

    Raises ``LanguageError`` for what looks like one of these and is none (31 February).
    """
    text = str(raw).strip()
    if text == UNDISCLOSED:
        return UNKNOWN, Type("any")
    approximate = edtf(text)
    if approximate is not None:
        return moment_of(approximate), DATE
    try:
        node = parse(text)
    except LanguageError:
        if (text and text[0].isalpha() and not text[:3].isupper()) or not any(c.isdigit() for c in text):
            return text, Type("word")
        raise
    if isinstance(node, Name):
        return text, Type("word")
    typed = compile_value(node, Scope(Deal()))
    try:
        return typed.function(Env(None)), typed.type
    except TooManyDigits as error:
        raise LanguageError(str(error), (0, len(text))) from None
    except (AttributeError, NoSuchDay):
        raise LanguageError("a constant is needed here", (0, len(text)), hint="a number, an amount, a duration, a date or a word") from None


def find_clause(deal: Deal, compiler: Compiler, name: str, owner: str, place: Place) -> Clause | None:
    """A clause by ``name`` or ``agreement.name``; a problem where there is none, or several."""
    node = Literal(0, len(name), name, "text")
    try:
        agreement, dot, inner = name.partition(".")
        found: Clause = deal.inside(agreement, inner, (Clause,), node) if dot else deal.resolve(name, owner, (Clause,), node, "clause")
    except LanguageError as error:
        compiler.refuse(error, place)
        return None
    return found


__all__ = ["Compiler", "Definition", "Read", "choose", "constant", "edtf", "event_types", "find_clause", "literal_value"]
