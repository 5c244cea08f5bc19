"""No input crashes a target: those that once did, and some thousands more made by a seed. ``fuzz.py`` goes on from there."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from targets import FOUND, SHARES, TARGETS, mutated, seeds

SECONDS = 10
STORED = sorted(path for path in FOUND.glob("*/*") if path.is_file())


@pytest.mark.parametrize("path", STORED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_once_crashed_or_hung_ends_at_once(path: Path, tmp_path: Path) -> None:
    target = TARGETS[path.parent.name](tmp_path)
    began = time.process_time()
    target(path.read_bytes())
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_made_by_chance_crashes(name: str, tmp_path: Path) -> None:
    target, begin = TARGETS[name](tmp_path), seeds(name)
    assert len(begin) > 20
    for number, content in enumerate(mutated(begin, SHARES[name], 7)):
        try:
            target(content)
        except Exception as error:
            pytest.fail(f"input {number}: {content!r}: {type(error).__name__}: {error}")
