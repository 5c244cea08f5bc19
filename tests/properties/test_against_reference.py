"""The engine against the reference interpreter, and against documents that nobody would write.

``DEALCLI_COMPARISONS`` sets how many contracts are compared (``python tests/properties/both.py --count N`` does the same
without pytest), ``DEALCLI_WILD`` how many wild documents are tried, ``DEALCLI_FIRST`` the first seed.
"""

from __future__ import annotations

import os
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from both import Refuses, compare_many, differences, run_engine, summary
from contracts import Case, contract, wild
from dealcli.dates import NoSuchDay
from dealcli.engine.run import DoesNotSettle
from dealcli.language.values import Incalculable
from dealcli.model import validate

FIRST = int(os.environ.get("DEALCLI_FIRST", "0"))
COMPARISONS = int(os.environ.get("DEALCLI_COMPARISONS", "1200"))
WILD = int(os.environ.get("DEALCLI_WILD", "2000"))


def test_the_engine_and_the_reference_agree_on_every_day_of_many_contracts() -> None:
    found: list[str] = []
    counts = compare_many(range(FIRST, FIRST + COMPARISONS), lambda seed, first: found.append(f"seed {seed}: {first[0]}"))
    print(summary(counts))
    assert not found, "\n".join([summary(counts), *found])
    assert counts["compared"] > 0.9 * COMPARISONS, summary(counts)
    assert counts["interesting"] > 0.6 * counts["compared"], summary(counts)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None, derandomize=True)
@given(st.integers(1_000_000, 2_000_000))
def test_the_engine_and_the_reference_agree_wherever_hypothesis_looks(seed: int) -> None:
    try:
        found = differences(contract(seed))
    except Refuses:
        return
    assert not found, found[0]


def test_a_wild_document_ends_with_diagnostics_or_a_result() -> None:
    refused = 0
    for seed in range(FIRST, FIRST + WILD):
        refused += not _runs(wild(seed), seed)
    assert 0 < refused < WILD, f"{refused} of {WILD} wild documents were refused: the scraps are too wild, or too tame"


def _runs(case: Case, seed: int) -> bool:
    """Whether a case validates, builds and runs; any exception but the documented ones fails the test with its seed."""
    if any(validate(tree, "wild.yaml", number) for number, tree in enumerate(case.documents)):
        return False
    try:
        run_engine(case)
    except (Refuses, DoesNotSettle, NoSuchDay, Incalculable):
        return False
    except Exception as error:
        raise AssertionError(f"wild document {seed}: {type(error).__name__}: {error}") from error
    return True


def test_what_comes_after_as_of_changes_nothing() -> None:
    for seed in range(FIRST, FIRST + 60):
        case = contract(seed)
        middle = date.fromordinal(case.as_of.toordinal() - 35)
        whole = Case(case.documents, case.rows, middle, case.doubtful)
        earlier = Case(case.documents, [row for row in case.rows if row["date"] <= middle.isoformat()], middle, case.doubtful)
        try:
            assert _stages(whole) == _stages(earlier), seed
        except (Refuses, DoesNotSettle):
            continue


def _stages(case: Case) -> list[tuple[str, str | None, str]]:
    run = run_engine(case)
    return [(clause.full, p.key_text, p.shown) for clause, positions in run.state.positions_of.items() for p in positions]
