"""The whole result as JSON. A view leaves out positions and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterable

from dealcli.output.text import json_text
from dealcli.output.view import DocumentTree, View, chosen_positions


def render(document: DocumentTree, view: View) -> Iterable[str]:
    """The document in its own order of keys, indented by two spaces."""
    shown = {**document, "positions": chosen_positions(document, view)} if view.narrowed else document
    yield json_text(json.dumps(shown, indent=2, ensure_ascii=False, allow_nan=False)) + "\n"
