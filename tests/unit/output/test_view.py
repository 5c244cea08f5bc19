"""A view chooses positions."""

from __future__ import annotations

from dealcli.output.view import View

POSITION = {"clause": "deal.pay_price", "bearer": "anna", "counterparty": "ben, carl", "stage": "in_force"}


def test_a_party_sees_what_it_holds_and_what_others_hold_towards_it() -> None:
    assert View(party="anna").admits(POSITION)
    assert View(party="carl").admits(POSITION)
    assert not View(party="car").admits(POSITION)


def test_a_clause_is_found_with_and_without_its_agreement() -> None:
    assert View(clause="deal.pay_price").admits(POSITION)
    assert View(clause="pay_*").admits(POSITION)
    assert not View(clause="price").admits(POSITION)


def test_several_stages_may_be_asked_for() -> None:
    assert View(stage="breached, in force").admits(POSITION)
    assert not View(stage="breached").admits(POSITION)


def test_all_parts_of_a_view_have_to_fit() -> None:
    assert not View(party="anna", stage="breached").admits(POSITION)
    assert View().admits(POSITION)
    assert not View(all=True).narrowed
