"""How the rows of a log are taken that are plain: each has its date, one key, and besides nothing but words and whole numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any

from dealcli.analysis.counting import Counting, Tracks
from dealcli.diagnostics import Place
from dealcli.engine.timeline import Reader
from dealcli.language.declarations import EventType
from dealcli.reading.log_blocks import MOST_WHOLE, as_text, decoded_at_once
from dealcli.reading.log_rows import Naming

if TYPE_CHECKING:
    from dealcli.reading.typed_lines import Shape, TypedLines

_NOWHERE = Place()
Row = dict[str, Any]
Taken = tuple["Plan | None", Any, Any, Any]
"""How a row is taken, its date and its key, and the row itself; one without a plan goes the long way."""


class Plan:
    """How a plain row of one event type is taken: its columns, that of the date first and then that of the key, and their types."""

    __slots__ = ("columns", "event", "is_short", "letter", "of", "of_object", "of_row", "size", "start", "track", "types")

    def __init__(self, event: EventType, track: Tracks, naming: Naming) -> None:
        (key,) = track.family.keys
        names = ("date", key, *(name for name in event.attributes if name != key))
        self.event, self.track, self.start, self.of = event, track, track.rehearsal.start, track.of
        self.letter = track.rehearsal.letter(event)
        self.columns = {name: naming.column(name) for name in names}
        self.of_row = itemgetter(*self.columns.values())
        self.of_object = attrgetter(*(f"v{number}" for number in range(len(names))))
        self.types = (str, *(int if event.attributes[name].type.name == "number" else str for name in names[1:]))
        self.is_short = _short_at([number for number, kind in enumerate(self.types) if kind is int])
        self.size = len(names) + 1

    def values(self, row: Any) -> Row:
        """The date and the attributes of an event as one of its plain rows has them."""
        return dict(zip(self.columns, (self.of_row if type(row) is dict else self.of_object)(row), strict=True))


def _short_at(places: list[int]) -> Callable[[tuple[Any, ...]], bool]:
    """Whether the whole numbers at these places among the values of a row are short."""
    if not places:
        return bool
    if len(places) == 1:
        (place,) = places
        return lambda values: -MOST_WHOLE < values[place] < MOST_WHOLE
    return lambda values: all(-MOST_WHOLE < values[place] < MOST_WHOLE for place in places)


def _is_plain(event: EventType, keys: tuple[str, ...]) -> bool:
    """Whether every row of an event has the same fields, each a word or a number, one of them the key."""
    kinds = [one.type for one in event.attributes.values() if not one.optional]
    plain = all(kind.name == "number" or (kind.name in ("id", "text") and not kind.words) for kind in kinds)
    own_names = event.attributes.keys().isdisjoint(("type", "event", "attrs"))
    return len(keys) == 1 and plain and own_names and len(kinds) == len(event.attributes)


class Plans:
    """The plans of the events of a log by the words that it has for them."""

    def __init__(self, counting: Counting, reader: Reader, naming: Naming) -> None:
        self.naming = naming
        self.typed: TypedLines | None = None
        self.prepared = False
        self.events: dict[str, EventType] = {}
        for word in dict.fromkeys((*(event.name for event in reader.program.events), *naming.rename)):
            event = reader.event_type(naming.rename.get(word, word), _NOWHERE)
            if event is not None:
                self.events[word] = event
        reader.problems.clear()
        self.of_word: dict[Any, Plan] = {}
        for word, event in self.events.items():
            track = counting.track_of.get(event)
            if track is not None and _is_plain(event, track.family.keys):
                self.of_word[word] = Plan(event, track, naming)
        self.of_class: dict[type, Plan | None] = {}

    def taken(self, rows: Iterable[Row]) -> Iterator[Taken]:
        """Rows as JSON has them."""
        plan_of = self.of_word.get
        column, other = (self.naming.fields["event"],) * 2 if "event" in self.naming.fields else ("type", "event")
        for row in rows:
            plan = plan_of(row.get(column) or row.get(other))
            if plan is not None and len(row) == plan.size:
                try:
                    values = plan.of_row(row)
                except KeyError:
                    values = ()
                if tuple(map(type, values)) == plan.types and plan.is_short(values):
                    yield plan, values[0], values[1], row
                    continue
            yield None, None, None, row

    def taken_typed(self, rows: Iterable[Any]) -> Iterator[Taken]:
        """Rows that were decoded into objects."""
        plan_of = self.of_class
        for row in rows:
            plan = plan_of[type(row)]
            if plan is None:
                yield None, None, None, row
            else:
                yield plan, row.v0, row.v1, row

    def as_read(self, row: Any) -> Row:
        """A row as it is read line by line."""
        return self.naming.row(as_text(row if type(row) is dict or self.typed is None else self.typed.as_row(row)))

    # --- rows that are decoded into objects -------------------------------------------------------------------------

    def objects(self, raw: bytes) -> list[Any] | None:
        """The rows of some lines as objects; None where msgspec is not installed, or cannot take them."""
        if not self.prepared:
            first = decoded_at_once(raw.partition(b"\n")[0])
            if first is None:
                return None
            self.prepared = True
            self._prepare(first[0])
        return self.typed.rows(raw) if self.typed is not None else None

    def _prepare(self, example: Row) -> None:
        """Find a class for the rows of each event, by how one row is written."""
        from dealcli.reading.typed_lines import TypedLines

        column = self.naming.column("event") if self.naming.column("event") in example else "type"
        try:
            self.typed = TypedLines(column, (self._shape(word, event) for word, event in self.events.items()))
        except (ImportError, ValueError):
            return
        self.of_class = {made: self.of_word.get(shape.event) for made, shape in self.typed.shapes.items()}

    def _shape(self, word: str, event: EventType) -> Shape:
        from dealcli.reading.typed_lines import Shape

        plan = self.of_word.get(word)
        names = plan.columns if plan is not None else {name: self.naming.column(name) for name in ("date", *event.attributes)}
        attributes = {column: event.attributes[name] for name, column in names.items() if name != "date"}
        whole = {column: column in attributes and attributes[column].type.name == "number" for column in names.values()}
        return Shape(word, whole, frozenset(column for column, one in attributes.items() if one.optional))


__all__ = ["Plan", "Plans", "Taken"]
