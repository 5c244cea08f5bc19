"""A result as JSON Lines: a head with the counts, then one position a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from dealcli.output.text import json_text
from dealcli.output.view import DocumentTree, View

HEAD = ("format", "scenario", "as_of", "summary")


def render(document: DocumentTree, view: View) -> Iterable[str]:
    """The head, then the positions that the view shows."""
    yield _line({key: document[key] for key in HEAD})
    for position in document["positions"]:
        if view.admits(position):
            yield _line(position)


def _line(entry: Mapping[str, Any]) -> str:
    return json_text(json.dumps(entry, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))) + "\n"
