"""An error of YAML's syntax in words a person can act on: what is wrong, where, what would be right, what to try."""

from __future__ import annotations

import re
from typing import Any

import yaml

from dealcli.diagnostics import Diagnostic, Place
from dealcli.reading.text import describe_character, line_and_column, line_starts
from dealcli.slotted import dataclass

_NO_BLANK = re.compile(r"[ \t]*(?:- )*[A-Za-z_][\w.-]*(:)(?![ \t\r\n/]|$)")
_QUOTE_IT = "put the whole value in quotes"


@dataclass(frozen=True, slots=True)
class _Fault:
    """The parser's error: its words, where it stopped, and where what it was reading had begun."""

    words: str
    text: str
    starts: list[int]
    at: int
    begun: int | None

    def line(self, index: int) -> int:
        """The number of the line, from 1."""
        return line_and_column(self.starts, index)[0]

    def before_on_line(self, index: int) -> str:
        """What stands before a position on its line."""
        return self.text[self.starts[self.line(index) - 1] : index]

    def rest_of_line(self, index: int) -> str:
        """What stands from a position to the end of its line."""
        return self.text[index:].split("\n", 1)[0].rstrip("\r")


@dataclass(frozen=True, slots=True)
class _Finding:
    """A translation; ``at`` is the position it points at, ``also`` another one with a word on it."""

    message: str
    at: int
    expected: str = ""
    hint: str = ""
    also: tuple[int, str] | None = None


def explain_syntax(path: str, text: str, error: yaml.YAMLError) -> Diagnostic:
    """Translate an error of the parser into a problem with a place."""
    fault = _fault(text, error)
    finding = next(found for rule in _RULES if (found := rule(fault)) is not None)
    related: tuple[tuple[Place, str], ...] = ()
    if finding.also is not None:
        related = ((_place(path, fault, finding.also[0]), finding.also[1]),)
    return Diagnostic(
        "DC110", finding.message, _place(path, fault, finding.at), finding.expected, finding.hint, related=related
    )


def missing_blank(text: str, index: int) -> str:
    """A hint where a line looks like ``key:value``; empty where it does not."""
    return "a blank is missing after the ':'" if _NO_BLANK.match(text, index) else ""


def _fault(text: str, error: yaml.YAMLError) -> _Fault:
    problem: Any = getattr(error, "problem_mark", None)
    context: Any = getattr(error, "context_mark", None)
    words = f"{getattr(error, 'context', '') or ''}: {getattr(error, 'problem', '') or ''}"
    at = problem.index if problem is not None else context.index if context is not None else 0
    begun = min(context.index, len(text)) if context is not None else None
    return _Fault(words, text, line_starts(text), min(at, len(text)), begun)


def _place(path: str, fault: _Fault, index: int) -> Place:
    line, column = line_and_column(fault.starts, index)
    if index == len(fault.text) and column == 1 and line > 1:
        # the end of the file: an empty line after the last one helps nobody
        before = fault.text.rstrip("\r\n")
        line, column = line_and_column(fault.starts, len(before))
    return Place(path, line=line, column=column)


def _tab(fault: _Fault) -> _Finding | None:
    indent = re.match(r"[ \t]*", fault.rest_of_line(fault.starts[fault.line(fault.at) - 1]))
    start = fault.starts[fault.line(fault.at) - 1]
    if (
        indent is None
        or "\t" not in indent.group()
        or (fault.at > start + len(indent.group()) and "tab" not in fault.words)
    ):
        return None
    return _Finding(
        "a tab stands in the indentation",
        start + indent.group().index("\t"),
        "blanks only",
        "replace each tab by blanks",
    )


def _unclosed_quote(fault: _Fault) -> _Finding | None:
    if "quoted scalar" in fault.words and "found unexpected" in fault.words and fault.begun is not None:
        quote = "'" if fault.text[fault.begun : fault.begun + 1] == "'" else '"'
        return _Finding(f"the quote ({quote}) that opens here is never closed", fault.begun, f"a closing {quote}")
    return None


def _escape(fault: _Fault) -> _Finding | None:
    if "quoted scalar" not in fault.words and "double-quoted" not in fault.words:
        return None
    index = fault.text.rfind("\\", 0, fault.at + 1)
    return _Finding(
        "this escape is not known in double quotes",
        index if index >= 0 else fault.at,
        r"\n, \t, \", \\, \xNN or \uNNNN",
        r"write \\ for a backslash, or use single quotes, where a backslash is only a backslash",
    )


def _reserved_start(fault: _Fault) -> _Finding | None:
    char = fault.text[fault.at : fault.at + 1]
    if "cannot start any token" in fault.words:
        shown = char if char.isprintable() else describe_character(char)
        return _Finding(f"a text cannot start with '{shown}' in YAML", fault.at, "", _QUOTE_IT)
    for word, sign, use in (
        ("alias", "*", "refers to an anchor"),
        ("anchor", "&", "sets an anchor"),
        ("tag", "!", "sets a tag"),
    ):
        if re.search(rf"(scanning|parsing) an? {word}|{word} handle", fault.words):
            at = fault.begun if fault.begun is not None else fault.at
            return _Finding(f"in YAML '{sign}' at the start of a value {use}", at, "", _QUOTE_IT)
    return None


