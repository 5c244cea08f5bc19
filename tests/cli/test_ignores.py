"""Living with what a check finds: comments that silence a question, and a baseline of what is known."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

DEAL = """\
agreement: loan
title: A loan
from: 2026-01-01
parties: {bank: The bank, firm: The firm}
events:
  lent: {by: party}
  repaid: {by: party}
  called: {by: party}
terms:
  window: {value: 30 days}
  note:
    title: A note
    text: |
      # dealcli: ignore[DC602] is text in here
      and not a comment
clauses:
  repay: {kind: obligation, bearer: firm, title: "Repay # dealcli: ignore[DC610]", for_each: lent, act: repaid}
"""


def check(run: Run, here: Path, text: str, *options: str) -> list[str]:
    (here / "loan.yaml").write_text(text, encoding="utf-8")
    ended = run("check", "loan.yaml", "--format", "concise", *options)
    assert ended.code in (0, 1), ended.err
    return [f"{m[2]}:{m[1]}" for m in re.finditer(r"^loan.yaml:(\d+):\d+: \w+\[(DC\d+)\]", ended.out, re.MULTILINE)]


def test_what_looks_like_an_ignore_inside_a_value_is_text(run: Run, here: Path) -> None:
    assert check(run, here, DEAL) == ["DC601:8", "DC602:10", "DC602:11", "DC610:17"]


@pytest.mark.parametrize(
    ("old", "new", "left"),
    [
        ("called: {by: party}", "called: {by: party}  # dealcli: ignore[DC601]", ["DC602:10", "DC602:11", "DC610:17"]),
        ("  called", '  # dealcli: ignore-next[DC601] reason="later"\n  called', ["DC602:11", "DC602:12", "DC610:18"]),
        ("agreement: loan", "# dealcli: ignore-file[DC6]\nagreement: loan", []),
        ("agreement: loan", "# dealcli: ignore-file[DC601, DC602]\nagreement: loan", ["DC610:18"]),
        ("terms:", "terms:  # a remark # dealcli: ignore[DC602]", ["DC601:8", "DC602:10", "DC602:11", "DC610:17"]),
    ],
)
def test_an_ignore_silences_its_codes_at_its_line(run: Run, here: Path, old: str, new: str, left: list[str]) -> None:
    found = check(run, here, DEAL.replace(old, new, 1))
    assert [one for one in found if not one.startswith("DC633")] == left


def test_an_ignore_that_silences_nothing_is_told(run: Run, here: Path) -> None:
    text = DEAL.replace("lent: {by: party}", "lent: {by: party}  # dealcli: ignore[DC601]")
    assert "DC630:6" in check(run, here, text)


def test_an_error_is_never_silenced(run: Run, here: Path) -> None:
    text = DEAL.replace("act: repaid}", "act: repayed}  # dealcli: ignore[DC302]")
    assert check(run, here, text) == ["DC302:17", "DC631:17"]


@pytest.mark.parametrize("code", ["DC699", "DC69", "dc601", ""])
def test_an_ignore_of_a_code_that_does_not_exist_is_told_and_silences_nothing(run: Run, here: Path, code: str) -> None:
    found = check(run, here, DEAL.replace("called: {by: party}", f"called: {{by: party}}  # dealcli: ignore[{code}, DC601]"))
    assert "DC631:8" in found
    assert not {"DC601:8", "DC630:8"} & set(found)


@pytest.mark.parametrize(
    "comment",
    [
        "dealcli: ignore DC601",
        "dealcli: ignore[DC601",
        "dealcli: ignore[DC601] until=soon",
        "dealcli: ignore[DC601] because of him",
        "dealcli: ignore",
    ],
)
def test_an_ignore_that_cannot_be_read_is_told_and_silences_nothing(run: Run, here: Path, comment: str) -> None:
    found = check(run, here, DEAL.replace("called: {by: party}", f"called: {{by: party}}  # {comment}"))
    assert {"DC601:8", "DC633:8"} <= set(found)


def test_an_ignore_is_over_after_its_last_day_where_a_day_is_given(run: Run, here: Path) -> None:
    text = DEAL.replace("called: {by: party}", 'called: {by: party}  # dealcli: ignore[DC601] until=2026-06-30 reason="x"')
    assert "DC601:8" not in check(run, here, text)
    assert "DC601:8" not in check(run, here, text, "--as-of", "2026-06-30")
    assert {"DC601:8", "DC632:8"} <= set(check(run, here, text, "--as-of", "2026-07-01"))


# --- baseline --------------------------------------------------------------------------------------------------------


def test_a_baseline_leaves_out_what_is_known_even_where_lines_have_moved(run: Run, here: Path) -> None:
    (here / "loan.yaml").write_text(DEAL, encoding="utf-8")
    written = run("check", "loan.yaml", "--write-baseline", "known.json")
    assert (written.code, written.out) == (0, "")
    assert json.loads((here / "known.json").read_text("utf-8"))["format"] == "dealcli.baseline/1"
    moved = "# a remark\n\n" + DEAL.replace("clauses:", "facts:\n  new: {holds: count(lent) > 1}\nclauses:")
    assert check(run, here, moved, "--baseline", "known.json") == ["DC603:19"]


def test_a_baseline_knows_how_often_something_is_known(run: Run, here: Path) -> None:
    check(run, here, DEAL)
    run("check", "loan.yaml", "--write-baseline", "known.json")
    more = DEAL.replace("called: {by: party}", "called: {by: party}\n  called_2: {by: party}")
    assert check(run, here, more, "--baseline", "known.json") == ["DC601:9"]


def test_what_a_baseline_lists_and_is_there_no_longer_is_told(run: Run, here: Path) -> None:
    check(run, here, DEAL)
    run("check", "loan.yaml", "--write-baseline", "known.json")
    (here / "loan.yaml").write_text(DEAL.replace("  called: {by: party}\n", ""), encoding="utf-8")
    ended = run("check", "loan.yaml", "--baseline", "known.json", "--format", "concise")
    assert ended.code == 0
    assert "known.json: info[DC634]: the baseline lists what is there no longer: DC601 in loan.yaml" in ended.out


def test_an_error_can_be_in_a_baseline(run: Run, here: Path) -> None:
    (here / "loan.yaml").write_text(DEAL.replace("act: repaid}", "act: repayed}"), encoding="utf-8")
    assert run("check", "loan.yaml").code == 1
    assert run("check", "loan.yaml", "--write-baseline", "known.json").code == 0
    assert run("check", "loan.yaml", "--baseline", "known.json").code == 0


@pytest.mark.parametrize(
    "content",
    [
        None,
        "",
        "[]",
        "{}",
        '{"format": "dealcli.baseline/2", "problems": []}',
        '{"format": "dealcli.baseline/1", "problems": [3]}',
    ],
)
def test_a_baseline_that_is_missing_or_none_ends_with_2(run: Run, here: Path, content: str | None) -> None:
    if content is not None:
        (here / "known.json").write_text(content, encoding="utf-8")
    ended = run("check", "deal.yaml", "--baseline", "known.json")
    assert (ended.code, ended.out) == (2, "")
