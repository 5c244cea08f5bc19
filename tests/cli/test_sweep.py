"""``dealcli sweep``: a scenario run many times with varied inputs."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dealcli.analysis.chance import ALL, triangular, uniform, weighted
from dealcli.analysis.columns import Columns
from dealcli.analysis.differences import Side, edited, exchanged, reading_chosen, term_set
from dealcli.analysis.evaluation import Evaluation, Options, evaluate_once
from dealcli.analysis.inputs import Input, Inputs, with_value
from dealcli.analysis.scenario import load
from dealcli.analysis.standings import standings
from dealcli.analysis.sweeping import REFUSED, Question, Sweep, looked_at, settled
from dealcli.dates import civil_day
from dealcli.diagnostics import Refused
from dealcli.slotted import replace

Run = Callable[..., Any]
ROOT = Path(__file__).parents[2]
DATES = "event[3].date=2025-02-01..2025-03-01 step 1 week"


def told(run: Run, *arguments: str) -> dict[str, Any]:
    ended = run("sweep", *arguments, "--format", "json")
    assert ended.code == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found


def position(found: dict[str, Any], clause: str, key: str | None = None) -> dict[str, Any]:
    (row,) = (row for row in found["positions"] if row["clause"] == clause and row["key"] == key)
    return dict(row)


def stages(row: dict[str, Any]) -> dict[str, int]:
    return {one["stage"]: one["runs"] for one in row["stages"]}


# --- every run is as if it were run alone ----------------------------------------------------------------------------


def alone(question: Question, number: int) -> tuple[dict[str, Any], Any]:
    """Where everything stands at the end of one run, by evaluating the edited scenario from its beginning."""
    side = Side(question.scenario, replace(question.options, as_of=str(question.as_of)))
    inputs = question.inputs
    for one, value in zip(inputs.all, inputs.texts(inputs.chosen(number)), strict=True):
        if one.kind == "row":
            written = side.scenario.rows[one.row]
            edit = exchanged(written, with_value(written[0], one.key, value))
        else:
            edit = (term_set if one.kind == "term" else reading_chosen)(one.name, value)
        side = edited(side, [edit])
    seen: dict[Any, Any] = {}

    def look(which: str) -> Callable[[Any], None]:
        def see(run: Any) -> None:
            for clause in looked_at(run.program):
                for slot, fields in standings(run, ("clauses", clause.full), clause).items():
                    seen[which, clause.full, *slot] = fields["stage"].value[0]
                    if not which:
                        since = fields["since"].value if "since" in fields else None
                        seen["since", clause.full, *slot] = str(since) if since is not None else None

        return see

    try:
        looks = [(day, look(str(day))) for day in question.days]
        evaluation = evaluate_once(side.scenario, side.options, looks=[*looks, (question.as_of, look(""))])
    except Refused as refused:
        return {REFUSED: refused.diagnostics[0].code}, None
    return seen, evaluation


def question_of(evaluation: Evaluation, inputs: Inputs, days: tuple[Any, ...] = ()) -> Question:
    scenario = replace(evaluation.scenario, expectations=(), sources={})
    clauses = frozenset(clause.full for clause in looked_at(evaluation.program))
    return Question(scenario, Options(), inputs, evaluation.as_of, days, clauses)


def assert_each_run_stands_as_alone(question: Question) -> None:
    columns = Sweep(question).columns(0, question.inputs.runs)
    for number in range(question.inputs.runs):
        row = {name: list(columns.column(name))[number] for name in columns.values}
        swept = {name: value for name, value in row.items() if value is not None and name != REFUSED}
        wanted, _ = alone(question, number)
        if REFUSED in wanted:
            assert str(row[REFUSED]).startswith(wanted[REFUSED])
        else:
            assert swept == {name: value for name, value in wanted.items() if value is not None}, number


def row_inputs(evaluation: Evaluation) -> Iterator[Input]:
    """Each of the last two rows of a timeline moved about."""
    rows = [(number, row) for number, (row, _) in enumerate(evaluation.scenario.rows) if "event" in row]
    days = sorted({civil_day(evaluation.as_of), *(civil_day(row.moment) for row in evaluation.rows)})
    for number, _ in rows[-2:]:
        yield Input("row", f"event[{number + 1}].date", tuple(map(str, days[-3:])), number, "date")


@pytest.mark.parametrize("path", ["examples/agi_declared.yaml", *(f"tests/cases/{name}/suite.yaml" for name in (
    "accord-late-invoice", "hvitved-printer-sale", "eflint-taxpayers", "symboleo-meat-sale", "le-debt-and-escrow"))])  # fmt: skip
def test_each_run_of_a_sweep_stands_as_if_it_were_run_alone(path: str) -> None:
    for scenario in load(str(ROOT / path), {})[:4]:
        evaluation = evaluate_once(replace(scenario, expectations=()), Options())
        days = tuple(sorted({civil_day(row.moment) for row in evaluation.rows} - {civil_day(evaluation.as_of)}))
        readings = [Input("reading", q.full, tuple(q.choices)) for q in evaluation.program.questions if not q.plausible]
        assert_each_run_stands_as_alone(question_of(evaluation, Inputs((*readings[:1], *row_inputs(evaluation))), days))


def test_values_of_a_term_are_exchanged_in_one_program_and_mean_the_same(here: Path) -> None:
    (scenario,) = load("scenario.yaml", {})
    evaluation = evaluate_once(scenario, Options())
    lengths = tuple(f"{days} days" for days in range(5, 25, 3))
    term = Input("term", "supply.window", lengths)
    price = Input("term", "supply.unit_price", ("USD 1", "undisclosed", "USD 3"))
    moved = Input("row", "event[4].date", ("2025-02-05", "2025-02-12", "2025-04-30"), 3, "date")
    units = Input("row", "event[4].units", ("5", "20", "many"), 3, "units")
    assert_each_run_stands_as_alone(question_of(evaluation, Inputs((term, price, moved, units))))


LOANS = """\
agreement: loans
from: 2025-01-01
parties: {bank: B, firm: F}
events: {lent: {by: party, time: duration}, asked: {by: party}, repaid: {by: party}}
facts: {wanted: {starts: asked}}
clauses:
  repay: {kind: obligation, bearer: firm, for_each: lent, act: repaid, within: lent.time}
  listen: {kind: obligation, bearer: bank, while: wanted, act: repaid, within: 5 days}
