"""Rows as written to typed events: every value is read by the type that its event declares, and put in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from dealcli.dates import ApproximateDate, civil_day, parse_approximate, parse_date
from dealcli.diagnostics import Diagnostic, Place, did_you_mean
from dealcli.engine.definitions import UNDISCLOSED
from dealcli.engine.program import Clause, Program
from dealcli.engine.records import Event, Moment
from dealcli.language.declarations import EventType
from dealcli.language.lexer import tokens
from dealcli.language.tree import LanguageError
from dealcli.language.types import Type
from dealcli.language.values import UNKNOWN
from dealcli.money import Money

ROW_FIELDS = frozenset(("date", "event", "at", "note", "reported", "sources", "exercise", "happened", "hypothetical"))
WORDLIKE = frozenset(("text", "id", "word"))


class Exercise:
    """A timeline line ``exercise: power``: the bearer uses a power that no declared event exercises."""

    __slots__ = ("at", "by", "clause", "day", "key", "place", "row")

    def __init__(self, clause: Clause, day: date, at: datetime | None, by: Any, key: Any, place: Place, row: Any) -> None:
        self.clause, self.day, self.at, self.by, self.key, self.place, self.row = clause, day, at, by, key, place, row

    @property
    def moment(self) -> Moment:
        return self.at or self.day


class Reader:
    """Types rows by the declarations of a program, and collects what is wrong with them."""

    def __init__(self, program: Program, known_as_of: date | None = None) -> None:
        self.program, self.known_as_of = program, known_as_of
        self.problems: list[Diagnostic] = []
        self.types: dict[str, EventType | None] = {}
        self.approximate: list[tuple[Place, str, str]] = []
        self.days: dict[str, date | None] = {}

    def problem(self, code: str, message: str, place: Place, hint: str = "", expected: str = "") -> None:
        self.problems.append(Diagnostic(code, message, place, expected=expected, hint=hint))

    # --- one row ----------------------------------------------------------------------------------------------------

    def read(self, row: Mapping[str, Any], place: Place) -> Event | Exercise | None:
        """The event of a row; None for a note, for what was not known yet, and where something is wrong."""
        moment = self._moment(row, place)
        if moment is None:
            return None
        if self.known_as_of is not None and not self._known(row, moment, place):
            return None
        if "event" in row:
            return self._event(row, moment, place)
        return self._exercise(row, moment, place) if "exercise" in row else None

    def _event(self, row: Mapping[str, Any], moment: Moment, place: Place) -> Event | None:
        kind = self.event_type(str(row["event"]), place)
        if kind is None:
            return None
        values: dict[str, Any] = {}
        for name, raw in row.items():
            attribute = kind.attributes.get(name)
            if attribute is None:
                if name not in ROW_FIELDS:
                    hint = did_you_mean(name, kind.attributes)
                    self.problem("DC402", f"the event {kind.name} has no attribute '{name}'", _key(place, name), hint)
                continue
            value = _at_sight(raw, attribute.type)
            if value is None:
                value = self.value(raw, attribute.type, place.at(name))
            if value is not None:
                values[name] = value
        for name, attribute in kind.attributes.items():
            if name not in row and not attribute.optional:
                self.problem("DC403", f"the event {kind.name} needs '{name}'", place, expected=f"{name}: a {attribute.type}")
        day, at = self._split(moment)
        certain = row.get("happened") != "unconfirmed"
        return Event(kind, day, at, values, certain, place, dict(row) if place.route else None)

    def _split(self, moment: Moment) -> tuple[date, datetime | None]:
        if isinstance(moment, datetime):
            return moment.astimezone(self.program.zone).date(), moment
        return moment, None

    def event_type(self, name: str, place: Place) -> EventType | None:
        if name not in self.types:
            self.types[name] = self._find_type(name, place)
        elif self.types[name] is None:
            self._find_type(name, place)  # says again what is wrong
        return self.types[name]

    def _find_type(self, name: str, place: Place) -> EventType | None:
        agreement, _, inner = name.rpartition(".")
        found = [e for e in self.program.events if e.name == inner and (not agreement or e.agreement == agreement)]
        if len(found) == 1:
            return found[0]
        if found:
            names = " or ".join(e.full if e.agreement else f"{e.name} (vocabulary)" for e in found)
            self.problem("DC303", f"'{name}' could mean {names}", place.at("event"), "write agreement.event")
        else:
            hint = did_you_mean(name, {e.name for e in self.program.events})
            self.problem("DC401", f"no event is called '{name}'", place.at("event"), hint)
        return None

    def _exercise(self, row: Mapping[str, Any], moment: Moment, place: Place) -> Exercise | None:
        name = str(row["exercise"])
        agreement, _, inner = name.rpartition(".")
        found = [c for c in self.program.clauses if c.name == inner and (not agreement or c.agreement == agreement)]
        where = place.at("exercise")
        if len(found) != 1:
            powers = {c.name for c in self.program.clauses if c.kind == "power"}
            self.problem("DC404", f"no power is called '{name}'" if not found else f"'{name}' is in several agreements", where,
                         did_you_mean(inner, powers))  # fmt: skip
            return None
        clause = found[0]
        if clause.kind != "power":
            self.problem("DC404", f"'{name}' is a {clause.kind}, only a power is exercised", where)
            return None
        if clause.act:
            acts = ", ".join(e.name for b in clause.act for e in b.events)
            self.problem("DC404", f"'{name}' is exercised by its act", where, f"write event: {acts}")
            return None
        day, at = self._split(moment)
        by = self.value(row["by"], Type("party"), place.at("by")) if row.get("by") else None
        return Exercise(clause, day, at, by, {k: v for k, v in row.items() if k not in ROW_FIELDS and k != "by"}, place, dict(row))

    # --- moments ----------------------------------------------------------------------------------------------------

    def _moment(self, row: Mapping[str, Any], place: Place) -> Moment | None:
        text = str(row.get("date") or row.get("at") or "")
        if row.get("at") and row.get("date"):
            text = f"{row['date']}T{row['at']}"
        if len(text) == 10:
            known = self.days.get(text)
            if known is not None:
                return known
        moment = self.moment(text, place.at("date"))
        if type(moment) is date:
            self.days[text] = moment
        return moment

    def moment(self, text: str, place: Place) -> Moment | None:
        """A date, an instant, or the last possible day of an approximate date; None (and a problem) for anything else."""
        try:
            day = parse_date(text)
            if day is not None:
                return day
            approximate = parse_approximate(text)
            if approximate is not None:
                return self._chosen(approximate, place)
            if len(text) > 10 and text[10] in "T ":
                instant = datetime.fromisoformat(text)
                zoned = instant if instant.tzinfo else instant.replace(tzinfo=self.program.zone)
                return zoned.astimezone(self.program.zone)
        except (ValueError, OverflowError) as error:
            self.problem("DC405", f"there is no such date: {text}", place, str(error) if "backwards" in str(error) else "")
            return None
        self.problem("DC405", f"'{text}' is no date", place, expected="a date such as 2030-12-31, or 2030-12-31T17:00Z")
        return None

    def _chosen(self, approximate: ApproximateDate, place: Place) -> date | None:
        if approximate.last is None:
            self.problem("DC405", "an event has no open interval as its date", place, expected="a day, a month, or an interval with an end")
            return None
        if not approximate.certain:
            self.approximate.append((place, approximate.text, str(approximate.last)))
        return approximate.last

    def _known(self, row: Mapping[str, Any], moment: Moment, place: Place) -> bool:
        assert self.known_as_of is not None
        reported = row.get("reported")
        day = self.moment(str(reported), place.at("reported")) if reported else moment
        return day is None or civil_day(day) <= self.known_as_of

    # --- values -----------------------------------------------------------------------------------------------------

    def value(self, raw: Any, kind: Type, place: Place) -> Any:
        """A value typed by its attribute; ``unknown`` is unknown. None (and a problem) where it does not fit."""
        if raw is None:
            return None
        name = kind.name
        if raw == "unknown":
            return UNKNOWN
        if name in WORDLIKE:
            return self._word(raw, kind, place)
        if name == "party":
            return self._party(str(raw), place)
        if name == "list":
            return self._list(raw, kind, place)
        if name == "record":
            return self._record(raw, kind, place)
        if isinstance(raw, list | dict):
            self.problem("DC406", f"a {kind} is needed here", place)
            return None
        if name in {"date", "instant"}:
            return self.moment(str(raw), place)
        if name == "boolean":
            if raw in ("true", "false"):
                return raw == "true"
            self.problem("DC406", f"'{raw}' is neither true nor false", place, "write true or false")
            return None
        return self._number(str(raw), kind, place)

    def _word(self, raw: Any, kind: Type, place: Place) -> Any:
        if isinstance(raw, list | dict):
            self.problem("DC406", f"a {kind} is needed here", place)
            return None
        if kind.words and raw not in kind.words:
            self.problem("DC406", f"'{raw}' is none of {', '.join(kind.words)}", place, did_you_mean(str(raw), kind.words))
            return None
        return str(raw)

    def _party(self, text: str, place: Place) -> str | None:
        party = self.program.resolve_party(text)
        if party is None:
            self.problem("DC407", f"no party is called '{text}'", place, did_you_mean(text, self.program.parties))
        return party

    def _list(self, raw: Any, kind: Type, place: Place) -> Any:
        if not isinstance(raw, list):
            self.problem("DC406", f"a {kind} is needed here", place)
            return None
        item = kind.item or Type("text")
        return tuple(self.value(one, item, place.at(n)) for n, one in enumerate(raw))

    def _record(self, raw: Any, kind: Type, place: Place) -> Any:
        if not isinstance(raw, Mapping):
            self.problem("DC406", f"a record {kind} is needed here", place)
            return None
        fields = dict(kind.fields)
        for name in raw:
            if name not in fields:
                self.problem("DC402", f"there is no field '{name}'", _key(place, name), did_you_mean(name, fields))
        return {name: self.value(raw[name], fields[name], place.at(name)) for name in fields if name in raw}

    def _number(self, text: str, kind: Type, place: Place) -> Any:
        cached = _parse_literal(text)
        value: Any
        value, found = cached or (None, "")
        if kind.name == "money":
            if found == "number" and kind.words:
                return Money(value, kind.words[0])
            if found == "money" and (not kind.words or value.currency == kind.words[0]):
                return value
            currency = kind.words[0] if kind.words else "USD"
            self.problem("DC406", f"'{text}' is no amount in {currency}" if kind.words else f"'{text}' is no amount of money", place,
                         _meant(text), f"such as {currency} 5 million")  # fmt: skip
            return None
        if found != kind.name:
            expected = {"number": "such as 1200.50 or 20%", "duration": "such as 30 days"}.get(kind.name, "")
            self.problem("DC406", f"'{text}' is no {kind}", place, _meant(text), expected)
            return None
        return value


def _meant(text: str) -> str:
    from dealcli.language.spellings import otherwise_written

    usual = otherwise_written(text, 0)
    return f"write {usual}" if usual else ""


def _at_sight(raw: Any, kind: Type) -> Any:
    """The value of a word, or of a number in plain digits, which most values of a long log are; None for any other."""
    if type(raw) is not str or raw == "unknown":
        return None
    if kind.name in WORDLIKE:
        return None if kind.words else raw
    if kind.name == "number" and raw.isdecimal() and raw.isascii() and len(raw) < 16 and (raw[0] != "0" or raw == "0"):
        return int(raw)
    return None


def _parse_literal(text: str) -> tuple[Any, str] | None:
    """The value and kind of a text that is one literal, perhaps with a sign before it."""
    try:
        found = tokens(text)
    except LanguageError:
        return None
    negative = found[0].text == "-" and len(found) == 3
    token = found[1 if negative else 0]
    if len(found) != (3 if negative else 2) or token.kind not in ("number", "money", "duration"):
        return None
    if negative:
        from dealcli.language.values import minus

        return minus(token.value), token.kind
    return token.value, token.kind


def _key(place: Place, name: str) -> Place:
    return place.at(name, on_key=True)


def in_order(rows: Iterable[Event | Exercise], reader: Reader) -> list[Event | Exercise]:
    """Rows sorted by civil day, stably; within a day the order written stands, and its times must not go backwards."""
    ordered = sorted(rows, key=lambda row: row.day)
    check_times(ordered, reader)
    return ordered


def check_times(ordered: Iterable[Event | Exercise], reader: Reader) -> None:
    last: datetime | None = None
    day: date | None = None
    for row in ordered:
        if row.day != day:
            day, last = row.day, None
        if row.at is not None:
            if last is not None and row.at < last:
                place = row.place.at("date") if row.place and row.place.route else row.place or Place()
                reader.problem("DC408", "this time is earlier than the last one written for that day", place,
                               "write the events of a day in their order")  # fmt: skip
            last = row.at


def numbered(rows: Iterable[Event | Exercise]) -> Iterator[Event | Exercise]:
    """The rows with their sequence numbers, from 1."""
    for number, row in enumerate(rows, 1):
        if isinstance(row, Event):
            row.seq = number
        yield row


__all__ = ["UNDISCLOSED", "Exercise", "Reader", "in_order", "numbered"]
