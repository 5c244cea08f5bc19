"""The situations that a key may be in, and what leads from each to the next; without a word about how that is found out.

A step is found out in a rehearsal (``rehearsal``), in which the event bears its key, its parties and its words, and all else is
hidden. Where a condition asks for what is hidden, the real event answers, and the answer decides which way is taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple, Protocol

from dealcli.analysis.independence import Dependent
from dealcli.analysis.snapshots import Snapshot
from dealcli.engine.program import Clause, Update
from dealcli.engine.records import Event, Transition
from dealcli.engine.run import Run
from dealcli.language.scope import Env
from dealcli.language.values import Truth

TIME = -1
"""What comes next where it is no event: the first day on which something runs out."""
_NOW = -1
Letter = int
Reports = tuple[tuple[Update, Truth], ...]
"""Which reported measures an event moves, and whether it certainly does."""
Recipe = tuple[tuple[str, int], ...]
"""The events that made an instance, by the names of their types: which of those that the key remembers, or the present one."""


class Hidden(Exception):
    """A rehearsal came upon a value that only the real event has."""


class NoName:
    """The value of a key in a rehearsal: the same as itself, and nothing is known of what else it is the same as."""

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if other is None:
            return False
        raise Hidden

    def __hash__(self) -> int:
        return 1

    def __str__(self) -> str:
        return "key"


class Seen(dict[str, Any]):
    """The values of an event in a rehearsal. Those that are hidden cannot be read."""

    __slots__ = ("hidden",)

    def __init__(self, shown: Mapping[str, Any], hidden: Iterable[str]) -> None:
        super().__init__(shown)
        self.hidden = frozenset(hidden)

    def get(self, name: str, default: Any = None) -> Any:
        if name in self.hidden:
            raise Hidden
        return super().get(name, default)

    def __getitem__(self, name: str) -> Any:
        if name in self.hidden:
            raise Hidden
        return super().__getitem__(name)


class Change(NamedTuple):
    """A transition without its day and key: what of a position, agreement or fact became what, and because of what.

    ``numbered`` follows the key where the position is not the first of it. ``cause`` is a kind, a name and a word.
    """

    kind: str
    name: str
    numbered: str
    bearer: Any
    cue: str
    before: Any
    after: Any
    cause: tuple[str, str, str]


class Step:
    """Where a key goes: its next situation, on which later days something runs out, and what else is to be noted."""

    __slots__ = ("alone", "changes", "due", "hits", "quiet", "remembers", "reports", "tally", "then")

    def __init__(self, then: Situation, due: tuple[int, ...], reports: Reports, tally: Mapping[Clause, int],
                 remembers: bool, changes: tuple[Change, ...]) -> None:  # fmt: skip
        self.then, self.due, self.reports, self.tally, self.remembers = then, due, reports, tally, remembers
        self.changes = changes
        self.hits = 0
        self.alone = not (reports or remembers)
        """Whether the event does nothing but lead the key on."""
        self.quiet = self.alone and not (due or tally or changes)
        """Whether nobody has to be told of that."""


class Question:
    """What only the real key can answer, and where each answer leads.

    That is a condition that asks for what its event bears; or, where none is asked, in how many days the first thing runs out.
    """

    __slots__ = ("about", "answers", "asked")

    def __init__(self, asked: Asked | None, about: Recipe | None) -> None:
        self.asked, self.about = asked, about
        self.answers: dict[Any, Step | Question] = {}


class Situation:
    """How one key stands: what comes next leads to which step; ``standing`` counts its positions by clause and stage."""

    __slots__ = ("copy", "moves", "room", "run", "standing", "synced", "waits")

    run: Run | None
    """The run that ended here, until it goes on from here; a copy is kept for the next time."""
    copy: Snapshot
    standing: Mapping[tuple[Clause, str], int]
    waits: tuple[date, ...]
    room: int
    """How many days are left in its run until the first thing runs out; a rehearsal can let time pass, but not bring it back."""
    synced: int
    """How many events of the whole deal its run has seen."""

    def __init__(self) -> None:
        self.moves: dict[Letter, Step | Question] = {}


class Keys(Protocol):
    """What is kept of the keys of a family: the values of the events that a key remembers, its names, and when something runs out."""

    remembered: dict[Any, tuple[Mapping[str, Any], ...]]

    def names(self, key: Any) -> dict[str, Any]:
        """The values of a key by their names."""

    def first_due(self, key: Any) -> int:
        """The first day on which something of a key runs out, as an ordinal."""


class Real(NamedTuple):
    """A real key on a day, and its event there."""

    event: Event | None
    key: Any
    keys: Keys
    day: int

    def left(self) -> int:
        """In how many days the first thing runs out."""
        return self.keys.first_due(self.key) - self.day


class Asked:
    """A condition of a trigger. In a rehearsal the real event answers where the condition comes upon what is hidden."""

    __slots__ = ("desk", "function")

    def __init__(self, function: Callable[[Env], Any], desk: Desk) -> None:
        self.function, self.desk = function, desk

    def __call__(self, env: Env) -> Any:
        try:
            return self.function(env)
        except Hidden:
            return self.desk.ask(self, env)


Answer = tuple[Asked | None, Recipe | None, Any]
"""What was asked, about which instance, and what the real key answered."""


class Desk:
    """Where a rehearsal puts its questions."""

    real: Real

    def __init__(self, world: Run) -> None:
        self.world = _Whole(world)
        self.present: Event | None = None
        self.remembers = False
        self.numbers: dict[int, int] = {}
        self.path: list[Answer] = []

    def ask(self, asked: Asked, env: Env) -> Any:
        about: Recipe | None = None
        if env.instance is not None:
            about = tuple((full, self._number(event)) for full, event in env.instance.makers.items() if self.remembers)
        truth = self.answer(asked, about, self.real)
        self.path.append((asked, about, truth))
        return truth

    def _number(self, event: Event) -> int:
        return _NOW if event is self.present else self.numbers[id(event)]

    def answer(self, asked: Asked | None, about: Recipe | None, real: Real) -> Any:
        """What the real key says, for an instance made by these events. Raises ``Dependent`` where it says nothing."""
        if asked is None:
            return real.left()
        instance, names = None, real.keys.names(real.key)
        if about is not None:
            present = real.event.values if real.event is not None else {}
            remembered = real.keys.remembered.get(real.key, ())
            instance = _Instance({full: _Maker(present if n == _NOW else remembered[n]) for full, n in about}, names)
        try:
            return asked.function(Env(self.world, instance, real.event, names))
        except (Hidden, AttributeError, IndexError) as error:
            raise Dependent(f"a condition asks for more than its event: {error}") from None


class _Whole:
    """What a real event may ask for: the facts of the whole deal."""

    __slots__ = ("_run", "program")

    def __init__(self, run: Run) -> None:
        self._run, self.program = run, run.program

    def fluent(self, thing: Any, key: tuple[Any, ...]) -> Any:
        if key:
            raise Dependent(f"{thing.full} is asked together with what an event bears")
        return self._run.state.fluent(thing, key)


class _Maker:
    __slots__ = ("values",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values


class _Instance:
    __slots__ = ("makers", "names")

    def __init__(self, makers: Mapping[str, _Maker], names: Mapping[str, Any]) -> None:
        self.makers, self.names = makers, names


def change_of(transition: Transition, key: str | None) -> Change:
    """A transition of a position of a key, of an agreement or of a fact."""
    cause = transition.cause.describe()
    numbered = (transition.key or "").removeprefix(key or "")
    return Change(transition.kind, transition.name, numbered, transition.bearer, transition.cue, transition.before, transition.after,
                  (cause["kind"], cause["name"], cause["word"]))  # fmt: skip


def enter(situation: Situation, letter: Letter, path: list[Answer], step: Step) -> None:
    """Put a step where the answers that led to it lead."""
    table: dict[Any, Step | Question] = situation.moves
    slot = letter
    for asked, about, truth in path:
        node = table.setdefault(slot, Question(asked, about))
        assert type(node) is Question
        assert node.asked is asked
        table, slot = node.answers, truth
    table[slot] = step


__all__ = [
    "TIME", "Answer", "Asked", "Change", "Desk", "Hidden", "Letter", "NoName", "Question", "Real", "Reports", "Seen", "Situation", "Step",
    "change_of", "enter",
]  # fmt: skip
