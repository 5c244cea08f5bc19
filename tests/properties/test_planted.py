"""Wrong meanings planted on purpose are caught; ``python tests/properties/planted.py`` tries every check on every one.

``planted.json`` says what catches what; the ordinary run confirms what proves each law useful, and ``DEALCLI_PLANTED_ALL=1`` all of it.
"""

from __future__ import annotations

import os

import pytest

from command_laws import COMMAND_LAWS
from laws import LAWS
from planted import BUGS, confirmed, source_of, witnesses

NAMES = {law.__name__ for law in (*LAWS, *COMMAND_LAWS)}
ALL = bool(os.environ.get("DEALCLI_PLANTED_ALL"))


def test_every_planted_bug_changes_one_place_of_the_source() -> None:
    assert [(bug.name, source_of(bug).count(bug.right)) for bug in BUGS if source_of(bug).count(bug.right) != 1] == []
    assert [bug.name for bug in BUGS if bug.right == bug.wrong] == []


def test_every_planted_bug_is_caught_by_something_and_every_law_catches_one() -> None:
    assert set(witnesses("bugs")) == {bug.name for bug in BUGS}
    assert {law for rows in witnesses("laws").values() for law in rows} == NAMES


@pytest.mark.parametrize("part", ["laws", *(["bugs"] if ALL else [])])
def test_what_is_written_down_as_catching_a_bug_catches_it(part: str) -> None:
    """One process for each bug."""
    assert [told for told in confirmed(witnesses(part)) if told] == []
