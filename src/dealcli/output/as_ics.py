"""The dates of an outlook as an iCalendar file (RFC 5545): one all-day event for each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from dealcli.output.outlook import dates_of
from dealcli.output.text import ics_text
from dealcli.output.view import Entry
from dealcli.output.words import stage_words, titled

LONGEST_LINE = 75
"""Octets before a line is folded."""
WORDS = {"limit": "Last day", "limit_or_later": "Last day, or later", "until": "Ends", "until_or_later": "End not known from here on",
         "expires": "Ends", "begins": "Begins, if it is still made", "effect": "Takes effect", "period": "Next period"}  # fmt: skip


def calendar(found: Mapping[str, Any]) -> Iterator[str]:
    """The lines of the file. Its stamp is the day it was asked for: no clock is read."""
    stamp = f"{found['as_of'][:10].replace('-', '')}T000000Z"
    yield from _lines("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//dealcli//agenda//EN", "CALSCALE:GREGORIAN",
                      f"X-WR-CALNAME:{ics_text(found['scenario']['title'])}")  # fmt: skip
    for row in dates_of(found):
        day = date.fromisoformat(row["date"][:10])
        after = day + timedelta(days=1) if day < date.max else day
        yield from _lines(
            "BEGIN:VEVENT", f"UID:{_identity(found, row)}@dealcli", f"DTSTAMP:{stamp}", f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{after:%Y%m%d}", f"SUMMARY:{ics_text(_summary(row))}",
            f"DESCRIPTION:{ics_text(row.get('clause') or row['agreement'])}", "TRANSP:TRANSPARENT", "END:VEVENT",
        )  # fmt: skip
    yield from _lines("END:VCALENDAR")


def _summary(row: Entry) -> str:
    if row["what"] == "change":
        return f"{titled(row)}: {stage_words(row['to'])} ({row['text']})"
    return f"{WORDS[row['what']]}: {titled(row)}"


def _identity(found: Entry, row: Entry) -> str:
    """The same date of the same deal has the same name in every file, so that a calendar knows it again."""
    about = row.get("clause") or row["agreement"]
    parts = (found["scenario"]["title"], row["what"], about, row["key"], row["bearer"], row["to"], row["date"])
    return hashlib.sha256("\x00".join(map(str, parts)).encode()).hexdigest()[:32]


def _lines(*lines: str) -> Iterator[str]:
    for line in lines:
        yield from _folded(line)


def _folded(line: str) -> Iterator[str]:
    """A line with the ends that the format wants, in pieces of at most 75 octets, none cut inside a character."""
    piece, size = "", 0
    for character in line:
        width = len(character.encode())
        if size + width > LONGEST_LINE:
            yield f"{piece}\r\n"
            piece, size = " ", 1
        piece, size = piece + character, size + width
    yield f"{piece}\r\n"


__all__ = ["calendar"]
