"""A share of the small scope, spread over all of it; ``python tests/properties/small_scope.py`` compares everything.

``DEALCLI_SMALL_SCOPE`` sets how many cases are left out between two that are compared, ``DEALCLI_FIRST`` with which to begin.
"""

from __future__ import annotations

import os

from small_scope import compare, contracts, timelines

FIRST = int(os.environ.get("DEALCLI_FIRST", "0"))
EVERY = int(os.environ.get("DEALCLI_SMALL_SCOPE", "499"))


def test_the_engine_and_the_reference_agree_on_small_contracts() -> None:
    count, refused, differing = compare(FIRST, EVERY)
    assert not differing, "\n".join(told for _, told in differing.values())
    assert refused == 0
    assert count > 400_000 // EVERY


def test_the_small_scope_holds_each_contract_and_each_timeline_once() -> None:
    trees, rows = [str(tree) for tree in contracts()], [str(timeline) for timeline in timelines()]
    assert (len(set(trees)), len(set(rows))) == (len(trees), len(rows))
