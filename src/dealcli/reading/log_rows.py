"""Lines of an NDJSON log made into flat rows under our own names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from dealcli.diagnostics import did_you_mean
from dealcli.reading.text import first_forbidden
from dealcli.slotted import dataclass

MOST_DEPTH = 64
MOST_PROBLEMS = 20

Row = dict[str, Any]
Lines = Iterator[tuple[int, str]]

_WITHOUT_EVENT = ("note", "exercise")
"""A row with one of these keys needs no event."""
SHOWN = 60


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot be used. ``char`` is a forbidden character; after ``last`` reading cannot go on."""

    line: int
    column: int
    code: str = ""
    message: str = ""
    expected: str = ""
    hint: str = ""
    char: str = ""
    last: bool = False


class Naming:
    """Their columns and event types under our names.

    ``fields`` maps our name to their column, ``rename`` their event type to ours. A column that is not named keeps its
    name, unless another column was given that name: what is written in ``fields`` goes first.
    """

    def __init__(self, fields: Mapping[str, str], rename: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        self.rename = dict(rename)
        self.targets: dict[str, list[str]] = {}
        self.taken = {*self.fields.keys(), *self.fields.values()}
        for ours, theirs in self.fields.items():
            self.targets.setdefault(theirs, []).append(ours)

    def column(self, ours: str) -> str:
        """What their log calls one of our names."""
        return self.fields.get(ours, ours)

    def row(self, theirs: Row) -> Row:
        """A row under our names, with the type of the event under ``event``."""
        row = theirs
        if self.targets:
            taken = self.taken
            row = {name: value for name, value in theirs.items() if name not in taken}
            for column, names in self.targets.items():
                if column in theirs:
                    for name in names:
                        row[name] = theirs[column]
        if "event" not in row and "type" in row and "event" not in self.fields:
            row["event"] = row.pop("type")
        if self.rename and isinstance(event := row.get("event"), str):
            row["event"] = self.rename.get(event, event)
        return row

    def lack(self, row: Row, line: int) -> BadRow | None:
        """What a row must have and has not."""
        date, event = row.get("date"), row.get("event")
        if type(date) is str and type(event) is str and date and event:
            return None
        for name, value in (("date", date), ("event", event)):
            if value is not None and not isinstance(value, str):
                return BadRow(line, 1, "DC131", f"'{self.column(name)}' holds a list or an object", "a text")
        if not date and not row.get("at"):
            expected = f"a '{self.column('date')}' in every row"
            return BadRow(line, 1, "DC135", "the row has no date", expected, self._other_columns(row, "date"))
        if not event and not any(key in row for key in _WITHOUT_EVENT):
            expected = f"'{self.column('event')}', or 'note' or 'exercise' in its place"
            return BadRow(line, 1, "DC135", "the row has no event", expected, self._other_columns(row, "event"))
        return None

    def _other_columns(self, row: Row, name: str) -> str:
        if name in self.fields:
            return did_you_mean(self.fields[name], row)
        others = ", ".join(f"'{known[:SHOWN]}'" for known in list(row)[:12])
        return f"'fields: {{{name}: ...}}' says which column holds it; here are {others}" if others else ""


class _Fault(Exception):
    """Something in one line of NDJSON that no row can be made of."""

    def __init__(
        self, code: str, message: str, column: int = 1, expected: str = "", hint: str = "", char: str = ""
    ) -> None:
        super().__init__(message)
        self.at = (column, code, message, expected, hint, char)


class _Repeated(_Fault):
    """A key that one object holds twice."""

    def __init__(self, key: str) -> None:
        super().__init__("DC132", f"the key '{key[:SHOWN]}' is given twice", 1, "each key once")
        self.key = key


def _object(pairs: list[tuple[str, Any]]) -> Row:
    """An object of NDJSON; what is null is absent."""
    row = dict(pairs)
    if len(row) != len(pairs):
        seen: set[str] = set()
        raise _Repeated(next(key for key, _ in pairs if key in seen or seen.add(key)))  # type: ignore[func-returns-value]
    for key, value in pairs:
        if type(value) is not str:
            if value is None:
                del row[key]
            elif value is True or value is False:
                row[key] = "true" if value else "false"
    return row


def _no_constant(name: str) -> Any:
    raise _Fault("DC134", f"{name} is not a number that can be calculated with", 1, "a finite number")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=str, parse_int=str, parse_constant=_no_constant)


