"""The engine against the event calculus; ``python tests/properties/second_reference.py --count N`` compares N contracts.

``DEALCLI_SOLVED`` sets how many contracts are compared, ``DEALCLI_FIRST`` the first seed.
"""

from __future__ import annotations

import os

import pytest

pytest.importorskip("clingo", reason="the solver of the second reference is not installed")

from second_reference import Small, differences, solved

FIRST = int(os.environ.get("DEALCLI_FIRST", "0"))
SOLVED = int(os.environ.get("DEALCLI_SOLVED", "300"))


def test_the_engine_and_the_event_calculus_agree_on_small_contracts() -> None:
    assert differences(range(FIRST, FIRST + SOLVED)) == []


def test_the_small_contracts_come_to_every_stage() -> None:
    answers = solved([Small(seed) for seed in range(100)])
    stages = {stage for told, _ in answers.values() for stage in told.values()}
    assert stages == {"pending", "in_force", "fulfilled", "breached", "exercised", "lapsed", "ended"}
