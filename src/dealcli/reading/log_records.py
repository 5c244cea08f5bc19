"""Lines of a CSV log made into flat rows under our own names."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from dealcli.diagnostics import did_you_mean
from dealcli.reading.log_rows import SHOWN, BadRow, Lines, Naming, Row

MOST_RECORD = 1_000_000
"""The longest record of a CSV file, in characters; it may run over several lines inside quotes."""


class _Record:
    """Lines given to the CSV reader one by one, counted for the record that is being read."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.line = 0
        self.begun = 0
        self.size = 0

    def __iter__(self) -> _Record:
        return self

    def __next__(self) -> str:
        self.line, line = next(self.lines)
        if not self.size:
            self.begun = self.line
        self.size += len(line)
        if self.size > MOST_RECORD:
            raise csv.Error("field larger than field limit")
        return line


def csv_rows(lines: Lines, naming: Naming) -> Iterator[tuple[int, Row] | BadRow]:
    """One row for each record after the header; an empty cell is an absent attribute."""
    number, heading = next(lines)
    delimiter = _delimiter(heading)
    try:
        header = next(csv.reader([heading], delimiter=delimiter, strict=True))
    except csv.Error:
        yield BadRow(number, 1, "DC136", "the header cannot be read", "the names of the columns in one line", last=True)
        return
    fault = _header_fault(header, number, naming)
    if fault is not None:
        yield fault
        return
    record = _Record(lines)
    records = csv.reader(record, delimiter=delimiter, strict=True)
    width = len(header)
    make_row, lack = naming.row, naming.lack
    while True:
        record.size = 0
        try:
            cells = next(records)
        except StopIteration:
            return
        except csv.Error as error:
            yield _bad_record(record, str(error))
            return
        if len(cells) != width:
            if cells:
                yield _wrong_width(record.begun, len(cells), width, delimiter)
            continue
        row = make_row({name: cell for name, cell in zip(header, cells, strict=True) if cell})
        missing = lack(row, record.begun)
        yield (record.begun, row) if missing is None else missing


def _delimiter(heading: str) -> str:
    """The sign between columns: of comma, semicolon and tab the most frequent outside quotes, the comma first."""
    bare = re.sub(r'"[^"]*"', "", heading)
    return max((",", ";", "\t"), key=bare.count)


def _header_fault(header: list[str], line: int, naming: Naming) -> BadRow | None:
    seen: set[str] = set()
    for position, name in enumerate(header, 1):
        if not name.strip():
            return BadRow(line, 1, "DC136", f"column {position} has no name", "a name for every column", last=True)
        if name != name.strip():
            return BadRow(
                line, 1, "DC136", f"blanks stand around the column name '{name[:SHOWN]}'", "", "delete them", last=True
            )
        if name in seen:
            return BadRow(line, 1, "DC136", f"the column '{name[:SHOWN]}' is there twice", "each name once", last=True)
        seen.add(name)
    for ours, theirs in naming.fields.items():
        if theirs not in seen:
            message = f"there is no column '{theirs[:SHOWN]}', which 'fields' names for '{ours[:SHOWN]}'"
            return BadRow(line, 1, "DC139", message, "", did_you_mean(theirs, header), last=True)
    return None


def _bad_record(record: _Record, words: str) -> BadRow:
    if "larger than field limit" in words:
        return BadRow(record.begun, 1, "DC133", "the record is too long", "at most 1 MB, and 128 KB a cell", last=True)
    if "unexpected end of data" in words:
        return BadRow(
            record.begun, 1, "DC137", "a quote that opens in this record is never closed", "a closing '\"'", last=True
        )
    if "new-line" in words:
        return BadRow(record.line, 1, "DC137", "a carriage return stands inside the line", "LF or CR LF", last=True)
    hint = "inside quotes a quote is written twice"
    return BadRow(
        record.line, 1, "DC137", "text follows a closing quote", "a delimiter or the line end", hint, last=True
    )


def _wrong_width(line: int, cells: int, width: int, delimiter: str) -> BadRow:
    shown = "tab" if delimiter == "\t" else delimiter
    return BadRow(
        line,
        1,
        "DC137",
        f"the row has {cells} cells",
        f"{width}, as in the header",
        f"put a cell that holds '{shown}' in quotes",
    )
