"""Planted bugs: plausible wrong meanings of the language, each a small change of one line, and what catches it.

``python tests/properties/planted.py`` plants each in turn in a process of its own, and shows which of the stored cases, the
comparison with the reference and the laws catch it, after how many contracts and how many seconds. ``--bug NAME`` for one.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.abc
import importlib.machinery
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOON = 500
WITNESSES = Path(__file__).with_name("planted.json")
SPREAD = 104_729
"""A step through the small scope that comes everywhere."""
HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1] / "src"


@dataclass(frozen=True)
class Bug:
    """In ``module`` the text ``right``, which stands there once, becomes ``wrong``."""

    name: str
    module: str
    right: str
    wrong: str


BUGS = (
    # limits and lengths
    Bug("a limit passes on its last day", "engine.change", "run.schedule(moment + timedelta(days=1), RAN_OUT", "run.schedule(moment, RAN_OUT"),
    Bug("`before` is as good as `due`", "engine.records", "return add_days(self.limit, -1)", "return self.limit"),
    Bug("a month that lands on a missing day goes over", "dates", 'return add_days(end, 1) if month_end == "next_day" else end', "return add_days(end, 1)"),
    Bug("every February has 28 days", "dates", "    last = monthrange(year, month + 1)[1]", "    last = monthrange(year, month + 1)[1] - (month == 1 and year % 4 == 0)"),
    Bug("leap years know no centuries", "dates", "    last = monthrange(year, month + 1)[1]", "    last = monthrange(year, month + 1)[1] if month != 1 else 28 + (year < 2400 and year % 4 == 0)"),
    Bug("business days are counted through", "dates", "        left -= calendar.is_working(day)", "        left -= 1"),
    Bug("weekends are found by the day of the month", "dates", "return day.weekday() not in self.weekend", "return day.day % 7 not in self.weekend"),
    Bug("a cure ends a day early", "engine.performance", 'if limit is None else values.compare("<=", run.moment, limit)', 'if limit is None else values.compare("<", run.moment, limit)'),
    Bug("the clock of a remedy starts when the miss shows", "engine.change", "anchor = occurrence.anchor if written is UNKNOWN or written is None else written", "anchor = run.day"),
    Bug("a span leaves out its last day", "engine.change", "run.schedule(moment + timedelta(days=1), RAN_OUT", 'run.schedule(moment + timedelta(days=what != "until"), RAN_OUT'),
    Bug("lengths count from the making, not from the activation", "engine.positions", "limit_from(run, position, limit.function(env), position.anchor)", "limit_from(run, position, limit.function(env), position.made_on)"),
    Bug("periods drift with the end of the month", "engine.making", "start = civil_day(add(first, values.scale_duration(length, number - 1) or length, calendar)) if number > 1 else first", "start = add_days(run.first_day.setdefault((clause, number), after), 0) if number > 1 else first"),
    # the order of a day
    Bug("events come before what ran out", "engine.days", "while run.agenda and run.agenda[0][:2] <= (day, BEGINS):", "while run.agenda and run.agenda[0][0] < day:"),
    Bug("what begins comes before what ran out", "engine.run", "RAN_OUT, BEGINS, WITHIN_DAY = 1, 2, 3", "RAN_OUT, BEGINS, WITHIN_DAY = 2, 1, 3"),
    Bug("an event is judged after it was recorded", "engine.days", "    found = judge(run, occurrence)\n    state.record(event)", "    state.record(event)\n    found = judge(run, occurrence)"),
    Bug("an instance is made before the acts are judged", "engine.apply", "    exercised = [(act.position, used) for act in found.acts if (used := apply_act(run, act, occurrence)) is not False]", "    for clause, certain in found.makes:\n        make(run, clause, occurrence, certain)\n    found.makes = []\n    exercised = [(act.position, used) for act in found.acts if (used := apply_act(run, act, occurrence)) is not False]"),
    Bug("the day of the answer is left out", "engine.days", "        return row.day <= day\n", "        return row.day < day\n"),
    Bug("rows after the day of the answer count", "engine.days", "        return row.day <= day\n", "        return row.day <= day + timedelta(days=1)\n"),
    Bug("a fact that ends and starts is false", "engine.fluents", '(("ends", False), ("starts", True))', '(("starts", True), ("ends", False))'),
    # suspension and exceptions
    Bug("a suspension gives one day too many", "engine.change", "days = (run.day - position.suspended_on).days", "days = (run.day - position.suspended_on).days + 1"),
    Bug("a suspension gives no time back", "engine.change", '        position.limit_moves += (Move(by=Duration((("day", days),))),)\n', "        pass\n"),
    Bug("a limit passes during a suspension", "engine.change", "    if gate == lifecycle.HELD:\n        position.limit_passed", "    if False:\n        position.limit_passed"),
    Bug("an exception with an act excepts everything", "engine.gates", "if exception.act or exception.act_undisclosed:", "if exception.act_undisclosed:"),
    Bug("an exception counts whether or not it is in force", "engine.gates", "        truth = values.either(truth, state.binds(one))", "        truth = values.either(truth, True)"),
    Bug("a displaced act is a breach all the same", "engine.judge", "forbidden = values.both(binds, values.negate(free))", "forbidden = binds"),
    Bug("a suspended agreement is shut", "engine.gates", 'if stage in ("in_force", "suspended"):', 'if stage == "in_force":'),
    # acts and payments
    Bug("one act serves all open instances", "engine.judge", "            break\n    return chosen", "            pass\n    return chosen"),
    Bug("one act serves the newest instance", "engine.judge", "in sorted(acts, key=lambda act: age(act.position)):", "in sorted(acts, key=lambda act: age(act.position), reverse=True):"),
    Bug("anybody may perform", "engine.matching", "    return any(run.program.acts_for(doer, party) for party in wanted) or wanted == [None]", "    return True"),
    Bug("an act may come before its first day", "engine.judge", 'return values.compare("<", occurrence.anchor, earliest)', "return False"),
    Bug("each debt gets the whole payment", "engine.payments", "given = rest.get(attribute, event.values.get(attribute))", "given = event.values.get(attribute)"),
    Bug("a part of an amount pays it", "engine.payments", 'enough = values.compare(">=", given, owed) is True', 'enough = values.compare(">=", values.add(given, 4), owed) is True'),
    Bug("the second part of a payment takes the place of the first", "engine.payments", "        position.paid, given if not enough", "        0, given if not enough"),
    Bug("an open key takes a second instance", "engine.making", "if clause.own_key and _repeats(run, clause, key, occurrence):", "if False:"),
    Bug("a prohibition is broken once", "engine.judge", "    if not position.binds_on:\n        return False\n", "    return False\n"),
    # ends
    Bug("a waiver does not forgive what is past", "engine.lifecycle", '_FORGIVEN = _all("waived") | {"breached": "waived"}', '_FORGIVEN = _all("waived")'),
    Bug("an incurred debt ends with its agreement", "engine.effects", '    if name in ("terminated", "superseded", "agreement_over"):', '    if name == "superseded":'),
    Bug("what survives ends with its agreement", "engine.effects", "        if not clause.survives and clause not in run.state.excepted:", "        if clause not in run.state.excepted:"),
    Bug("a breach is forgotten when the agreement ends", "engine.lifecycle", '    "agreement_over": _all("ended"),\n}\n\nCUES', '    "agreement_over": _all("ended") | {"breached": "ended"},\n}\n\nCUES'),
    Bug("what has ended comes back when its gate opens", "engine.lifecycle", '    DORMANT:     {OPEN: "in_force",', '    "fulfilled": {OPEN: "in_force"},\n    DORMANT:     {OPEN: "in_force",'),
    Bug("a replaced clause goes on for a while", "engine.effects", '    for clause in clauses:\n        end_clause(run, clause, "superseded"', '    for clause in clauses[1:]:\n        end_clause(run, clause, "superseded"'),
    Bug("a limit that moves is kept as it was first", "engine.positions", "written = _written(position, env) if position.written is None else position.written", "written = position.limit or _written(position, env) if position.written is None else position.written"),
    # measures
    Bug("a window keeps its first day", "engine.state", "kept = [part for part in cell.parts if civil_day(part[0]) > start]", "kept = [part for part in cell.parts if civil_day(part[0]) >= start]"),
    Bug("a measure moves before its agreement begins", "engine.fluents", "    kept = run.state.kept_moving.get(thing, run.day) is None", "    return True"),
    Bug("an amount is read when it is looked at", "engine.state", "        if not position.activated:\n            return None\n        return position.amount", "        if not position.activated:\n            return None\n        return position.amount if position.amount_fixed else clause.amount(Env(self, position))"),
    # what is not known
    Bug("not unknown is true", "language.values", "return UNKNOWN if truth is UNKNOWN else not truth", "return True if truth is UNKNOWN else not truth"),
    Bug("unknown and false is unknown", "language.values", "    if left is False or right is False:\n        return False", "    if left is False and right is False:\n        return False"),
    Bug("unknown or unknown is false", "language.values", "    return UNKNOWN if left is UNKNOWN or right is UNKNOWN else False", "    return UNKNOWN if left is UNKNOWN and right is UNKNOWN else False"),
    Bug("a doubtful act is an act", "engine.change", "after.extend(outcomes if certain is True else (stage, *outcomes))", "after.extend(outcomes)"),
    Bug("an unconfirmed event has happened", "engine.timeline", 'certain = row.get("happened") != "unconfirmed"', "certain = True"),
    Bug("what was not reported has not happened", "engine.change", 'unreported(run, position) and "in_force" in position.stages', "False"),
    Bug("a limit nobody knows never passes", "engine.change", "    if type(position.limit) is AtLeast or position.limit is UNKNOWN:\n", "    if position.limit is UNKNOWN:\n        return\n    if type(position.limit) is AtLeast:\n"),
    Bug("what was reported later was known", "engine.timeline", 'day = self.moment(str(reported), place.at("reported")) if reported else moment', "day = moment"),
    Bug("what is known today is known tomorrow", "engine.timeline", "return day is None or civil_day(day) <= self.known_as_of", "return day is None or civil_day(day) < self.known_as_of"),
    # looking things up
    Bug("every event wakes everything", "engine.days", "    state.record(event)\n", "    state.record(event)\n    run.state.cells.clear() if not event.type.read and not found.served else None\n"),
    Bug("the order of names decides", "engine.judge", "    for clause, branches in acts.items():", "    for clause, branches in sorted(acts.items(), key=lambda pair: pair[0].name):"),
    Bug("amounts are small", "money", '        return f"{self.currency} {show_number(self.amount)}"', '        return f"{self.currency} {show_number(min(self.amount, 60))}"'),
    Bug("days are those of the machine's zone", "engine.timeline", "        return moment, None\n", "        return datetime.combine(moment, datetime.min.time(), self.program.zone).astimezone().date(), None\n"),
    Bug("an hour makes a day of its own", "engine.change", "    return add(local_day(run, anchor), length, calendar)", "    return add(anchor, length, calendar)"),
    Bug("a look moves the run", "engine.days", "            checkpoint(run)\n", "            checkpoint(run)\n            run.agenda = run.agenda[:-1]\n"),
    Bug("rows count in the order written", "engine.timeline", "    ordered = sorted(rows, key=lambda row: row.day)", "    ordered = list(rows)"),
    Bug("the transition before is forgotten", "engine.change", "before, shown_before = position.stages, position.shown\n", 'before, shown_before = position.stages, "pending"\n'),
    # what laws alone are likely to see
    Bug("one act serves one clause", "engine.judge", "        _judge_act(run, clause, branches, occurrence, found)\n", "        _judge_act(run, clause, branches, occurrence, found)\n        if found.acts:\n            break\n"),
    Bug("an event moves the last measure that hears it", "engine.fluents", "    for thing, key, move in moves:\n", "    for thing, key, move in moves[-1:]:\n"),
    Bug("the first word of an effect decides", "engine.clauses", "verb = next(word for word in VERBS if row.get(word) is not None)", 'verb = next(word for word in row if word in (*VERBS, "after", "key", "when")) if "upon" in row else next(word for word in VERBS if row.get(word) is not None)'),
    Bug("nobody misses an event of a vocabulary", "engine.days", "not found.noticed and not occurrence.thing.read:", "not found.noticed and not occurrence.thing.read and occurrence.thing.agreement:"),
    Bug("a clock runs on unless it says otherwise", "engine.clauses", 'clause.tolls = definition.get("suspension") != "runs"', 'clause.tolls = definition.get("suspension") == "tolls"'),
    Bug("a trigger written twice triggers twice", "engine.judge", "        if known is owner:", "        if False:"),
    Bug("an `unless` excuses whether or not it holds", "engine.matching", "truth = values.either(truth, exclusion.condition(env))", "truth = True"),
    Bug("effects ask the first agreement whether it is over", "engine.judge", "run.program.agreement(owner.agreement), lifecycle", "run.program.agreements[0], lifecycle"),
    Bug("a duty is performed in its last days only", "engine.judge", "    if start is None:\n        return False\n    earliest", "    if start is None:\n        return type(position.limit) is type(occurrence.anchor) and (position.limit - occurrence.anchor).days > 2\n    earliest"),
    Bug("a month ends on the first", "dates", "        return date(year, month + 1, day.day)", "        return date(year, month + 1, 1)"),
    Bug("the day of the scenario comes before that of the command", "analysis.evaluation", '    text = options.as_of or scenario.tree.get("as_of")', '    text = scenario.tree.get("as_of") or options.as_of'),
    Bug("files are read by name", "analysis.scenario", "    return tuple(deal), problems\n", "    return tuple(sorted(deal, key=lambda text: text.place.path)), problems\n"),
    # what is told
    Bug("CSV shows what is due as paid", "output.as_csv", '"amount_paid": _amount("paid")', '"amount_paid": _amount("due")'),
    Bug("JUnit counts failures as errors", "output.as_junit", 'failures="{numbers["failure"]}" errors="{numbers["error"]}"', 'failures="{numbers["error"]}" errors="{numbers["failure"]}"'),
    Bug("a failed test ends well", "cli.test", "return exits.ANSWER_IS_NO if tally.failed else exits.DONE", "return exits.DONE"),
    Bug("--fail-on looks at the kind", "cli.gate", 'for p in positions if p["stage"] == word]', 'for p in positions if p["kind"] == word]'),
    Bug("columns stand as their hashes fall", "output.as_csv", "    yield csv_line(COLUMNS)", "    yield csv_line({str(name) for name in COLUMNS})"),
)


# --- planting ----------------------------------------------------------------------------------------------------------------


class _Loader(importlib.machinery.SourceFileLoader):
    """Reads a module with the bug in it."""

    def __init__(self, name: str, path: str, changed: Callable[[str], str]) -> None:
        super().__init__(name, path)
        self.changed = changed

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> Any:  # type: ignore[override]
        return super().source_to_code(self.changed(bytes(data).decode()), path)

    def get_code(self, fullname: str) -> Any:
        return self.source_to_code(self.get_data(self.path), self.path)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, name: str, changed: Callable[[str], str]) -> None:
        self.name, self.changed = name, changed

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname != self.name:
            return None
        file = SOURCE.joinpath(*fullname.split(".")).with_suffix(".py")
        return importlib.machinery.ModuleSpec(fullname, _Loader(fullname, str(file), self.changed), origin=str(file))


def plant(module: str, changed: Callable[[str], str]) -> None:
    """Have a module that is not imported yet read with another text."""
    sys.meta_path.insert(0, _Finder(f"dealcli.{module}", changed))


def source_of(bug: Bug) -> str:
    return SOURCE.joinpath("dealcli", *bug.module.split(".")).with_suffix(".py").read_text("utf-8")


def with_bug(bug: Bug) -> Callable[[str], str]:
    return lambda text: text.replace(bug.right, bug.wrong)


def bug_named(name: str) -> Bug:
    return next(bug for bug in BUGS if bug.name == name)


# --- what catches it, inside the process in which it is planted ----------------------------------------------------------------


def stored_cases() -> bool:
    """Whether a stored case fails."""
    import pytest

    found = pytest.main(["-x", "-q", "--no-header", "--no-summary", "-p", "no:cacheprovider", "-c", str(HERE.parents[1] / "pyproject.toml"),
                         str(HERE / "test_found.py"), str(HERE.parent / "docs" / "test_docs.py")])  # fmt: skip
    return found != 0


def checks() -> dict[str, Callable[[int], bool]]:
    """For each check, whether it fails on the contract of a seed."""
    import small_scope
    from both import differences
    from command_laws import COMMAND_LAWS
    from contracts import contract
    from laws import LAWS, broken

    trees, rows = list(small_scope.contracts()), small_scope.timelines()

    def small(seed: int) -> bool:
        number = seed * SPREAD % (len(trees) * len(rows))
        return small_scope.difference(small_scope.case_of(trees[number // len(rows)], rows[number % len(rows)])) is not None

    def solved(seed: int) -> bool:
        import second_reference  # the solver need not be there

        return bool(second_reference.differences(range(seed, seed + 1)))

    def of_law(law: Any) -> Callable[[int], bool]:
        return lambda seed: broken(law, seed)[1] is not None

    references = {"comparison": lambda seed: bool(differences(contract(seed))), "small scope": small, "event calculus": solved}
    return references | {law.__name__: of_law(law) for law in (*LAWS, *COMMAND_LAWS)}


def caught(check: Callable[[int], bool], most: int, seconds: float) -> tuple[int, float] | None:
    """The first seed on which a check fails, and after how many seconds. A crash is no catch: it would show anywhere."""
    started = time.process_time()
    for seed in range(most):
        with contextlib.suppress(Exception):
            if check(seed):
                return seed, time.process_time() - started
        if time.process_time() - started > seconds:
            return None
    return None


def inside(name: str, most: int, seconds: float, thorough: bool) -> None:
    """Try every check on one bug; a line of JSON for each that catches it. The stored cases are tried last, and if need be."""
    bug = bug_named(name)
    plant(bug.module, with_bug(bug))
    from command_laws import COMMAND_LAWS

    slower = {law.__name__: 10 for law in COMMAND_LAWS} | {"the_answer_is_the_same_on_every_machine": 60}
    some = False
    for check, fails in checks().items():
        found = caught(fails, most // slower.get(check, 1), seconds)
        some = some or bool(found)
        if found:
            print(json.dumps({"bug": name, "check": check, "seed": found[0], "seconds": round(found[1], 2)}), flush=True)
    if some and not thorough:
        return
    started = time.process_time()
    sys.stdout = sys.stderr
    failed = stored_cases()
    sys.stdout = sys.__stdout__
    if failed:
        print(json.dumps({"bug": name, "check": "stored cases", "seed": 0, "seconds": round(time.process_time() - started, 2)}), flush=True)


# --- what is known to catch it ---------------------------------------------------------------------------------------------------


def witnesses(part: str) -> dict[str, dict[str, int]]:
    """What is written down: for each bug its quickest check (``bugs``), or for each law a bug it catches (``laws``), with the seed."""
    found: dict[str, dict[str, int]] = json.loads(WITNESSES.read_text("utf-8"))[part]
    return found


def confirmed(known: dict[str, dict[str, int]]) -> Iterator[str]:
    """Each bug in a process of its own: what is wrong with what is written down, or nothing."""

    def one(row: tuple[str, dict[str, int]]) -> str:
        arguments = [sys.executable, str(Path(__file__)), "--inside", row[0], "--confirm", json.dumps(row[1])]
        ran = subprocess.run(arguments, capture_output=True, text=True, check=False, env=os.environ | {"DEALCLI_PLANTED": row[0]})
        return "" if ran.returncode == 0 else f"{row[0]}: {ran.stdout.strip() or ran.stderr[-300:]}"

    with ThreadPoolExecutor(2) as workers:
        yield from workers.map(one, known.items())


def confirm(name: str, wanted: dict[str, int]) -> int:
    """Whether each of these checks fails while the bug is planted: on its seed, or (the generator may have changed) soon."""
    bug = bug_named(name)
    plant(bug.module, with_bug(bug))
    found = checks() | {"stored cases": lambda seed: stored_cases()}
    passing = [check for check, seed in wanted.items() if not found[check](seed) and caught(found[check], SOON, 20) is None]
    print(", ".join(passing))
    return 1 if passing else 0


REFERENCES = ("comparison", "small scope", "event calculus", "stored cases")


def narrowed(found: dict[str, dict[str, tuple[int, float]]]) -> dict[str, dict[str, dict[str, int]]]:
    """For each bug its quickest check; and for every law a bug it catches, from as few bugs as possible."""
    quickest = {bug: min(rows, key=lambda check: rows[check][1]) for bug, rows in found.items() if rows}
    bugs = {bug: {check: found[bug][check][0]} for bug, check in quickest.items()}
    laws: dict[str, dict[str, int]] = {}
    open_ones = {check for rows in found.values() for check in rows} - {*REFERENCES}
    while open_ones:
        bug = max(found, key=lambda name: len(open_ones & set(found[name])))
        laws[bug] = {check: found[bug][check][0] for check in sorted(open_ones & set(found[bug]))}
        open_ones -= set(found[bug])
    return {"bugs": bugs, "laws": laws}


# --- the command ---------------------------------------------------------------------------------------------------------------


def drill(bugs: list[Bug], most: int, seconds: float, thorough: bool) -> Iterator[dict[str, Any]]:
    """Plant each bug in a process of its own, two at a time."""

    def one(bug: Bug) -> dict[str, Any]:
        arguments = [sys.executable, str(Path(__file__)), "--inside", bug.name, "--most", str(most), "--seconds", str(seconds)]
        arguments += ["--thorough"] if thorough else []
        ran = subprocess.run(arguments, capture_output=True, text=True, check=False, env=os.environ | {"DEALCLI_PLANTED": bug.name})
        rows = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
        return {"bug": bug.name, "caught": rows, "error": ran.stderr[-300:] if ran.returncode else ""}

    with ThreadPoolExecutor(2) as workers:
        yield from workers.map(one, bugs)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bug", default="")
    parser.add_argument("--most", type=int, default=300, help="contracts tried by each check")
    parser.add_argument("--seconds", type=float, default=10, help="time for each check")
    parser.add_argument("--inside", default="")
    parser.add_argument("--confirm", default="")
    parser.add_argument("--thorough", action="store_true", help="the stored cases also where something else catches it")
    parser.add_argument("--write", action="store_true", help="write down what catches what")
    parser.add_argument("--run", nargs=argparse.REMAINDER)
    chosen = parser.parse_args()
    if chosen.run is not None:
        from dealcli.cli.main import main as command

        command(chosen.run)
    if chosen.confirm:
        return confirm(chosen.inside, json.loads(chosen.confirm))
    if chosen.inside:
        inside(chosen.inside, chosen.most, chosen.seconds, chosen.thorough)
        return 0
    missed, catches = [], {}
    for found in drill([bug for bug in BUGS if chosen.bug in bug.name], chosen.most, chosen.seconds, chosen.thorough):
        rows = sorted(found["caught"], key=lambda row: row["seconds"])
        catches[found["bug"]] = {row["check"]: (row["seed"], row["seconds"]) for row in rows}
        told = ", ".join(f"{row['check'].replace('_', ' ')} ({row['seed'] + 1} contracts, {row['seconds']} s)" for row in rows)
        print(f"{found['bug']}: {told or 'NOT CAUGHT'} {found['error']}", flush=True)
        missed += [] if rows else [found["bug"]]
    if not chosen.bug:
        from command_laws import COMMAND_LAWS
        from laws import LAWS

        seen = {check for rows in catches.values() for check in rows}
        idle = [law.__name__ for law in (*LAWS, *COMMAND_LAWS) if law.__name__ not in seen]
        print(f"{len(BUGS) - len(missed)} of {len(BUGS)} planted bugs caught; laws that catch none: {', '.join(idle) or 'none'}")
        if chosen.write:
            WITNESSES.write_text(json.dumps(narrowed(catches), indent=1) + "\n", "utf-8")
        return 1 if missed or idle else 0
    return 1 if missed else 0


if os.environ.get("DEALCLI_PLANTED") and "--run" in sys.argv:
    plant(bug_named(os.environ["DEALCLI_PLANTED"]).module, with_bug(bug_named(os.environ["DEALCLI_PLANTED"])))

if __name__ == "__main__":
    sys.exit(main())
