"""Long work in parts: made by several processes, kept in a file as they come, and put together in their order.

What the parts give does not depend on who made them, nor on how many at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Any

from dealcli.cli.streams import is_terminal, refuse_unwritten, tell_lines
from dealcli.diagnostics import Diagnostic, Place, Refused
from dealcli.reading.files import shown_path
from dealcli.slotted import dataclass

OTHER_QUESTION = "DC522"
WORKERS_ENDED = "DC524"
FORMAT = "dealcli.parts/1"
PARTS = 64
"""As far as these are neither too small nor too large, so many parts are made, whatever the number of processes."""
MOST_AHEAD = 3
"""So many parts wait for each process, so that none is idle."""

Part = Callable[[bytes, int, int], Any]
"""Makes one part of some packed work, from a number up to but without another; its answer is plain data."""
Span = tuple[int, int]
Pack = Callable[[Span], bytes]
"""What is handed to whoever makes a part; where that is the same for all parts, it is packed once."""
Make = Callable[[Part, Pack, Sequence[Span]], Iterator[tuple[Span, Any]]]
"""Makes many parts, in any order."""


def digest(question: Any) -> str:
    """The SHA-256 of plain data. Keys stand in the order in which they were written: it may matter to the answer."""
    return hashlib.sha256(json.dumps(question, default=str).encode()).hexdigest()


def spans(count: int, most: int, least: int = 1) -> list[Span]:
    """Numbers from 0 up to ``count`` in stretches of one length, which depends on nothing but the count."""
    size = max(least, min(most, -(-count // PARTS)))
    return [(first, min(first + size, count)) for first in range(0, count, size)]


def made(part: Part, pack: Pack, wanted: Sequence[Span], make: Make, kept: Kept | None, noun: str) -> list[Any]:
    """The answers of all parts in their order; those that a file holds are not made again."""
    found: dict[Span, Any] = dict(kept.found) if kept is not None else {}
    left = [span for span in wanted if span not in found]
    progress = Progress(wanted[-1][1] if wanted else 0, noun)
    progress.more(sum(last - first for first, last in found))
    try:
        for span, answer in make(part, pack, left):
            found[span] = answer
            if kept is not None:
                kept.add(span, answer)
            progress.more(span[1] - span[0])
    finally:
        progress.end()
    return [found[span] for span in wanted]


class Progress:
    """How much is done, on standard error where someone reads it on a screen."""

    def __init__(self, count: int, noun: str) -> None:
        self.count, self.noun, self.done = count, noun, 0
        self.shown = is_terminal(sys.stderr)

    def more(self, number: int) -> None:
        """So many more are done."""
        self.done += number
        if self.shown:
            tell_lines([f"\r{self.done:,} of {self.count:,} {self.noun}"])

    def end(self) -> None:
        """Take the line away."""
        if self.shown:
            tell_lines(["\r\x1b[K"])


# --- who makes them --------------------------------------------------------------------------------------------------


def cores() -> int:
    """How many cores this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed is not None else os.cpu_count() or 1


def here(part: Part, pack: Pack, wanted: Sequence[Span]) -> Iterator[tuple[Span, Any]]:
    """Parts made one after the other in this process."""
    for span in wanted:
        yield span, part(pack(span), *span)


