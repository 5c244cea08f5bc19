"""Every law holds on a share of generated contracts; ``python tests/properties/laws.py`` tries as many as one likes.

``DEALCLI_LAWS`` sets how many contracts each law is tried on, ``DEALCLI_FIRST`` the first seed.
"""

from __future__ import annotations

import os

import pytest

from command_laws import COMMAND_LAWS
from laws import LAWS, Law, broken, first_difference

FIRST = int(os.environ.get("DEALCLI_FIRST", "0"))
CONTRACTS = int(os.environ.get("DEALCLI_LAWS", "40"))
SLOWER = 20
"""A command takes so many times as long as a run."""


@pytest.mark.parametrize("law", [*LAWS, *COMMAND_LAWS], ids=lambda law: law.__name__)
def test_a_law_holds(law: Law) -> None:
    count = CONTRACTS if law in LAWS else max(CONTRACTS // SLOWER, 1)
    applied = 0
    for seed in range(FIRST, FIRST + max(count * 20, 1000)):
        compared, pair = broken(law, seed)
        assert pair is None, f"seed {seed}: {first_difference(*pair)}"
        applied += bool(compared)
        if applied == count:
            break
    assert applied, "the law applied to none of the contracts"
