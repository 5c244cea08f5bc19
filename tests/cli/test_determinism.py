"""The same input gives the same bytes, wherever and however it is run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]

PLACES = [
    {"TZ": "UTC", "PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "COLUMNS": "80"},
    {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "1", "LC_ALL": "C", "COLUMNS": "20"},
    {"TZ": "America/Los_Angeles", "PYTHONHASHSEED": "42", "LC_ALL": "de_DE.UTF-8", "COLUMNS": "300"},
    {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4294967295", "LC_ALL": "tr_TR.ISO-8859-9", "COLUMNS": "x"},
    {
        "TZ": "Etc/GMT+12",
        "PYTHONHASHSEED": "7",
        "LC_ALL": "POSIX",
        "COLUMNS": "1",
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "cp1252",
    },
]


@pytest.mark.parametrize("style", ["json", "jsonl", "csv", "plain", "markdown"])
def test_an_answer_is_the_same_in_every_time_zone_hash_order_locale_and_width(shell: Run, style: str) -> None:
    accents = "sed -i 's/Deliver what was ordered/Livrer dès là/' deal.yaml"
    line = f"{accents}; $D evaluate scenario.yaml --all --format {style} 2>&1"
    answers = [shell(line, **place) for place in PLACES]
    assert answers[0].code == 0
    assert "Livrer dès là" in answers[0].out
    assert all(answer[:2] == answers[0][:2] for answer in answers)


@pytest.mark.parametrize(
    "line",
    ["list builtin:microsoft_openai --format json", "show ms_ip_research", "schema scenario", "evaluate dael.yaml"],
)
def test_the_other_commands_are_the_same_everywhere_too(shell: Run, line: str) -> None:
    answers = [shell(f"$D {line} 2>&1", **place) for place in PLACES[::2]]
    assert all(answer[:2] == answers[0][:2] for answer in answers)
