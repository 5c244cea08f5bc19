"""``dealcli whatif`` and ``dealcli diff``: what stands differently, and because of which input."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

Run = Callable[..., Any]


def told(run: Run, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--format", "json").out)
    return found


def stages(found: dict[str, Any]) -> dict[str, tuple[str | None, str | None]]:
    return {f"{row['clause']} {row['key']}": (row["fields"]["stage"]["before"], row["fields"]["stage"]["after"])
            for row in found["positions"] if "stage" in row["fields"]}  # fmt: skip


# --- whatif ----------------------------------------------------------------------------------------------------------


def test_an_event_left_out_is_told_with_what_it_changes(run: Run, here: Path) -> None:
    ended = run("whatif", "scenario.yaml", "--drop", "2")
    assert ended.code == 1
    assert "(1) drop 2025-01-15 delivered by=seller order=A1 units=10  [scenario.yaml:6]" in ended.out
    lines = [" ".join(line.split()) for line in ended.out.splitlines()]
    assert "! Deliver what was ordered (A1) - Seller fulfilled 2025-01-15 breached 2025-01-21" in lines


@pytest.mark.parametrize("drop", ["2", "2025-01-15 delivered"])
def test_a_row_is_meant_by_its_number_or_by_its_date_and_event(run: Run, here: Path, drop: str) -> None:
    assert stages(told(run, "whatif", "scenario.yaml", "--drop", drop))["supply.deliver A1"] == ("fulfilled", "breached")


def test_a_row_can_be_moved_and_one_can_be_added(run: Run, here: Path) -> None:
    moved = told(run, "whatif", "scenario.yaml", "--move", "2=2025-01-25")
    assert stages(moved)["supply.deliver A1"] == ("fulfilled", "breached")
    assert moved["edits"][0]["text"] == "move 2025-01-15 delivered by=seller order=A1 units=10 to 2025-01-25"
    more = told(run, "whatif", "scenario.yaml", "--add", "2025-02-05 delivered by=seller order=A2 units=20")
    assert stages(more)["supply.deliver A2"] == ("breached", "fulfilled")


def test_each_changed_position_names_the_edits_that_did_it(run: Run, here: Path) -> None:
    edits = ("--drop", "2", "--add", "2025-02-15 delivered by=seller order=A2 units=20", "--set", "window=20 days")
    found = told(run, "whatif", "scenario.yaml", *edits)
    because = {f"{row['clause']} {row['key']}": row["because"] for row in found["positions"]}
    # neither edit alone leads there: without the delivery it is breached, under the longer window on another day
    assert because["supply.deliver A1"] == [1, 3]
    assert because["supply.deliver A2"] == [2, 3]


def test_a_reading_can_be_chosen_and_a_file_of_clauses_exchanged(run: Run, here: Path) -> None:
    (here / "other.yaml").write_text((here / "deal.yaml").read_text("utf-8").replace("value: 10 days", "value: 20 days"), "utf-8")
    found = told(run, "whatif", "scenario.yaml", "--replace-file", "deal.yaml=other.yaml", "--reading", "busy=deliveries")
    assert [edit["text"] for edit in found["edits"]] == ["read busy as deliveries", "change term supply.window: value"]
    assert stages(found)["supply.deliver A2"] == ("breached", "fulfilled")


def test_what_changes_nothing_ends_with_0_and_says_so(run: Run, here: Path) -> None:
    ended = run("whatif", "scenario.yaml", "--reading", "busy=deliveries")
    assert ended.code == 0
    assert "Everything stands as before." in ended.out


def test_the_edited_scenario_can_be_saved_and_gives_the_same_answer(run: Run, here: Path) -> None:
    (here / "sub").mkdir()
    edits = ("--drop", "2", "--move", "3=2025-02-10", "--set", "window=3 days")
    found = told(run, "whatif", "scenario.yaml", *edits, "--save", "sub/edited.yaml")
    saved = yaml.load((here / "sub" / "edited.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)
    assert saved["agreements"] == ["../deal.yaml"]
    again = json.loads(run("evaluate", "sub/edited.yaml", "--format", "json").out)
    wanted = {(row["clause"], row["key"]): row["fields"]["stage"]["after"] for row in found["positions"] if "stage" in row["fields"]}
    assert {(row["clause"], row["key"]): row["stage"] for row in again["positions"]}.items() >= wanted.items()


@pytest.mark.parametrize(
    ("options", "code", "text"),
    [
        ((), "DC519", "no edit is given"),
        (("--drop", "9"), "DC506", "there is no row 9"),
        (("--drop", "delivrd"), "DC506", "did you mean 'delivered'?"),
        (("--drop", "ordered"), "DC507", "2 rows are 'ordered'"),
        (("--move", "3"), "DC502", "does not say what is moved where"),
        (("--move", "3=2025-02-30"), "DC504", "there is no such date"),
        (("--add", "2025-02-05"), "DC502", "names no event"),
        (("--add", "2025-02-05 delivered by"), "DC502", "'by' does not say what is set to what"),
        (("--add", "2025-02-05 delivrd by=seller"), "DC401", "did you mean 'delivered'?"),
        (("--add", "2025-02-05 'delivered"), "DC502", "is no row"),
        (("--drop", "2", "--move", "2=2025-01-20"), "DC503", "one row is edited twice"),
        (("--set", "widow=3 days"), "DC506", "did you mean 'window'?"),
        (("--replace-file", "dal.yaml=deal.yaml"), "DC506", "did you mean 'deal.yaml'?"),
    ],
)
def test_an_edit_that_cannot_be_made_is_told(run: Run, here: Path, options: tuple[str, ...], code: str, text: str) -> None:
    ended = run("whatif", "scenario.yaml", *options)
    assert ended.code == 2
    assert f"error[{code}]" in ended.err
    assert text in ended.err


# --- diff ------------------------------------------------------------------------------------------------------------


def test_two_scenarios_are_told_apart_by_rows_terms_and_days(run: Run, here: Path) -> None:
    text = (here / "scenario.yaml").read_text("utf-8").replace("2025-01-15, event: delivered", "2025-01-30, event: delivered")
    (here / "later.yaml").write_text(text.replace("as_of: 2025-03-31", "as_of: 2025-03-31\nterms: {unit_price: USD 7}"), "utf-8")
    found = told(run, "diff", "scenario.yaml", "later.yaml")
    texts = [edit["text"] for edit in found["edits"]]
    assert texts == ["set unit_price = USD 7", "move 2025-01-15 delivered by=seller order=A1 units=10 to 2025-01-30"]
    assert stages(found)["supply.deliver A1"] == ("fulfilled", "breached")
    assert [row["because"] for row in found["positions"] if row["key"] == "A1" and row["clause"] == "supply.deliver"] == [[2]]


def test_one_scenario_is_compared_with_itself_at_two_days(run: Run, here: Path) -> None:
    found = told(run, "diff", "scenario.yaml", "--as-of", "2025-01-12..2025-01-20")
    assert (found["before"]["as_of"], found["after"]["as_of"]) == ("2025-01-12", "2025-01-20")
    assert stages(found)["supply.deliver A1"] == ("in_force", "fulfilled")


def test_two_days_of_knowledge_show_what_was_revealed_between_them(run: Run, here: Path) -> None:
    text = (here / "scenario.yaml").read_text("utf-8")
    late = text.replace("date: 2025-01-15", "reported: 2025-03-01, date: 2025-01-15")
    (here / "scenario.yaml").write_text(late, "utf-8")
    found = told(run, "diff", "scenario.yaml", "--as-of", "2025-03-31", "--known-as-of", "2025-02-01..2025-03-02")
    assert stages(found)["supply.deliver A1"] == ("breached", "fulfilled")
    assert found["edits"][0]["kind"] == "knowledge"


def test_two_versions_of_a_file_of_clauses_are_compared_on_a_scenario(run: Run, here: Path) -> None:
    (here / "new.yaml").write_text((here / "deal.yaml").read_text("utf-8").replace("value: 10 days", "value: 30 days"), "utf-8")
    found = told(run, "diff", "deal.yaml", "new.yaml", "--on", "scenario.yaml")
    assert [(edit["text"], edit["path"]) for edit in found["edits"]] == [("change term supply.window: value", "new.yaml")]
    assert stages(found)["supply.deliver A2"] == ("breached", "fulfilled")
    without = run("diff", "deal.yaml", "new.yaml")
    assert without.code == 2
    assert "--on SCENARIO" in without.err


def test_a_revision_of_a_repository_is_compared_with_the_files_as_they_are(run: Run, here: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=a", "-c", "user.email=a@b", *words], check=True, capture_output=True)

    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    assert run("diff", "HEAD:scenario.yaml", "scenario.yaml").code == 0
    (here / "deal.yaml").write_text((here / "deal.yaml").read_text("utf-8").replace("value: 10 days", "value: 30 days"), "utf-8")
    found = told(run, "diff", "HEAD:scenario.yaml", "scenario.yaml")
    assert found["before"]["path"] == "HEAD:scenario.yaml"
    assert [edit["text"] for edit in found["edits"]] == ["change term supply.window: value"]
    assert stages(found)["supply.deliver A2"] == ("breached", "fulfilled")
    unknown = run("diff", "nowhere:scenario.yaml", "scenario.yaml")
    assert unknown.code == 2
    assert "error[DC517]" in unknown.err


def test_two_saved_results_are_compared_without_running_anything(run: Run, here: Path) -> None:
    run("evaluate", "scenario.yaml", "--format", "json", "-o", "one.json")
    run("evaluate", "scenario.yaml", "--format", "json", "-o", "two.json", "--set", "window=1 day", "--reading", "busy=deliveries")
    assert run("diff", "one.json", "one.json").code == 0
    found = told(run, "diff", "one.json", "two.json")
    assert stages(found)["supply.deliver A1"] == ("fulfilled", "breached")
    assert [edit["text"] for edit in found["edits"]] == ["read supply.busy as deliveries instead of orders"]
    (here / "no.json").write_text("{}", "utf-8")
    assert "error[DC516]" in run("diff", "one.json", "no.json").err


def test_a_comparison_can_be_put_into_a_pull_request(run: Run, here: Path) -> None:
    page = run("whatif", "scenario.yaml", "--drop", "2", "--format", "markdown").out
    assert "| `!` | Deliver what was ordered (A1) - Seller | fulfilled 2025-01-15 | breached 2025-01-21 |" in page
    assert page.startswith("## Two orders")


def test_comparing_a_thing_with_itself_finds_nothing(run: Run, here: Path) -> None:
    ended = run("diff", "scenario.yaml", "scenario.yaml")
    assert (ended.code, ended.err) == (0, "")
    assert "Everything stands as before." in ended.out
