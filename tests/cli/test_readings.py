"""``dealcli readings``, and what ``evaluate`` says of readings."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]

MORE = """\
  no_delivery_by_night:
    kind: prohibition
    bearer: seller
    title: No delivery after the notice
    unless: busy
    act: delivered where units > 10 and notice > 20 days
  wait:
    kind: prohibition
    bearer: buyer
    title: No order while busy
    act: ordered where units = 20 and manner = 'strict'
"""


def disputed(here: Path) -> None:
    """A deal in which one position turns on a reading and one on a plausible value."""
    deal = (here / "deal.yaml").read_text("utf-8")
    manner = (
        "  manner:\n    title: How it is meant\n    default: mild\n    readings:\n"
        "      mild: {value: mild, sources: [contract]}\n      strict: {value: strict, sources: [letter]}\n"
    )
    (here / "deal.yaml").write_text(deal.replace("terms:\n", f"terms:\n{manner}") + MORE, "utf-8")


def test_a_contested_position_is_marked_and_the_screen_says_what_it_turns_on(run: Run, here: Path) -> None:
    disputed(here)
    shown = run("evaluate", "scenario.yaml", "--format", "plain").out
    assert "CONTESTED (1)" in shown
    block = shown[shown.index("WHAT THE DISPUTE TURNS ON") :].split("\n\n")[0]
    assert "(1) manner: How it is meant" in block
    assert "mild, default" in block
    assert "[contract]" in block
    assert "breached" in block


def test_a_chosen_reading_is_no_dispute_any_more(run: Run, here: Path) -> None:
    disputed(here)
    for options in (("--reading", "manner=strict"), ("--according-to", "letter")):
        result = json.loads(run("evaluate", "scenario.yaml", "--format", "json", *options).out)
        (wait,) = (row for row in result["positions"] if row["clause"] == "supply.wait")
        assert (wait["stage"], wait["verdict"]) == ("breached", "settled")
        assert result["disputes"] == []


def test_default_readings_alone_give_no_verdict_and_the_screen_says_how_to_get_one(run: Run, here: Path) -> None:
    disputed(here)
    result = json.loads(run("evaluate", "scenario.yaml", "--format", "json", "--readings", "default").out)
    assert result["judged"] is None
    assert {row["verdict"] for row in result["positions"]} <= {None, "undetermined"}
    assert "--readings all" in run("evaluate", "scenario.yaml", "--readings", "default", "--format", "plain").out


def test_contested_turns_the_answer_into_a_no(run: Run, here: Path) -> None:
    assert run("evaluate", "scenario.yaml", "--fail-on", "contested", "--clause", "wait*").code == 2
    disputed(here)
    ended = run("evaluate", "scenario.yaml", "--fail-on", "contested", "--clause", "wait")
    assert ended.code == 1
    assert "--fail-on contested: supply.wait" in ended.err
    assert run("evaluate", "scenario.yaml", "--fail-on", "contested", "--clause", "deliver").code == 0


def test_a_source_that_is_not_there_is_told_with_the_nearest_name(run: Run) -> None:
    ended = run("evaluate", "scenario.yaml", "--according-to", "leter")
    assert ended.code == 2
    assert "no source is called 'leter'" in ended.err
    assert "letter" in ended.err


def test_readings_counts_what_each_question_moves(run: Run, here: Path) -> None:
    disputed(here)
    found = json.loads(run("readings", "scenario.yaml", "--format", "json").out)
    moves = {row["name"]: row["moves"] for row in found["questions"]}
    assert moves == {"supply.manner": 1, "supply.notice": 1, "supply.busy": 0}
    assert found["combinations"] == "8"
    assert found["by_source"][-1]["moves"] == [{"clause": "supply.wait", "key": None, "bearer": "buyer", "stage": "breached"}]


def test_readings_as_text_shows_the_default_and_hides_what_moves_nothing(run: Run, here: Path) -> None:
    disputed(here)
    shown = run("readings", "scenario.yaml", "--format", "plain").out
    assert "*mild [contract]  strict [press]" in shown
    assert "busy" not in shown
    assert "busy" in run("readings", "scenario.yaml", "--format", "plain", "--all").out


def test_a_log_on_standard_input_is_read_for_every_run(run: Run, here: Path) -> None:
    disputed(here)
    (here / "piped.yaml").write_text("scenario: Piped\nagreements: [deal.yaml]\nas_of: 2025-03-31\nevents_from: '-'\n", "utf-8")
    log = b'{"date": "2025-02-01", "event": "ordered", "by": "buyer", "order": "A2", "units": 20}\n'
    result = json.loads(run("evaluate", "piped.yaml", "--readings", "all", "--format", "json", stdin=log).out)
    (wait,) = (row for row in result["positions"] if row["clause"] == "supply.wait")
    assert (wait["verdict"], wait["contested_by"]) == ("contested", [{"supply.manner": "strict"}])


# --- uncertain dates -------------------------------------------------------------------------------------------------


def dated(here: Path, day: str) -> None:
    """The first delivery on an uncertain date; its limit is 20 January."""
    text = (here / "scenario.yaml").read_text("utf-8")
    (here / "scenario.yaml").write_text(text.replace("date: 2025-01-15, event: delivered", f"date: {day}, event: delivered"), "utf-8")


def delivery(run: Run, *options: str) -> dict[str, Any]:
    result = json.loads(run("evaluate", "scenario.yaml", "--format", "json", *options).out)
    (row,) = (row for row in result["positions"] if (row["clause"], row["key"]) == ("supply.deliver", "A1"))
    return row  # type: ignore[no-any-return]


def test_a_stage_that_turns_on_an_uncertain_date_is_not_known_and_names_the_date(run: Run, here: Path) -> None:
    dated(here, "2025-01-15/2025-01-25")
    row = delivery(run)
    assert (row["stage"], row["possible"], row["verdict"]) == ("undetermined", ["breached", "fulfilled"], "undetermined")
    assert row["turns_on"] == ["delivered 2025-01-15/2025-01-25"]


def test_an_uncertain_date_that_nothing_cuts_moves_only_the_days_that_follow_from_it(run: Run, here: Path) -> None:
    dated(here, "2025-01-13/2025-01-16")
    row = delivery(run)
    assert (row["stage"], row["verdict"]) == ("fulfilled", "settled")
    assert row["verdicts"]["since"]["verdict"] == "undetermined"
    assert row["verdicts"]["since"]["turns_on"] == ["delivered 2025-01-13/2025-01-16"]


def test_an_uncertain_date_around_the_day_that_is_asked_about_may_or_may_not_have_come(run: Run, here: Path) -> None:
    dated(here, "2025-01-13/2025-01-16")
    assert delivery(run, "--as-of", "2025-01-14")["possible"] == ["fulfilled", "in_force"]


def test_an_agreement_of_an_uncertain_day_leaves_it_open_what_holds_meanwhile(run: Run, here: Path) -> None:
    deal = (here / "deal.yaml").read_text("utf-8").replace("from: 2025-01-01", "from: 2025-01")
    (here / "deal.yaml").write_text(deal, "utf-8")
    result = json.loads(run("evaluate", "scenario.yaml", "--format", "json", "--as-of", "2025-01-20").out)
    (agreement,) = result["agreements"]
    assert (agreement["stage"], agreement["verdict"], agreement["turns_on"]) == ("undetermined", "undetermined", ["supply.from"])


def test_uncertain_dates_are_judged_in_a_deal_that_has_no_other_question(run: Run, here: Path) -> None:
    (here / "plain.yaml").write_text(
        "agreement: plain\nfrom: 2025-01-01\nparties: {a: A, b: B}\nevents: {done: {by: party}}\n"
        "clauses:\n  do: {kind: obligation, bearer: a, act: done, due: 2025-01-20}\n---\n"
        "scenario: Perhaps in time\nas_of: 2025-02-01\nevents: [{date: 2025-01-15/2025-01-25, event: done, by: a}]\n", "utf-8")  # fmt: skip
    (row,) = json.loads(run("evaluate", "plain.yaml", "--format", "json").out)["positions"]
    assert (row["stage"], row["verdict"]) == ("undetermined", "undetermined")
    assert "It is not known how this duty stands" in run("explain", "plain.yaml", "do").out


def test_uncertain_dates_stand_among_the_open_questions(run: Run, here: Path) -> None:
    dated(here, "2025-01-15/2025-01-25")
    shown = run("readings", "scenario.yaml").out
    assert "delivered 2025-01-15/2025-01-25" in shown
    assert "*2025-01-25  2025-01-" in shown
