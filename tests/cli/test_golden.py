"""What the commands about one scenario print, in each of their forms, to the letter.

``DEALCLI_GOLDEN=write`` writes the files anew; the difference is the review.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
GOLDEN = Path(__file__).with_name("golden")
WRITE = os.environ.get("DEALCLI_GOLDEN") == "write"
SUFFIXES = {"plain": "txt", "table": "table.txt", "markdown": "md", "json": "json", "html": "html", "ics": "ics"}
QUESTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "explain": (("explain", "scenario.yaml", "deliver", "--key", "A2"), ("plain", "table", "markdown", "json")),
    "why_not": (("why-not", "scenario.yaml", "deliver", "fulfilled", "--key", "A2"), ("plain", "table", "markdown", "json")),
    "whatif": (("whatif", "scenario.yaml", "--drop", "2", "--set", "window=3 days"), ("plain", "table", "markdown", "json", "html")),
    "diff": (("diff", "scenario.yaml", "--as-of", "2025-01-12..2025-02-15"), ("plain", "table", "markdown", "json")),
    "agenda": (("agenda", "scenario.yaml", "--as-of", "2025-01-12"), ("plain", "table", "markdown", "json", "ics")),
    "count": (("count", "scenario.yaml"), ("plain", "table", "markdown", "json")),
    "evaluate": (("evaluate", "scenario.yaml"), ("plain", "table", "markdown", "json")),
}


@pytest.mark.parametrize(("name", "style"), [(name, style) for name, (_, styles) in QUESTIONS.items() for style in styles])
def test_a_command_prints_what_it_printed(run: Run, here: Path, name: str, style: str) -> None:
    told = run(*QUESTIONS[name][0], "--format", style)
    assert told.err == ""
    kept = GOLDEN / f"{name}.{SUFFIXES[style]}"
    if WRITE:
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(told.out.encode())
    assert told.out.encode() == kept.read_bytes()
