"""The formats, by name. Adding one is a module with ``render(document, view)`` and a row here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from dealcli.output import as_csv, as_json, as_jsonl, as_markdown, as_plain, as_table
from dealcli.output.view import DocumentTree, View

Render = Callable[[DocumentTree, View], Iterable[str]]

FORMATS: Mapping[str, Render] = MappingProxyType({
    "table": as_table.render,
    "plain": as_plain.render,
    "json": as_json.render,
    "jsonl": as_jsonl.render,
    "markdown": as_markdown.render,
    "csv": as_csv.render,
})  # fmt: skip
"""Each gives pieces of text that are written one after the other, line ends included."""

FOR_MACHINES = ("json", "jsonl", "csv")
"""Formats that are the same everywhere: no width, colour or locale changes them."""
