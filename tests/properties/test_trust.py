"""The page about trust and the command that prints its table speak of the same promises."""

from __future__ import annotations

import re
from pathlib import Path

from trust import CHECKS

PAGE = Path(__file__).parents[2] / "src" / "dealcli" / "docs" / "trust.md"


def test_the_page_has_a_row_and_a_paragraph_for_every_promise() -> None:
    page = PAGE.read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]*\d[^|]* \| [^|]*\d[^|]* \|$", page, re.MULTILINE)
    assert rows == [(promise, checked) for promise, checked, _ in CHECKS]
    assert re.findall(r"^\*\*(.+)\.\*\* ", page, re.MULTILINE) == [promise for promise, _, _ in CHECKS]
