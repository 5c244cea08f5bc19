"""Comments that silence a question about meaning where it is asked, for a reason and, if wanted, up to a day.

``# dealcli: ignore[DC602] until=2026-06-30 reason="..."`` behind a line, ``ignore-next[...]`` above it,
``ignore-file[...]`` for the whole file. An ignore that silences nothing, is over, or cannot be read is told itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from dealcli.analysis.checks.checked import finding
from dealcli.dates import parse_date
from dealcli.diagnostics import Diagnostic, Place
from dealcli.reading.comments import Comment, comments
from dealcli.reading.sources import SourceFile, locate
from dealcli.slotted import dataclass, field

MARKER = "dealcli:"
UNUSED, UNKNOWN, OVER, UNREADABLE = "DC630", "DC631", "DC632", "DC633"
_IGNORE = re.compile(
    r'#\s*dealcli:\s*(ignore|ignore-next|ignore-file)\[([^\]]*)\](?:\s+until=(\S+))?(?:\s+reason="([^"]*)")?\s*'
)
_CODE = re.compile(r"DC6[0-9]{0,2}")


@dataclass(slots=True)
class _Ignore:
    """One comment: the line that it speaks of (None for the whole file), its codes, and those that silenced something."""

    place: Place
    line: int | None
    codes: tuple[str, ...]
    until: date | None
    used: set[str] = field(default_factory=set)

    def silences(self, problem: Diagnostic, lines: range) -> bool:
        """Whether the problem is silenced; remembers by which code."""
        found = [code for code in self.codes if problem.code.startswith(code)]
        if not found or (self.line is not None and self.line not in lines):
            return False
        self.used.update(found)
        return True


def without_ignored(problems: Iterable[Diagnostic], files: Sequence[str], sources: Mapping[str, SourceFile],
                    as_of: date | None = None, codes: Sequence[str] = ()) -> list[Diagnostic]:  # fmt: skip
    """The problems that no comment silences, and what is wrong with the comments.

    An ignore is over where ``as_of`` lies after its ``until``; without ``as_of`` none is. ``codes`` are those of all
    questions; where they are given, an ignore of another one is told.
    """
    told: list[Diagnostic] = []
    ignores: dict[str, list[_Ignore]] = {}
    for file in files:
        source = sources.get(file)
        for comment in comments(source, MARKER) if source else ():
            ignore, wrong = _read(file, comment, codes)
            told.extend(wrong)
            if ignore is not None and as_of and ignore.until and as_of > ignore.until:
                message = f"this ignore was over on {ignore.until}"
                told.append(finding(OVER, "warning", message, ignore.place, "fix what it silenced, or move the day"))
            elif ignore is not None:
                ignores.setdefault(file, []).append(ignore)
    kept = [one for one in problems if not _silenced(one, ignores.get(one.place.path, ()), sources)]
    errors = any(one.severity == "error" for one in kept)
    return [*kept, *told, *(() if errors else _unused(one for found in ignores.values() for one in found))]


def _silenced(problem: Diagnostic, ignores: Iterable[_Ignore], sources: Mapping[str, SourceFile]) -> bool:
    span = locate(problem.place, sources)
    if span is None:
        return False
    lines = range(span.line, span.end_line + 1)
    # every ignore is asked, so that none of two that silence the same problem seems to be unused
    return sum(ignore.silences(problem, lines) for ignore in ignores) > 0


def _unused(ignores: Iterable[_Ignore]) -> Iterator[Diagnostic]:
    for ignore in ignores:
        for code in ignore.codes:
            if code not in ignore.used:
                yield finding(UNUSED, "warning", f"this ignores {code}, which is not found here", ignore.place, "delete the comment")


def _read(file: str, comment: Comment, known: Sequence[str]) -> tuple[_Ignore | None, list[Diagnostic]]:
    place = Place(file, line=comment.line, column=comment.column, length=len(comment.text))
    match = _IGNORE.fullmatch(comment.text)
    until = _day(match[3]) if match else None
    if match is None or (match[3] and until is None):
        if "ignore" not in comment.text:
            return None, []
        hint = 'write # dealcli: ignore[DC602] until=2026-06-30 reason="..."'
        return None, [finding(UNREADABLE, "warning", "this ignore cannot be read", place, hint)]
    codes = dict.fromkeys(code.strip() for code in match[2].split(","))
    usable = [code for code in codes if _CODE.fullmatch(code) and (not known or any(one.startswith(code) for one in known))]
    wrong = [finding(UNKNOWN, "warning", f"'{code}' is no code that can be ignored", place, "only questions about meaning, DC6.., can be")
             for code in codes if code not in usable]  # fmt: skip
    line = {"ignore": comment.line, "ignore-next": comment.line + 1, "ignore-file": None}[match[1]]
    return _Ignore(place, line, tuple(usable), until), wrong


def _day(text: str | None) -> date | None:
    try:
        return parse_date(text) if text else None
    except ValueError:
        return None
