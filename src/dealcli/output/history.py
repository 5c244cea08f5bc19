"""Every change of a long log as it comes: a JSON object a line, in the order of their days."""

from __future__ import annotations

import json
from datetime import date
from json.encoder import encode_basestring_ascii
from typing import IO, Any

from dealcli.analysis.situations import Change
from dealcli.engine.shown import party_name
from dealcli.language.values import UNKNOWN
from dealcli.output.text import json_text

LINES_AT_ONCE = 5_000
Pieces = list[tuple[str, str]]


class WrittenHistory:
    """Writes changes to a text file that can be read again. Texts of others are escaped: every line is ASCII."""

    def __init__(self, stream: IO[str]) -> None:
        self.stream = stream
        self.pieces: dict[int, tuple[tuple[Change, ...], Pieces]] = {}
        self.day, self.head = date.min, ""
        self.waiting: list[str] = []

    def begin_anew(self) -> None:
        """Forget what was written so far."""
        self.waiting.clear()
        self.stream.seek(0)
        self.stream.truncate()

    def tell(self, day: date, key: str | None, changes: tuple[Change, ...]) -> None:
        """A line for each change of a key. What many keys go through is put into words once."""
        known = self.pieces.get(id(changes))
        if known is None or known[0] is not changes:
            known = self.pieces[id(changes)] = (changes, [_pieces(one) for one in changes])
        if day != self.day:
            self.day, self.head = day, f'{{"date":"{day}",'
        about = encode_basestring_ascii(key)[:-1].replace("\x7f", "\\u007f") if key is not None else "null"
        for before, after in known[1]:
            self.waiting.append(f"{self.head}{before}{about}{after if key is not None else after[1:]}")
        if len(self.waiting) > LINES_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Write what waits to be written."""
        self.stream.write("".join(self.waiting))
        self.waiting.clear()


def _pieces(change: Change) -> tuple[str, str]:
    """A line up to the key, and what follows it, its last quotation mark among that."""
    kind, name, word = change.cause
    words = {"bearer": party_name(change.bearer) if change.bearer is not None else None, "cue": change.cue, "from": _shown(change.before),
             "to": _shown(change.after), "cause": {"kind": kind, "name": name, "word": word}}  # fmt: skip
    before = f'{_compact({"kind": change.kind, "name": change.name})[1:-1]},"key":'
    numbered = encode_basestring_ascii(change.numbered)[1:]
    return json_text(before), json_text(f"{numbered},{_compact(words)[1:]}\n")


def _compact(tree: Any) -> str:
    return json_text(json.dumps(tree, separators=(",", ":")))


def _shown(value: Any) -> Any:
    return "unknown" if value is UNKNOWN else value


__all__ = ["WrittenHistory"]