def _second_colon(fault: _Fault) -> _Finding | None:
    if "mapping values are not allowed" not in fault.words:
        return None
    before = fault.before_on_line(fault.at)
    if re.search(r"(?::|^-|[ \t]-)[ \t]", before.lstrip()) and ": " in before:
        return _Finding(
            "a second ':' with a blank after it stands in one line", fault.at, "one 'key: value' a line", _QUOTE_IT
        )
    start = fault.starts[fault.line(fault.at) - 1]
    key = start + len(before) - len(before.lstrip())
    return _Finding(
        "a key cannot stand here: the line before already has a value",
        key,
        "the indentation of the keys it belongs with",
        "check the indentation, and the ':' in the line before",
    )


def _no_colon(fault: _Fault) -> _Finding | None:
    if "could not find expected ':'" not in fault.words:
        return None
    at = fault.begun if fault.begun is not None else fault.at
    start = fault.starts[fault.line(at) - 1]
    glued = _NO_BLANK.match(fault.text, start)
    if glued is not None:
        return _Finding("a blank is missing after the ':'", glued.start(1), "'key: value'")
    return _Finding("this line has no ':'", at, "'key: value'", "indent it further if it continues the text above")


def _flow(fault: _Fault) -> _Finding | None:
    found = re.search(r"expected ',' or '([\]}])'", fault.words)
    if found is None or fault.begun is None:
        return None
    close = found.group(1)
    opening = fault.text[fault.begun : fault.begun + 1]
    stopped = fault.text[fault.at : fault.at + 1]
    if opening not in ("[", "{"):
        return _Finding("a list in brackets cannot be read on from here", fault.at, f"',' or '{close}'", _QUOTE_IT)
    if fault.line(fault.at) == fault.line(fault.begun) and stopped:
        shown = f"'{stopped}'" if stopped.isprintable() else "the end of the line"
        hint = "put a value that holds ':', ',' or brackets in quotes"
        return _Finding(
            f"{shown} cannot stand here", fault.at, f"',' or '{close}'", hint, (fault.begun, f"'{opening}' opens here")
        )
    return _Finding(
        f"the '{opening}' that opens here is not closed",
        fault.begun,
        f"a closing '{close}'",
        "",
        (fault.at, "read up to here"),
    )


def _missing_node(fault: _Fault) -> _Finding | None:
    if "node content" not in fault.words:
        return None
    char = fault.text[fault.at : fault.at + 1]
    if char == ",":
        return _Finding("nothing stands before this ','", fault.at, "a value between two commas", "delete one comma")
    if char == ":":
        return _Finding("there is no key before the ':'", fault.at, "'key: value'")
    if char in ("]", "}"):
        return _Finding(f"nothing was opened that '{char}' could close", fault.at, "a value", _QUOTE_IT)
    return _Finding("a value is missing here", fault.at, "a value, or a closing bracket")


def _sequence_entry(fault: _Fault) -> _Finding | None:
    if "sequence entries are not allowed" in fault.words:
        hint = "begin the list on the next line, or write it in brackets"
        return _Finding("a list item ('- ') cannot begin here", fault.at, "each '- ' on a line of its own", hint)
    if "mapping keys are not allowed" in fault.words:
        return _Finding("in YAML '? ' begins a key, which cannot stand here", fault.at, "", _QUOTE_IT)
    return None


def _block_scalar(fault: _Fault) -> _Finding | None:
    if "block scalar" in fault.words:
        hint = "begin the text on the next line, or put it in quotes"
        return _Finding("after '|' or '>' only '+', '-' or an indentation may follow", fault.at, "a line end", hint)
    return None


def _structure(fault: _Fault) -> _Finding | None:
    if "parsing a block" not in fault.words:
        return None
    before = fault.before_on_line(fault.at)
    if before.strip(" -"):
        quote = before.rstrip()[-1:] in ("'", '"')
        hint = (
            "is an earlier quote left open? Inside single quotes an apostrophe is written twice" if quote else _QUOTE_IT
        )
        return _Finding("the value has ended, and more text follows", fault.at, "the end of the line", hint)
    begun = fault.begun if fault.begun is not None else fault.at
    line, column = line_and_column(fault.starts, begun)
    also = (begun, "what it would belong to begins here")
    if fault.text[fault.at : fault.at + 1] == ":" and not fault.before_on_line(fault.at).strip(" "):
        return _Finding("there is no key before the ':'", fault.at, "'key: value'")
    if "collection" in fault.words:
        what = "a list item ('- ') is expected here, or another indentation"
        return _Finding(what, fault.at, f"'- ' with {column - 1} blanks before it, as in line {line}", "", also)
    return _Finding(
        "the indentation of this line fits none of the lines above",
        fault.at,
        f"{column - 1} blanks as in line {line}, or more than the key above it has",
        "",
        also,
    )


def _document(fault: _Fault) -> _Finding | None:
    if "<document start>" in fault.words:
        return _Finding("a new document begins here without its '---'", fault.at, "'---' on a line of its own")
    if "directive" in fault.words:
        at = fault.begun if fault.begun is not None else fault.at
        return _Finding("a line cannot start with '%' in YAML", at, "", _QUOTE_IT)
    return None


def _anything(fault: _Fault) -> _Finding:
    return _Finding("this cannot be read as YAML", fault.at, "", "check quotes, brackets and indentation near here")


_RULES = (
    _tab, _unclosed_quote, _escape, _reserved_start, _second_colon, _no_colon, _flow, _missing_node, _sequence_entry,
    _block_scalar, _structure, _document, _anything,
)  # fmt: skip