def ndjson_rows(lines: Lines, naming: Naming) -> Iterator[tuple[int, Row] | BadRow]:
    """One row for each line; blank lines are passed over."""
    decode = _DECODER.decode
    make_row, lack = naming.row, naming.lack
    for number, line in lines:
        try:
            read = decode(line)
            if type(read) is not dict:
                raise _not_an_object(read)
            if "\\" in line:
                _check_characters(read)
            attributes = read.pop("attrs", None)
            if attributes is not None:
                _merge(read, attributes)
            for key, value in read.items():
                if type(value) is not str:
                    read[key] = _plain(value)
        except json.JSONDecodeError as error:
            if line.strip():
                yield BadRow(number, *_not_json(line, error))
            continue
        except _Fault as fault:
            column = _column_of(line, fault)
            yield BadRow(number, column, *fault.at[1:])
            continue
        except RecursionError:
            yield BadRow(number, 1, "DC140", f"the line is nested more than {MOST_DEPTH} levels deep")
            continue
        row = make_row(read)
        missing = lack(row, number)
        yield (number, row) if missing is None else missing


def _not_an_object(read: object) -> _Fault:
    hint = "write one object a line, without a list around them" if isinstance(read, list) else ""
    return _Fault("DC131", "the line is not an object", 1, '{"date": ..., "event": ...}', hint)


def _not_json(line: str, error: json.JSONDecodeError) -> tuple[int, str, str, str, str]:
    """Our words for the parser's."""
    column = min(error.pos, len(line.rstrip())) + 1
    expected = {
        "Expecting ',' delimiter": "',' or the end of the object",
        "Expecting ':' delimiter": "':' after the key",
        "Expecting property name enclosed in double quotes": "a key in double quotes",
        "Illegal trailing comma before end of object": "no ',' before the end",
        "Unterminated string starting at": "a closing '\"'",
        "Extra data": "one object a line",
        "Expecting value": "a value",
    }.get(error.msg.removesuffix(":"), "")
    hint = "write one object a line, without a list around them" if line.lstrip().startswith("[") else ""
    return column, "DC130", "the line is not JSON", expected, hint


def _column_of(line: str, fault: _Fault) -> int:
    """The column of a repeated key or of a number that is none, as nearly as the line itself tells."""
    if isinstance(fault, _Repeated):
        found = list(re.finditer(re.escape(json.dumps(fault.key, ensure_ascii=False)) + r"\s*:", line))
        return found[1].start() + 1 if len(found) > 1 else 1
    if fault.at[1] == "DC134":
        match = re.search(r"[:\[,]\s*(-?Infinity|NaN)", line)
        return match.start(1) + 1 if match else 1
    return fault.at[0]


def _merge(row: Row, attributes: Any) -> None:
    """Put what stands under ``attrs`` beside the rest."""
    if type(attributes) is not dict:
        raise _Fault("DC131", "'attrs' is not an object", 1, '"attrs": {...}')
    for key, value in attributes.items():
        if key in row:
            raise _Repeated(key)
        row[key] = value


def _plain(value: Any) -> Any:
    """A nested value with text for leaves, None kept inside lists. Raises ``_Fault`` if it is nested too deep."""
    waiting: list[tuple[Any, int]] = [(value, 2)]
    while waiting:
        outer, depth = waiting.pop()
        if depth > MOST_DEPTH:
            raise _Fault("DC140", f"the line is nested more than {MOST_DEPTH} levels deep")
        members = enumerate(outer) if isinstance(outer, list) else list(outer.items())
        for key, inner in members:
            if inner is True or inner is False:
                outer[key] = "true" if inner else "false"
            elif isinstance(inner, (list, dict)):
                waiting.append((inner, depth + 1))
    return value


def _check_characters(row: Row) -> None:
    """Raises ``_Fault`` if an escape stands for a character that may not be used."""
    waiting: list[Any] = [row]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(value)
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, str) and not value.isprintable() and (found := first_forbidden(value)) is not None:
            raise _Fault("DC106", "", 1, char=value[found])