def on_cores(jobs: int) -> Make:
    """Parts made by several processes of this machine, each started anew."""

    def worth(parts: int) -> int:
        """How many processes to start: each takes as long to start as a small part does."""
        return min(jobs, parts // 2)

    def make(part: Part, pack: Pack, wanted: Sequence[Span]) -> Iterator[tuple[Span, Any]]:
        from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
        from concurrent.futures.process import BrokenProcessPool
        from multiprocessing import get_context

        waiting = iter(wanted)
        under_way: dict[Future[Any], Span] = {}
        pool = ProcessPoolExecutor(worth(len(wanted)), get_context("spawn"), _leave_interrupts_to_the_first)
        try:
            while True:
                while len(under_way) < jobs * MOST_AHEAD and (span := next(waiting, None)) is not None:
                    with _interrupts_held_back():
                        under_way[pool.submit(part, pack(span), *span)] = span
                if not under_way:
                    return
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    yield under_way.pop(future), future.result()
        except BrokenProcessPool:
            message = "a process that made a part of it ended without an answer"
            raise Refused(Diagnostic(WORKERS_ENDED, message, Place("--jobs"),
                                     hint="it may have had too little memory: try fewer --jobs; --resume goes on")) from None  # fmt: skip
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    return lambda part, pack, wanted: (make if worth(len(wanted)) > 1 else here)(part, pack, wanted)


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """A process that is started meanwhile never sees an interrupt, not even while it starts; this one sees it a little later."""
    import signal

    mask = getattr(signal, "pthread_sigmask", None)
    if mask is None:
        yield
        return
    before = mask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        mask(signal.SIG_SETMASK, before)


def _leave_interrupts_to_the_first() -> None:
    """An interrupt from the keyboard reaches all processes; the first one alone answers it."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


@dataclass(frozen=True, slots=True)
class Work:
    """How the parts are to be made, as it was written: by how many processes, on which cluster, kept in which file."""

    jobs: int | None = None
    cluster: str | None = None
    resume: str | None = None

    def make(self) -> Make:
        """What makes the parts."""
        if self.cluster is None:
            return on_cores(self.jobs or cores())
        from dealcli.cli.cluster import on_cluster

        return on_cluster(self.cluster)

    def kept(self, question: str, wanted: Sequence[Span]) -> Kept | None:
        """The file of finished parts, where one is named."""
        return Kept(self.resume, question, wanted) if self.resume is not None else None


# --- where they are kept ---------------------------------------------------------------------------------------------


class Kept:
    """A file of finished parts, one a line after a head that says to which question they belong.

    What was being written when the work was cut off is cut off too. Raises ``Refused`` for a file of another question, one
    that is damaged, and one that cannot be written.
    """

    def __init__(self, path: str, question: str, wanted: Sequence[Span]) -> None:
        self.path, self.question, self.wanted = path, question, frozenset(wanted)
        self.found: dict[Span, Any] = {}
        try:
            with open(path, "a+b") as stream:
                stream.seek(0)
                end = self._read(stream)
                stream.truncate(end)
        except (OSError, ValueError) as error:
            refuse_unwritten(path, error)
        if not end:
            self._write({"format": FORMAT, "question": self.question})

    def _place(self, line: int | None = None) -> Place:
        return Place(shown_path(self.path), line=line, column=None if line is None else 1)

    def _read(self, stream: IO[bytes]) -> int:
        """Take all whole lines. Gives where they end."""
        end = 0
        for number, line in enumerate(stream, 1):
            if not line.endswith(b"\n"):
                break
            self._take(number, line)
            end += len(line)
        return end

    def _take(self, number: int, line: bytes) -> None:
        try:
            row = json.loads(line)
            if number == 1:
                sound, other = row["format"] == FORMAT, row["question"] != self.question
            else:
                span = (int(row["from"]), int(row["to"]))
                sound, other = row["sha256"] == _sum(span, row["answer"]), span not in self.wanted
                self.found[span] = row["answer"]
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            sound, other = False, False
        if not sound:
            self._refuse(number, "this is no line of a file of finished parts")
        if other:
            self._refuse(number, "these are the parts of another question")

    def _refuse(self, number: int, message: str) -> None:
        hint = "another file for another question, or for other clauses, events or versions; it is written anew where there is none"
        raise Refused(Diagnostic(OTHER_QUESTION, message, self._place(number), hint=hint))

    def add(self, span: Span, answer: Any) -> None:
        """Write down a finished part. Raises ``Refused`` where that cannot be done."""
        self._write({"from": span[0], "to": span[1], "sha256": _sum(span, answer), "answer": answer})

    def _write(self, row: Mapping[str, Any]) -> None:
        try:
            with open(self.path, "ab") as stream:
                stream.write(json.dumps(row).encode() + b"\n")
        except OSError as error:
            refuse_unwritten(self.path, error)


def _sum(span: Span, answer: Any) -> str:
    """What shows that a line is whole and as it was written."""
    return digest([span, answer])


def joined(parts: Iterable[Sequence[Any]]) -> list[Any]:
    """The rows of all parts."""
    return [row for part in parts for row in part]


__all__ = ["Kept", "Work", "digest", "joined", "made", "spans"]
