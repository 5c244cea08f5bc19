"""What occurs and what holds are never mixed up silently, and each error shows the other spelling."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

ORDER = "{date: 2025-02-01, event: ordered, by: buyer, order: A, place: north, quantity: 30}"
PAID = "{date: 2025-02-05, event: paid, by: buyer, order: A, amount: 40, kind: cash}"
SIGNED = "{date: 2025-02-10, event: signed}"


@pytest.mark.parametrize(
    ("trigger", "times"),
    [
        ("ordered", "1"),
        ("ordered or paid", "2"),
        ("ordered where quantity > 10 and place = 'north' or paid where amount < USD 1", "1"),
        ("(ordered or paid) where by = buyer", "2"),
        ("pay becomes fulfilled", "1"),
        ("pay becomes performed", "1"),
        ("pay becomes (fulfilled, breached)", "1"),
        ("keep_quiet becomes breached", "1"),
        ("big_order becomes true", "1"),
        ("big_order becomes false", "1"),
        ("(orders > 0) becomes true", "1"),
        ("2025-02-03", "1"),
        ("2026-02-03", "0"),
        ("30 days after ordered", "1"),
        ("30 days after (ordered where quantity < 10)", "0"),
        ("30 days after ordered where quantity > 10", "1"),
        ("30 days after ordered where today > 2025-03-01", "1"),
        ("30 days after (ordered where today > 2025-03-01)", "0"),
        ("1 year after ordered", "0"),
        ("0 days after ordered", "1"),
        ("3 days after ordered or 3 days after ordered", "1"),
        ("3 days after ordered or 8 days after paid", "2"),
        ("2025-02-03 or 2025-02-03", "1"),
        ("-3 days after ordered", "1"),
        ("1 / 0 * 1 day after ordered", "0"),
        ("hidden after ordered", "at least 0"),
        ("supply becomes in_force", "1"),
    ],
)
def test_a_trigger_occurs_when_what_it_names_occurs(trigger: str, times: str, after: Callable[..., Any]) -> None:
    assert after(ORDER, PAID, SIGNED).times(trigger) == times


@pytest.mark.parametrize(
    ("condition", "hint"),
    [
        ("keep_quiet is breached", "something occurs when: keep_quiet becomes breached"),
        ("keep_quiet is (breached, ended)", "something occurs when: keep_quiet becomes (breached, ended)"),
        ("orders > 3", "something occurs when: (orders > 3) becomes true"),
        ("not (orders > 3 and big_order)", "something occurs when: (not (orders > 3 and big_order)) becomes true"),
        ("big_order", "something occurs when: big_order becomes true"),
        ("fee", "name an event, a date or a change"),
    ],
)
def test_a_condition_in_place_of_a_trigger_is_told_the_other_spelling(condition: str, hint: str, deal: Any) -> None:
    problem = deal.wrong_trigger(condition)
    assert (problem[0], problem[2], problem[3]) == ("DC308", condition, hint)


@pytest.mark.parametrize(
    ("trigger", "hint"),
    [
        ("keep_quiet becomes breached", "a condition is written with is: keep_quiet is breached"),
        ("big_order becomes true", "a condition is written with is: big_order is true"),
        ("2025-02-03", "write today >= (...)"),
        ("30 days after ordered", "write today >= (...)"),
        ("ordered.date", "write today >= ordered.date"),
    ],
)
def test_a_trigger_in_place_of_a_condition_is_told_the_other_spelling(trigger: str, hint: str, deal: Any) -> None:
    problem = deal.wrong_condition(trigger)
    assert (problem[2], problem[3]) == (trigger, hint)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("keep_quiet becomes broken", "there is no stage 'broken'"),
        ("big_order becomes breached", "a fact becomes true or false"),
        ("ordered becomes breached", "'ordered' is no clause"),
        ("big_order becomes (true, false)", "something becomes true or becomes false"),
        ("(orders > 3) where big_order", "this says that something holds; something that occurs is needed here"),
        ("30 after ordered", "a duration is needed here, this is a number"),
    ],
)
def test_a_change_that_cannot_happen_is_refused(text: str, message: str, deal: Any) -> None:
    assert deal.wrong_trigger(text)[1] == message
