"""YAML to nested dicts and lists of text, with a position for every key and value.

The events of the parser are turned into a tree here, with an explicit stack and limits: the parser's own tree builders
overflow on deep nesting, guess types, and keep the last of two equal keys. Of YAML only what a person writes by hand is
taken: no tags, anchors, aliases, merge keys, directives or keys that are not plain words. Everything is kept as text.
"""

from __future__ import annotations

from typing import Any

import yaml

from dealcli.diagnostics import Diagnostic, Place
from dealcli.reading.sources import Document, Mark, SourceFile
from dealcli.reading.text import (
    MOST_BYTES,
    MOST_PROBLEMS,
    decode,
    first_forbidden,
    forbidden_character,
    line_and_column,
    line_starts,
    too_large,
)

MOST_DEPTH = 64
MOST_VALUES = 200_000

_PARSER_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What the parser written in Python raises on some malformed texts instead of an error of its own."""

_SHOWN = 60


def read_yaml(path: str, content: bytes, *, pure: bool = False) -> tuple[SourceFile, list[Diagnostic]]:
    """Read a file's bytes. ``path`` is what messages call it.

    Gives the documents that could be read and every problem found; with a problem the documents are not to be relied
    on.
    ``pure`` takes the parser written in Python even where the faster one is installed; both give the same.
    """
    if len(content) > MOST_BYTES:
        return SourceFile(path, ""), [too_large(path)]
    text, problems = decode(path, content)
    if problems:
        return SourceFile(path, text), problems
    builder = _Builder(path, text)
    builder.build(pure)
    if not builder.problems and not builder.marks:
        builder.refuse("DC116", "the file is empty", 0, 0, expected="a document such as 'agreement: ...'")
    source = SourceFile(path, text, tuple(builder.documents), tuple(builder.marks))
    return source, sorted(builder.problems, key=lambda problem: problem.sort_key)


class _Enough(Exception):
    """Reading stops: a limit is passed, or enough problems are known."""


class _Frame:
    """A mapping or list that is being read.

    ``key`` is None while a mapping waits for its next key. ``keep`` is false for a value whose key was refused;
    ``as_key`` marks a mapping or list that stands where a key belongs.
    """

    __slots__ = ("as_key", "end", "keep", "key", "key_end", "key_start", "marks", "node", "start")

    def __init__(self, node: dict[str, Any] | list[Any], start: int, end: int, as_key: bool) -> None:
        self.node = node
        self.marks: dict[str, Mark] | list[Mark] = {} if isinstance(node, dict) else []
        self.start = start
        self.end = end
        self.as_key = as_key
        self.key: str | None = None
        self.key_start = self.key_end = -1
        self.keep = True


class _Builder:
    """Takes the parser's events one by one and keeps the tree, the marks and the problems."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.starts: list[int] = []
        self.stack: list[_Frame] = []
        self.root: tuple[Any, Mark] | None = None
        self.count = 0
        self.documents: list[Document] = []
        self.marks: list[Mark] = []
        self.problems: list[Diagnostic] = []
        self.reached = 0
        self.known = 0

    def build(self, pure: bool) -> None:
        """Read to the end, to the first error of syntax, or to a limit."""
        fast = None if pure else getattr(yaml, "CSafeLoader", None)
        loader: Any = None
        try:
            loader = (fast or yaml.SafeLoader)(self.text)
            self._take_all(loader)
        except _Enough:
            pass
        except yaml.YAMLError as error:
            from dealcli.reading.yaml_syntax import explain_syntax

            self.problems.append(explain_syntax(self.path, self.text, error))
        except _PARSER_FAULTS:
            self.refuse("DC110", "this cannot be read as YAML", self.reached, self.reached + 1)
        finally:
            if loader is not None:
                loader.dispose()

    def _take_all(self, loader: Any) -> None:
        """The loop over the events, the most frequent kind first."""
        next_event = loader.get_event
        while True:
            event = next_event()
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._open({}, event)
            elif kind is yaml.SequenceStartEvent:
                self._open([], event)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._close(event)
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent:
                self._document_start(event)
            elif kind is yaml.DocumentEndEvent:
                self._document_end()
            elif kind is yaml.StreamEndEvent or event is None:
                return

    def refuse(
        self,
        code: str,
        message: str,
        start: int,
        end: int,
        expected: str = "",
        hint: str = "",
        related: tuple[tuple[Place, str], ...] = (),
    ) -> None:
        """Note a problem at a stretch of the text. Raises ``_Enough`` once there are too many."""
        place = self._place(start, end)
        self.problems.append(Diagnostic(code, message, place, expected, hint, related=related))
        if len(self.problems) >= MOST_PROBLEMS:
            raise _Enough

    def _place(self, start: int, end: int) -> Place:
        self.starts = self.starts or line_starts(self.text)
        line, column = line_and_column(self.starts, start)
        end_line, end_column = line_and_column(self.starts, end)
        length = end_column - column if end_line == line else 0
        return Place(self.path, document=len(self.marks), length=length, line=line, column=column)

    def _scalar(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        self.reached = end
        style: str = event.style or ""
        value: str | None = event.value
        if event.anchor is not None or event.tag is not None:
            self._check_properties(event, start)
        if style == '"' and value is not None and "\\" in self.text[start:end]:
            self._check_escaped(value, start, end)
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.key is None and type(frame.node) is dict:
            self._key(frame, event.value, style, start, end)
            return
        if value == "" and style == "":
            value = None
            if frame is not None and frame.key is not None:
                start = end = self._after_colon(frame.key_end)
        self._add(value, start, end, style, None)

    def _after_colon(self, index: int) -> int:
        """Where the value of a key would begin: the parsers disagree on it when nothing is there."""
        end = index
        while end < len(self.text) and self.text[end] in " \t":
            end += 1
        return end + 1 if self.text[end : end + 1] == ":" else index

    def _key(self, frame: _Frame, key: str, style: str, start: int, end: int) -> None:
        """A scalar where a mapping waits for a key."""
        frame.key, frame.key_start, frame.key_end, frame.keep = key, start, end, False
        if key == "":
            self.refuse("DC115", "there is no key before the ':'", start, max(end, start + 1), "a name, then ':'")
        elif key == "<<" and style == "":
            hint = "write the keys out, or put what is shared into a vocabulary"
            self.refuse("DC114", "merge keys ('<<') are not used here", start, end, "a key of this place", hint)
        elif key in frame.node:
            assert isinstance(frame.marks, dict)
            first = frame.marks[key]
            related = ((self._place(first.key_start, first.key_end), "first given here"),)
            message = f"the key '{key[:_SHOWN]}' is given twice"
            self.refuse("DC111", message, start, end, "each key once", "remove or rename one of them", related)
        else:
            frame.keep = True

    def _add(
        self, value: Any, start: int, end: int, style: str | None, inner: dict[str, Mark] | list[Mark] | None
    ) -> None:
        """Put a finished value where it belongs."""
        self.count += 1
        if self.count > MOST_VALUES:
            self.refuse("DC118", f"the file holds more than {MOST_VALUES:,} values", start, end, "smaller files")
            raise _Enough
        if not self.stack:
            self.root = value, Mark(-1, -1, start, end, style, inner)
            return
        frame = self.stack[-1]
        node, marks = frame.node, frame.marks
        if isinstance(node, list):
            assert isinstance(marks, list)
            node.append(value)
            marks.append(Mark(-1, -1, start, end, style, inner))
            return
        assert frame.key is not None
        assert isinstance(marks, dict)
        if frame.keep:
            node[frame.key] = value
            marks[frame.key] = Mark(frame.key_start, frame.key_end, start, end, style, inner)
        frame.key = None

    def _open(self, node: dict[str, Any] | list[Any], event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        self.reached = end
        if len(self.stack) >= MOST_DEPTH:
            self.refuse("DC117", f"this is nested more than {MOST_DEPTH} levels deep", start, start + 1)
            raise _Enough
        as_key = False
        if event.anchor is not None or event.tag is not None:
            self._check_properties(event, start)
        if self.stack:
            frame = self.stack[-1]
            if frame.key is None and type(frame.node) is dict:
                as_key = True
                if not frame.as_key:
                    what = "a list" if isinstance(node, list) else "a mapping"
                    self.refuse("DC115", f"{what} cannot be a key", start, start + 1, "a name, then ':'")
        self.stack.append(_Frame(node, start, start, as_key))

    def _close(self, event: Any) -> None:
        frame = self.stack.pop()
        if frame.as_key:
            parent = self.stack[-1]
            parent.key, parent.key_start, parent.key_end, parent.keep = "", frame.start, frame.start, False
            return
        bracketed = self.text[frame.start : frame.start + 1] in ("[", "{")
        end = event.end_mark.index if bracketed else frame.start
        self._add(frame.node, frame.start, end, None, frame.marks)

    def _alias(self, event: Any) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        self.reached = end
        hint = "write the value out, or put the text in quotes if the '*' belongs to it"
        self.refuse(
            "DC113", f"'*{event.anchor[:_SHOWN]}' refers to an anchor; these are not used here", start, end, "", hint
        )
        frame = self.stack[-1] if self.stack else None
        if frame is not None and frame.key is None and type(frame.node) is dict:
            frame.key, frame.key_start, frame.key_end, frame.keep = "", start, end, False
            return
        self._add(None, start, end, "", None)

    def _check_properties(self, event: Any, start: int) -> None:
        if event.anchor is not None:
            shown = f"&{event.anchor[:_SHOWN]}"
            hint = "leave it out, or put the text in quotes if the '&' belongs to it"
            self.refuse(
                "DC113", f"'{shown}' sets an anchor; these are not used here", start, start + len(shown), "", hint
            )
        if event.tag is not None:
            length = 1
            while start + length < len(self.text) and self.text[start + length] not in " \t\r\n,[]{}":
                length += 1
            shown = self.text[start : start + min(length, _SHOWN)]
            hint = (
                "leave it out: what a value means follows from its key; put the text in quotes if the '!' belongs to it"
            )
            self.refuse("DC112", f"'{shown}' is a YAML tag; these are not used here", start, start + length, "", hint)

    def _check_escaped(self, value: str, start: int, end: int) -> None:
        found = first_forbidden(value)
        if found is not None:
            self.problems.append(forbidden_character(value[found], self._place(start, end)))
            if len(self.problems) >= MOST_PROBLEMS:
                raise _Enough

    def _document_start(self, event: Any) -> None:
        self.root = None
        self.known = len(self.problems)
        start = event.start_mark.index
        self.reached = event.end_mark.index
        if event.explicit and self.text[start : start + 1] == "%":
            self.refuse("DC119", "YAML directives are not used here", start, start + 1, "", "delete the line")

    def _document_end(self) -> None:
        """Keep a document; its root must be a mapping."""
        assert self.root is not None
        tree, mark = self.root
        expected = "a mapping such as 'agreement: ...'"
        if isinstance(tree, dict) and tree:
            self.documents.append(Document(tree, self.path, len(self.marks)))
        elif not tree:
            if len(self.problems) == self.known:
                self.refuse("DC116", "the document is empty", mark.start, mark.start, expected)
        elif isinstance(tree, list):
            self.refuse("DC116", "the document is a list", mark.start, mark.start + 1, expected)
        else:
            from dealcli.reading.yaml_syntax import missing_blank

            hint = missing_blank(self.text, mark.start)
            self.refuse("DC116", "the document is a single text", mark.start, mark.end, expected, hint)
        self.marks.append(mark)
