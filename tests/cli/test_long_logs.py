"""Long logs: ``dealcli count`` counts what ``evaluate`` counts, and ``dealcli explain`` explains one key by its own rows.

Whatever the form of the log, and whether it streams by its keys or is run as a whole.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealcli.analysis import counts, evaluation, key_rows
from dealcli.analysis.evaluation import Evaluation
from dealcli.analysis.independence import Dependent
from dealcli.analysis.options import Options
from dealcli.analysis.plans import Plans
from dealcli.analysis.scenario import load
from dealcli.diagnostics import Refused
from dealcli.reading import logs

Run = Callable[..., Any]

DEAL = """\
agreement: leasing
from: 2025-01-01
parties: {ann: Ann, bob: Bob}
events:
  asked: {id: id, units: number}
  granted: {by: party, id: id}
  refused: {id: id, why: text}
  used: {by: party, id: id}
  closed: {}
facts:
  shut: {starts: closed}
measures:
  units: {title: Units asked for, sum: asked.units, upon: asked where not shut}
clauses:
  answer:
    title: Answer in time
    kind: obligation
    bearer: ann
    counterparty: bob
    for_each: asked where not shut
    key: id
    act: granted
    waived_by: refused
    within: 10 days
  no_use:
    title: No use before it is granted
    kind: prohibition
    bearer: bob
    counterparty: ann
    for_each: asked
    key: id
    act: used where by = bob
    while: answer is (in_force, breached)
"""
SCENARIO = """\
scenario: Leasing
agreements: [leasing.yaml]
as_of: 2025-03-31
events_from: log.ndjson
events:
  - {date: 2025-01-03, event: asked, id: own, units: 7}
