"""The formats, by name. Adding one is a module with ``render(document, view)`` and a row here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from dealcli.output.view import DocumentTree, View

Render = Callable[[DocumentTree, View], Iterable[str]]


def _table(document: DocumentTree, view: View) -> Iterable[str]:
    from dealcli.output import as_table

    return as_table.render(document, view)


def _plain(document: DocumentTree, view: View) -> Iterable[str]:
    from dealcli.output import as_plain

    return as_plain.render(document, view)


def _json(document: DocumentTree, view: View) -> Iterable[str]:
    from dealcli.output import as_json

    return as_json.render(document, view)


def _jsonl(document: DocumentTree, view: View) -> Iterable[str]:
    from dealcli.output import as_jsonl

    return as_jsonl.render(document, view)


def _markdown(document: DocumentTree, view: View) -> Iterable[str]:
    from dealcli.output import as_markdown

    return as_markdown.render(document, view)


def _csv(document: DocumentTree, view: View) -> Iterable[str]:
    from dealcli.output import as_csv

    return as_csv.render(document, view)


FORMATS: Mapping[str, Render] = MappingProxyType({
    "table": _table,
    "plain": _plain,
    "json": _json,
    "jsonl": _jsonl,
    "markdown": _markdown,
    "csv": _csv,
})  # fmt: skip
"""Each gives pieces of text that are written one after the other, line ends included."""

FOR_MACHINES = ("json", "jsonl", "csv")
"""Formats that are the same everywhere: no width, colour or locale changes them."""