---
scenario: Some loans
as_of: 2026-06-30
events:
  - {date: 2025-02-01, event: lent, by: bank, time: 5 days}
  - {date: 2025-03-01, event: asked, by: firm}
  - {date: 2025-04-01, event: lent, by: bank, time: 5 days}
  - {date: 2025-05-01, event: repaid, by: firm}
"""


def test_a_run_that_breaks_off_leaves_nothing_to_the_runs_after_it(here: Path) -> None:
    (here / "loans.yaml").write_text(LOANS, encoding="utf-8")
    (scenario,) = load("loans.yaml", {})
    times = ("5 days", "9000 years", "90 days")
    inputs = Inputs((Input("row", "event[1].time", times, 0, "time"), Input("row", "event[3].time", times, 2, "time"),
                     Input("row", "event[2].date", ("2025-02-01", "2025-03-01", "2025-06-01"), 1, "date"),
                     Input("row", "event[4].date", ("2025-04-01", "2025-05-01", "2027-01-01"), 3, "date")))  # fmt: skip
    assert_each_run_stands_as_alone(question_of(evaluate_once(scenario, Options()), inputs))


# --- what it says ----------------------------------------------------------------------------------------------------


def test_a_grid_tells_where_the_answer_turns_to_the_value(run: Run, here: Path) -> None:
    found = told(run, "scenario.yaml", "--vary", "window=10 days..30 days step 1 day")
    row = position(found, "supply.deliver", "A2")
    assert stages(row) == {"breached": 9, "fulfilled": 12}
    (turn,) = row["turns"]
    assert (turn["input"], turn["exact"]) == ("supply.window", True)
    assert [(piece["from"], piece["to"], piece["values"][0]["value"]) for piece in turn["pieces"]] == [
        ("10 days", "18 days", "breached"), ("19 days", "30 days", "fulfilled")]  # fmt: skip


def test_grids_are_combined_and_samples_are_drawn_for_each_combination(run: Run, here: Path) -> None:
    found = told(run, "scenario.yaml", "--vary", "busy=orders|deliveries", "--vary", "window=5 days..10 days step 5 days",
                 "--vary", "event[3].date=2025-02-01..2025-03-01 sample 7")  # fmt: skip
    assert found["runs"] == 2 * 2 * 7
    assert found["samples"] == 7


def test_the_same_seed_draws_the_same_and_another_one_does_not(run: Run, here: Path) -> None:
    varied = ("scenario.yaml", "--vary", "event[3].date=2025-02-01..2025-03-01 sample 30", "--format", "csv")
    one, same, other = (run("sweep", *varied, "--seed", seed).out for seed in ("7", "7", "8"))
    assert one == same
    assert one != other


def test_the_answer_is_the_same_whatever_the_number_of_processes_and_parts(
    run: Run, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    varied = ("scenario.yaml", "--vary", "event[3].date=2025-02-01..2025-03-01 sample 50", "--vary", "window=8 days|12 days",
              "--format", "csv", "--clause", "*")  # fmt: skip
    one = run("sweep", *varied, "--jobs", "1").out
    assert run("sweep", *varied, "--jobs", "2").out == one
    monkeypatch.setattr("dealcli.cli.sweeps.LEAST_OF_A_PART", 7)
    assert run("sweep", *varied, "--jobs", "1").out == one


def test_stages_are_told_through_time(run: Run, here: Path) -> None:
    found = told(run, "scenario.yaml", "--vary", "event[1].date=2025-01-05|2025-02-10", "--every", "month", "--clause", "deliver")
    row = position(found, "supply.deliver", "A1")
    then = {one["date"]: {stage["stage"]: stage["runs"] for stage in one["stages"]} for one in row["through_time"]}
    assert then["2025-01-31"] == {"none": 1, "fulfilled": 1}
    assert then["2025-02-28"] == {"breached": 1, "fulfilled": 1}


def test_a_measure_has_its_quantiles(run: Run, here: Path) -> None:
    found = told(run, "scenario.yaml", "--vary", "event[4].units=1..100 step 1", "--measure", "delivered_units")
    (measure,) = found["measures"]
    assert measure["quantiles"] == {"runs": 100, "0": "11", "0.05": "15", "0.25": "35", "0.5": "60", "0.75": "85", "0.95": "105",
                                    "1": "110"}  # fmt: skip


def test_csv_has_a_row_for_each_run_with_its_inputs_and_stages(run: Run, here: Path) -> None:
    text = run("sweep", "scenario.yaml", "--vary", "window=18 days|19 days", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["supply.window"], row["stage supply.deliver (A2, seller)"]) for row in rows] == [
        ("18 days", "breached"), ("19 days", "fulfilled")]  # fmt: skip


def test_a_run_that_is_refused_is_counted_and_the_others_are_told(run: Run, here: Path) -> None:
    found = told(run, "scenario.yaml", "--vary", "event[4].units=20|many|30")
    assert (found["runs"], found["refused"]) == (3, 1)
    assert found["problems"][0]["value"].startswith("DC406 'many'")
    text = run("sweep", "scenario.yaml", "--vary", "event[4].units=20|many|30", "--format", "csv").out
    assert [row["refused"][:5] for row in csv.DictReader(io.StringIO(text))] == ["", "DC406", ""]


def test_the_page_shows_shares_as_bars_of_plain_signs(run: Run, here: Path) -> None:
    page = run("sweep", "scenario.yaml", "--vary", "window=10 days..29 days step 1 day").out
    assert "###########=========" in page
    assert "fulfilled 55%, breached 45%" in page
    assert page.isascii()
    markdown = run("sweep", "scenario.yaml", "--vary", "window=10 days..29 days step 1 day", "--format", "markdown").out
    assert markdown.startswith("## ")


def test_the_events_of_a_log_are_read_once_for_all_runs(run: Run, here: Path) -> None:
    log = b'{"date": "2025-02-05", "event": "delivered", "by": "seller", "order": "A2", "units": 20}\n'
    ended = run("sweep", "scenario.yaml", "--vary", "window=2 days|9 days", "--events", "-", "--format", "json", stdin=log)
    assert stages(position(json.loads(ended.out), "supply.deliver", "A2")) == {"breached": 1, "fulfilled": 1}


# --- draws -----------------------------------------------------------------------------------------------------------


def test_a_triangle_is_drawn_as_often_as_its_area_says() -> None:
    count, peak, draws = 10, 3, 20_000
    found = Counter(triangular(ALL * number // draws, count, peak) for number in range(draws))
    assert set(found) == set(range(count))
    for value in range(count):
        ends = [2 * value, 2 * value + 2]
        below = [end * end / (2 * count * (2 * peak + 1)) if end <= 2 * peak + 1
                 else 1 - (2 * count - end) ** 2 / (2 * count * (2 * count - 2 * peak - 1)) for end in ends]  # fmt: skip
        assert abs(found[value] / draws - (below[1] - below[0])) < 0.001


def test_weights_and_even_chances_are_kept_exactly_over_all_draws() -> None:
    draws = 6_000
    evenly = [(2 * number + 1) * ALL // (2 * draws) for number in range(draws)]
    assert Counter(weighted(one, (3, 1, 2)) for one in evenly) == {0: 3_000, 1: 1_000, 2: 2_000}
    assert set(Counter(uniform(one, 5) for one in evenly).values()) == {1_200}


def test_draws_come_from_named_distributions_and_from_a_column(run: Run, here: Path) -> None:
    (here / "lengths.csv").write_text("length,n\n12 days,1\n19 days,2\n25 days,3\n", encoding="utf-8")
    for spec, values in (
        ("triangular 10 days..12 days..20 days sample 300", {f"{n} days" for n in range(10, 21)}),
        ("uniform 10 days..20 days step 5 days sample 300", {"10 days", "15 days", "20 days"}),
        ("discrete 10 days:1|20 days:9 sample 300", {"10 days", "20 days"}),
        ("column lengths.csv:length sample 300", {"12 days", "19 days", "25 days"}),
        ("column lengths.csv:length", {"12 days", "19 days", "25 days"}),
    ):
        text = run("sweep", "scenario.yaml", "--vary", f"window={spec}", "--format", "csv").out
        assert {row["supply.window"] for row in csv.DictReader(io.StringIO(text))} == values, spec


def test_columns_survive_being_written_down_and_put_together() -> None:
    one, two = Columns(), Columns()
    one.add({("a",): "x", ("b",): None})
    one.add({("a",): "y"})
    two.add({("c",): "z"})
    whole = Columns()
    for part in (one, two):
        whole.extend(Columns.of(json.loads(json.dumps(part.tree()))))
    assert {name: list(whole.column(name)) for name in whole.values} == {
        ("a",): ["x", "y", None], ("b",): [None, None, None], ("c",): [None, None, "z"]}  # fmt: skip


def test_a_position_that_is_made_late_stands_before_as_its_clause_does(here: Path) -> None:
    (scenario,) = load("scenario.yaml", {})
    program = evaluate_once(scenario, Options()).program
    resale, deliver = ("supply.no_resale", None, "a", 0), ("supply.deliver", "A1", "a", 0)
    waiting = (resale[0], None, None, -1)
    columns = Columns()
    columns.add({("", *waiting): "ready"})
    columns.add({("", *resale): "in_force"})
    columns.add({("", *deliver): "in_force", ("", *resale): "ended"})
    found = settled(columns, program)
    assert {name: list(found.column(name)) for name in found.values} == {
        ("", *resale): ["ready", "in_force", "ended"], ("", *deliver): [None, None, "in_force"]}  # fmt: skip
    assert [name[1] for name in found.values] == ["supply.deliver", "supply.no_resale"], "the order of the deal"


# --- going on --------------------------------------------------------------------------------------------------------

LONG = ("scenario.yaml", "--vary", "event[3].date=2025-02-01..2025-03-01 sample 60", "--format", "csv", "--clause", "*")


def test_what_was_cut_off_goes_on_where_it_stopped(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = run("sweep", *LONG).out
    kept = here / "parts.ndjson"
    assert run("sweep", *LONG, "--resume", str(kept), "--jobs", "1").out == whole
    lines = kept.read_bytes().splitlines(keepends=True)
    assert len(lines) == 4
    kept.write_bytes(b"".join(lines[:2]) + lines[2][:50])
    made: list[int] = []
    from dealcli.cli import sweeps

    real = sweeps.sweep_part
    monkeypatch.setattr(sweeps, "sweep_part", lambda packed, first, last: made.append(first) or real(packed, first, last))
    assert run("sweep", *LONG, "--resume", str(kept), "--jobs", "1").out == whole
    assert made == [20, 40]
    assert kept.read_bytes().splitlines(keepends=True) == lines


@pytest.mark.parametrize("change", ["vary", "clauses", "damage", "other file", "no object"])
def test_parts_of_another_question_and_damaged_ones_are_refused(run: Run, here: Path, change: str) -> None:
    kept = here / "parts.ndjson"
    assert run("sweep", *LONG, "--resume", str(kept)).code == 0
    arguments = list(LONG)
    if change == "vary":
        arguments += ["--vary", "window=9 days|10 days"]
    elif change == "clauses":
        deal = (here / "deal.yaml").read_text("utf-8")
        (here / "deal.yaml").write_text(deal.replace("within: 30 days", "within: 31 days"), encoding="utf-8")
    elif change == "damage":
        kept.write_bytes(kept.read_bytes().replace(b"seller", b"buyer!", 1))
    else:
        kept.write_text("[]\n" if change == "no object" else '{"format": "x", "question": "y"}\n', encoding="utf-8")
    before = kept.read_bytes()
    ended = run("sweep", *arguments, "--resume", str(kept))
    assert (ended.code, ended.out) == (2, "")
    assert "error[DC522]" in ended.err
    assert kept.read_bytes() == before


# --- what is wrong ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("vary", "code"), [
    ("window", "DC520"), ("window=", "DC520"), ("window=10 days..20 days", "DC520"), ("window=10 days..20", "DC520"),
    ("window=20 days..10 days step 1 day", "DC520"), ("window=10 days..20 days step 0 days", "DC520"),
    ("window=10 days..20 days step 1 USD", "DC520"), ("window=discrete a|b sample 3", "DC520"),
    ("window=uniform 1 day..2 days", "DC520"), ("window=triangular 1 day..9 days sample 5", "DC520"),
    ("window=triangular 1 day..99 days..9 days sample 5", "DC520"), ("window=a..b sample 5", "DC520"),
    ("window=1 day..9 days sample many", "DC520"), ("window=column none.csv:x", "DC520"), ("window=column deal.yaml", "DC520"),
    ("window=column scenario.yaml:x", "DC520"), ("window=1 day||2 days", "DC520"),
    ("window=0.0000001..1 step 0.0000001", "DC521"), ("event[1].date=0001-01-01..9999-12-31 step 1 day", "DC521"),
    ("windou=1 day|2 days", "DC506"), ("busy=orders|calls", "DC506"), ("event[99].date=2025-01-01|2025-01-02", "DC506"),
    ("event[ordered].date=2025-01-01|2025-01-02", "DC507"), ("event[1].colour=red|blue", "DC506"),
    ("event[1].date=2025-02-30..2025-03-01 step 1 day", "DC504"), ("event[1].date=2025-02-30|2025-03-01", "DC504"),
    ("event[1].date=2025-03-01..2025-02-01 step 1 day", "DC520"), ("event[1].date=2025-01-01..2025-02-01 step 3", "DC520"),
    ("event[1].date=2025-01-01..2025-02-01 step 3 hours", "DC520"), ("window=2025-02-30|5 days", "DC505"),
])  # fmt: skip
def test_what_is_not_understood_is_told_with_its_code(run: Run, here: Path, vary: str, code: str) -> None:
    ended = run("sweep", "scenario.yaml", "--vary", vary)
    assert (ended.code, ended.out) == (2, "")
    assert f"error[{code}]" in ended.err


@pytest.mark.parametrize(("arguments", "code"), [
    ((), "DC520"), (("--vary", "window=1 day|2 days", "--vary", "supply.window=3 days"), "DC520"),
    (("--vary", "window=1 day..9 days sample 5", "--vary", DATES.replace("step 1 week", "sample 6")), "DC521"),
    (("--vary", "window=1 day..9000 days step 1 day", "--vary", "event[1].date=2000-01-01..2020-01-01 step 1 day"), "DC521"),
    (("--vary", DATES, "--measure", "nothing"), "DC506"), (("--vary", DATES, "--clause", "nothing"), "DC506"),
    (("--vary", DATES, "--every", "week"), "DC501"), (("--vary", DATES, "--format", "parquet"), "DC512"),
    (("--vary", DATES, "--resume", "nowhere/parts"), "DC510"),
])  # fmt: skip
def test_options_that_do_not_fit_are_refused(run: Run, here: Path, arguments: tuple[str, ...], code: str) -> None:
    ended = run("sweep", "scenario.yaml", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert f"error[{code}]" in ended.err


def test_a_name_that_two_agreements_have_needs_its_agreement(run: Run, here: Path) -> None:
    deal = (here / "deal.yaml").read_text("utf-8")
    (here / "deal.yaml").write_text(f"{deal}---\n{deal.replace('agreement: supply', 'agreement: other')}", encoding="utf-8")
    ended = run("sweep", "scenario.yaml", "--vary", "window=5 days|6 days")
    assert (ended.code, ended.out) == (2, "")
    assert "error[DC507]" in ended.err
    assert "other.window or supply.window" in ended.err


def test_without_pyarrow_it_says_what_to_install(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    ended = run("sweep", "scenario.yaml", "--vary", DATES, "--format", "parquet", "-o", "runs.parquet")
    assert (ended.code, ended.out) == (2, "")
    assert "error[DC523]" in ended.err
    assert "dealcli[parquet]" in ended.err
    assert not (here / "runs.parquet").exists()


def test_parquet_holds_the_runs(run: Run, here: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="it comes with dealcli[parquet]")
    ended = run("sweep", "scenario.yaml", "--vary", DATES, "--format", "parquet", "-o", "runs.parquet")
    assert ended.code == 0
    table = parquet.read_table(here / "runs.parquet").to_pydict()
    assert table["event[3].date"] == ["2025-02-01", "2025-02-08", "2025-02-15", "2025-02-22", "2025-03-01"]