"""
ROWS: list[dict[str, Any]] = [
    {"date": "2025-01-02", "event": "asked", "id": "a1", "units": 3},
    {"date": "2025-01-02", "event": "asked", "id": "a2", "units": 2.5},
    {"date": "2025-01-03", "event": "used", "by": "bob", "id": "a1"},
    {"date": "2025-01-03", "event": "asked", "id": "a3", "units": 10**14},
    {"date": "2025-01-04", "event": "granted", "by": "Ann", "id": "a1"},
    {"date": "2025-01-05", "event": "refused", "id": "a2", "why": "too \u00e9arly [\\]"},
    {"date": "2025-01-06", "event": "used", "by": "ann", "id": "a3"},
    {"date": "2025-01-20", "event": "asked", "id": "a1", "units": 1},
    {"date": "2025-01-21", "event": "granted", "by": "ann", "id": "nobody"},
    {"date": "2025-02-01", "event": "closed"},
    {"date": "2025-02-02", "event": "asked", "id": "a4", "units": 1},
    {"date": "2025-02-03", "event": "used", "by": "bob", "id": "a1"},
    {"date": "2025-04-30", "event": "used", "by": "bob", "id": "a3"},
]


def ndjson(rows: list[dict[str, Any]], **how: Any) -> str:
    return "".join(json.dumps(row, **how) + "\n" for row in rows)


@pytest.fixture(params=["msgspec", "standard library"])
def leasing(here: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a deal with its log, which is decoded by one or the other."""
    decoded_by(request.param, monkeypatch)
    (here / "leasing.yaml").write_text(DEAL, encoding="utf-8")
    (here / "leasing_scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    (here / "log.ndjson").write_text(ndjson(ROWS), encoding="utf-8")
    return here


def decoded_by(decoder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have logs decoded by one or the other from the first line on, few lines at once."""
    monkeypatch.setattr(logs, "_BYTES_AT_ONCE", 200)
    monkeypatch.setattr(logs, "_SHORT", 0)
    if decoder != "msgspec":
        monkeypatch.setitem(sys.modules, "msgspec", None)


def counted(run: Run, *arguments: str) -> dict[str, Any]:
    """What is counted, after what evaluate counts was found to be the same."""
    ended = run("count", *arguments, "--format", "json")
    assert (ended.code, ended.err) == (0, "")
    found: dict[str, Any] = json.loads(ended.out)
    whole = json.loads(run("evaluate", *arguments, "--format", "json", "--readings", "default").out)
    assert {row["clause"]: row["stages"] for row in found["clauses"]} == whole["summary"]["by_clause"]
    assert sum(row["breaches"] for row in found["clauses"]) == whole["summary"]["breaches"]
    assert (found["events"], found["as_of"]) == (whole["summary"]["events"], whole["as_of"])
    assert [row["value"] for row in found["measures"]] == [row["value"] for row in whole["measures"] if row["key"] is None]
    assert [(row["name"], row["stage"]) for row in found["agreements"]] == [(row["name"], row["stage"]) for row in whole["agreements"]]
    return found


@pytest.fixture
def whole_runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The scenarios that were run as a whole to be counted."""
    made: list[str] = []
    real = counts.evaluate_once

    def once(scenario: Any, *more: Any) -> Evaluation:
        made.append(scenario.title)
        return real(scenario, *more)

    monkeypatch.setattr(counts, "evaluate_once", once)
    return made


def test_a_log_of_independent_keys_is_counted_as_it_streams_by(run: Run, leasing: Path, whole_runs: list[str]) -> None:
    found = counted(run, "leasing_scenario.yaml")
    assert found["clauses"][0]["stages"] == {"breached": 3, "fulfilled": 1, "waived": 1}
    assert whole_runs == []


@pytest.mark.parametrize("day", ["2025-01-02", "2025-01-03", "2025-01-13", "2025-01-14", "2025-02-01", "2025-04-30", "2025-12-31"])
def test_the_counts_are_those_of_the_day_that_is_asked_for(run: Run, leasing: Path, whole_runs: list[str], day: str) -> None:
    counted(run, "leasing_scenario.yaml", "--as-of", day)
    assert whole_runs == []


@pytest.mark.parametrize("form", ["compact", "gzip", "csv", "type", "blank lines", "unconfirmed", "unknown", "notes"])
def test_whatever_the_form_of_the_log_the_counts_are_those_of_evaluate(run: Run, leasing: Path, form: str) -> None:
    rows = [dict(row) for row in ROWS]
    file, text = "other.ndjson", ndjson(rows, separators=(",", ":"))
    if form == "csv":
        written = io.StringIO()
        columns = csv.DictWriter(written, ["date", "event", "id", "units", "by", "why"])
        columns.writeheader()
        columns.writerows(rows)
        file, text = "other.csv", written.getvalue()
    elif form == "type":
        text = ndjson([{"type" if name == "event" else name: value for name, value in row.items()} for row in rows])
    elif form == "blank lines":
        text = text.replace("\n", "\n\n")
    elif form == "unconfirmed":
        text = ndjson([{**row, "happened": "unconfirmed"} if row["event"] == "granted" else row for row in rows])
    elif form == "unknown":
        text = ndjson([{**row, "by": "unknown"} if "by" in row else {**row, "units": "unknown"} if "units" in row else row for row in rows])
    elif form == "notes":
        text = ndjson([{"date": "2025-01-01", "note": "begun"}, *rows])
    raw = text.encode()
    (leasing / file).write_bytes(gzip.compress(raw) if form == "gzip" else raw)
    counted(run, "leasing_scenario.yaml", "--events", file)


@pytest.mark.parametrize("clause", [
    "  late: {kind: obligation, bearer: ann, for_each: answer becomes breached, key: id, act: granted, within: 1 month}",
    "  few: {kind: recital, bearer: ann, for_each: asked, key: id, while: count(asked) < 3}",
    "  paid: {kind: obligation, bearer: bob, for_each: granted, key: id, act: used, due: granted.date + 3 days}",
    "  whole: {kind: prohibition, bearer: bob, act: used}",
])  # fmt: skip
def test_what_depends_on_more_than_its_key_is_run_as_a_whole(run: Run, leasing: Path, whole_runs: list[str], clause: str) -> None:
    (leasing / "leasing.yaml").write_text(DEAL + clause + "\n", encoding="utf-8")
    counted(run, "leasing_scenario.yaml")
    assert whole_runs == ["Leasing"]


@pytest.mark.parametrize("row", [
    '{"date": "2025-01-01", "event": "asked", "id": "late", "units": 1}', '{"date": "2025-02-30", "event": "closed"}', "{",
    '{"date": "2025-02-30", "event": "asked", "id": "x", "units": 1}',
    '{"date": "2025-03-30", "event": "granted", "id": "a", "by": "carl"}',
    '{"date": "2025-02-05", "event": "asked", "id": "x", "units": 1.5}\n{"date": "2025-02-03", "event": "asked", "id": "y", "units": 1}',
    '{"date": "2025-03-30", "event": "asked", "id": "x"}',
    '{"date": "2025-03-30", "event": "asked", "id": "x", "units": "few"}', '{"date": "2025-03-30", "event": "grnted", "id": "x"}',
])  # fmt: skip
def test_a_log_that_cannot_be_used_is_told_as_evaluate_tells_it(run: Run, leasing: Path, row: str) -> None:
    (leasing / "log.ndjson").write_text(ndjson(ROWS[:-1]) + row + "\n", encoding="utf-8")
    ended, whole = run("count", "leasing_scenario.yaml"), run("evaluate", "leasing_scenario.yaml")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == whole.err


@pytest.mark.parametrize("name", ["log.ndjson.gz", "log.csv.gz"])
@pytest.mark.parametrize("length", [3, 12, 200])
def test_a_gzip_log_that_is_cut_short_is_told_as_evaluate_tells_it(run: Run, leasing: Path, name: str, length: int) -> None:
    (leasing / name).write_bytes(gzip.compress(ndjson(ROWS).encode())[:length])
    ended, whole = (run(command, "leasing_scenario.yaml", "--events", name) for command in ("count", "evaluate"))
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == whole.err


def test_what_comes_after_the_day_that_is_asked_for_is_not_looked_at(run: Run, leasing: Path, whole_runs: list[str]) -> None:
    for late in ({"units": 1}, {"units": 1.5}):
        after = {"date": "2025-04-01", "event": "asked", "id": "x", **late}
        rows = [*ROWS[:-1], after, {"date": "2025-02-03", "event": "closed"}, *ROWS[:2]]
        (leasing / "log.ndjson").write_text(ndjson(rows), encoding="utf-8")
        counted(run, "leasing_scenario.yaml")
    assert whole_runs == []


def test_standard_input_is_counted_too(run: Run, leasing: Path) -> None:
    log = ndjson(ROWS).encode()
    found = json.loads(run("count", "leasing_scenario.yaml", "--events", "-", "--format", "json", stdin=log).out)
    assert found == json.loads(run("count", "leasing_scenario.yaml", "--format", "json").out)


def test_the_screen_names_each_clause_with_its_stages(run: Run, leasing: Path) -> None:
    page = run("count", "leasing_scenario.yaml").out
    assert "duty: Answer in time" in page
    assert "Units asked for" in page
    assert page.splitlines()[-1].startswith("13 events, ")


# --- with and without msgspec ----------------------------------------------------------------------------------------


SCRAPS = st.sampled_from([
    "\n", "\n\n", " ", ",", "\t", "\r", "}", "{", '"', '"id":"a1",', ',"id":"a1"', ',"units":7', '"units" :7,', '":', "-0", "7.0", "1e2",
    "9" * 20, "null", "true", '"3"', "[]", "{}", "\\u0041", "\\ud800", "\x00", "\x1b", "\x7f", "\u2028", "\ufeff", "\ud800", "\u00e9",
    "unknown", "2025-01-01", "asked", ',"note":"x"', ',"happened":"unconfirmed"', '{"date":"2025-02-04","note":"x"}',
])  # fmt: skip


@st.composite
def torn_logs(draw: st.DrawFn) -> bytes:
    """The log with some of its numbers as text or its keys as numbers, and a scrap somewhere, perhaps in place of what stands there."""
    rows = [dict(row) for row in ROWS]
    for row in draw(st.lists(st.sampled_from(rows), max_size=2)):
        name = draw(st.sampled_from(list(row)))
        row[name] = draw(st.sampled_from([7, "7", -0.0, 10**15, 10**30, "unknown", "", ":", True, None, "2025-01-31"]))
    text = ndjson(rows, separators=(",", ":"), ensure_ascii=draw(st.booleans()))
    for _ in range(draw(st.integers(0, 2))):
        place, gone = draw(st.integers(0, len(text))), draw(st.integers(0, 9))
        text = text[:place] + draw(SCRAPS) + text[place + gone :]
    return text.encode("utf-8", "surrogatepass")


def answer(folder: Path, decoder: str) -> Any:
    """The counts of the log in a folder, or what is wrong with it."""
    with pytest.MonkeyPatch.context() as patched:
        decoded_by(decoder, patched)
        (scenario,) = load(str(folder / "leasing_scenario.yaml"), {})
        try:
            found, day = counts.counts_of(scenario, Options(events=str(folder / "log.ndjson")))
        except Refused as refused:
            return refused.diagnostics
        stages = {clause.full: dict(sorted(stages.items())) for clause, stages in found.stages.items()}
        rest = (found.breaches, found.agreements, found.facts, found.measures)
        return found.events, day, stages, [sorted((str(one.full), str(value)) for one, value in part.items()) for part in rest]


@settings(max_examples=400)
@given(log=torn_logs())
def test_whatever_is_in_the_log_it_is_answered_alike_with_and_without_msgspec(lease: Path, log: bytes) -> None:
    (lease / "log.ndjson").write_bytes(log)
    assert answer(lease, "msgspec") == answer(lease, "standard library")


@pytest.fixture(scope="module")
def lease(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lease")
    (folder / "leasing.yaml").write_text(DEAL, encoding="utf-8")
    (folder / "leasing_scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("decoder", "typed"), [("msgspec", True), ("standard library", False)])
def test_rows_are_decoded_into_objects_where_msgspec_is_installed(
    lease: Path, decoder: str, typed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    real = Plans.taken_typed
    monkeypatch.setattr(Plans, "taken_typed", lambda plans, rows: taken.append(len(rows)) or real(plans, rows))
    rows = [row for row in ROWS if row.get("units") != 2.5]
    (lease / "log.ndjson").write_text(ndjson(rows, ensure_ascii=False).replace("[\\\\]", "[]"), encoding="utf-8")
    answer(lease, decoder)
    assert (sum(taken) > 5) == typed


# --- every change ----------------------------------------------------------------------------------------------------


def told(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("ascii").splitlines()]


def test_the_history_of_a_log_that_streams_by_is_that_of_the_whole_run(
    run: Run, leasing: Path, whole_runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("count", "leasing_scenario.yaml", "--history", "streamed.ndjson").code == 0
    assert whole_runs == []
    monkeypatch.setattr(counts, "Streaming", dependent)
    assert run("count", "leasing_scenario.yaml", "--history", "whole.ndjson").code == 0
    assert whole_runs == ["Leasing"]
    streamed, whole = told(leasing / "streamed.ndjson"), told(leasing / "whole.ndjson")
    assert [row["date"] for row in streamed] == sorted(row["date"] for row in streamed)
    assert sorted(map(str, streamed)) == sorted(map(str, whole))


def dependent(*about: Any) -> Any:
    raise Dependent("everything")


def test_each_line_of_the_history_says_what_became_what_and_why(run: Run, leasing: Path) -> None:
    run("count", "leasing_scenario.yaml", "--history", "history.ndjson")
    rows = told(leasing / "history.ndjson")
    assert rows[0] == {"date": "2025-01-01", "kind": "agreement", "name": "leasing", "key": None, "bearer": None, "cue": "begins",
                       "from": "pending", "to": "in_force", "cause": {"kind": "from", "name": "leasing", "word": ""}}  # fmt: skip
    (missed,) = (row for row in rows if row["key"] == "a1 #2" and row["to"] == "breached" and row["name"] == "leasing.answer")
    assert missed == {"date": "2025-01-31", "kind": "position", "name": "leasing.answer", "key": "a1 #2", "bearer": "ann", "cue": "limit",
                      "from": "in_force", "to": "breached", "cause": {"kind": "limit", "name": "leasing.answer", "word": ""}}  # fmt: skip


def test_a_history_is_not_written_over_the_log_it_is_made_from(run: Run, leasing: Path) -> None:
    before = (leasing / "log.ndjson").read_bytes()
    ended = run("count", "leasing_scenario.yaml", "--events", "log.ndjson", "--history", "log.ndjson")
    assert (ended.code, ended.out) == (2, "")
    assert (leasing / "log.ndjson").read_bytes() == before


# --- one key of a log ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", [
    ("answer", "--key", "a1"), ("answer", "--key", "a1 #2"), ("answer", "--key", "a2"), ("answer", "--key", "own"),
    ("no_use", "--key", "a3"), ("no_use", "--key", "a1"), ("answer", "--key", "nobody"), ("answer",),
])  # fmt: skip
@pytest.mark.parametrize("style", ["plain", "json"])
def test_one_key_is_explained_by_its_rows_as_it_is_by_all(
    run: Run, leasing: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...], style: str
) -> None:
    arguments = ("explain", "leasing_scenario.yaml", *asked, "--format", style)
    by_its_own = run(*arguments)
    monkeypatch.setattr(key_rows, "rows_about", lambda *about: None)
    assert by_its_own == run(*arguments)


def test_of_a_log_only_the_rows_of_the_key_are_typed(run: Run, leasing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed: list[str] = []
    real = evaluation.Reader.read

    def read(self: Any, row: Any, place: Any) -> Any:
        typed.append(str(row.get("id", row["event"])))
        return real(self, row, place)

    monkeypatch.setattr(evaluation.Reader, "read", read)
    assert run("explain", "leasing_scenario.yaml", "no_use", "--key", "a1").code == 0
    assert set(typed) == {"own", "a1", "closed"}
