"""Many lines of NDJSON decoded at once, each into an object of the class of its event, where msgspec is installed.

Lines that do not decode so, for whatever reason, are left to ``log_blocks`` and ``log_rows``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Annotated, Any, NamedTuple

from dealcli.reading.log_blocks import MOST_WHOLE

_LETTERS = bytes(set(range(0x20, 0x7F)) - set(b'\\{}"'))
"""The visible letters of ASCII but those of escapes, objects and texts."""


class Shape(NamedTuple):
    """The rows of one type of event: its word, and by the names of its columns whether one holds a whole number; else it is text."""

    event: str
    columns: dict[str, bool]
    optional: frozenset[str] = frozenset()


class TypedLines:
    """Decodes lines whose ``column`` names their event. The values of an object are its ``v0``, ``v1`` and so on.

    Raises ``ImportError`` where msgspec is not installed.
    """

    def __init__(self, column: str, shapes: Iterable[Shape]) -> None:
        import msgspec

        self.as_row: Callable[[Any], dict[str, Any]] = msgspec.to_builtins
        """An object as the row that it was decoded from."""
        self.shapes: dict[type, Shape] = {}
        self._bones: dict[type, bytes] = {}
        whole = Annotated[int, msgspec.Meta(gt=-MOST_WHOLE, lt=MOST_WHOLE)]
        for shape in shapes:
            names = {f"v{number}": name for number, name in enumerate(shape.columns)}
            kinds = {own: whole if shape.columns[name] else str for own, name in names.items()}
            fields = [(own, kind | msgspec.UnsetType, msgspec.UNSET) if names[own] in shape.optional else (own, kind)
                      for own, kind in kinds.items()]  # fmt: skip
            made = msgspec.defstruct("Row", fields, rename=names, tag_field=column, tag=shape.event, forbid_unknown_fields=True,
                                     kw_only=True, gc=False)  # fmt: skip
            self.shapes[made] = shape
            if not shape.optional:
                self._bones[made] = _bones(not whole for whole in shape.columns.values())
        self._not_so = (msgspec.MsgspecError, ValueError, RecursionError)
        self._decode: Callable[[bytes], list[Any]] = msgspec.json.Decoder(reduce(or_, self.shapes)).decode_lines

    def rows(self, raw: bytes) -> list[Any] | None:
        """An object for each line; None where that cannot be said.

        What is left of the lines without their letters must be that of their objects: one on each line, no key given twice,
        no escape and no other sign that is not seen.
        """
        try:
            rows = self._decode(raw)
            bare = raw.translate(None, _LETTERS) if raw.isascii() else _bare(raw.decode())
        except self._not_so:
            return None
        try:
            bones = map(self._bones.__getitem__, map(type, rows))
            return rows if bare == b"\n".join(bones) else None
        except KeyError:
            return rows if bare == b"\n".join(map(self._bones_of, rows)) else None

    def _bones_of(self, row: Any) -> bytes:
        known = self._bones.get(type(row))
        return known or _bones(type(value) is str for value in list(self.as_row(row).values())[1:])


def _bones(texts: Iterable[bool]) -> bytes:
    """The braces and quotes of an object, by whether the values beside its event are texts."""
    return b"{" + b'""' * (2 + sum(1 + text for text in texts)) + b"}"


def _bare(text: str) -> bytes:
    """What is left of lines that hold more than ASCII. Raises ``ValueError`` where that is more than visible letters."""
    if not text.replace("\n", "").isprintable():
        raise ValueError
    return text.encode("ascii", "ignore").translate(None, _LETTERS)
