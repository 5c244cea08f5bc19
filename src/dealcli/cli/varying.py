"""What ``--vary`` says: ``NAME=LOW..HIGH step STEP``, ``NAME=a|b|c``, ``NAME=uniform LOW..HIGH sample 1000`` and the like."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from dealcli.analysis.inputs import SHAPES, Input, Inputs
from dealcli.analysis.scenario import Scenario
from dealcli.cli.choices import AMBIGUOUS_NAME, NO_DAY, UNKNOWN_NAME, Choices
from dealcli.cli.edits import rows_meant
from dealcli.cli.known_names import check_names, named_in
from dealcli.diagnostics import Diagnostic, Place, Refused, did_you_mean
from dealcli.slotted import dataclass

OPTION = "--vary"
NOT_VARIED = "DC520"
TOO_MANY = "DC521"
MOST_VALUES = 100_000
MOST_RUNS = 10_000_000
FORM = "NAME=10 days..90 days step 10 days, NAME=a|b|c, or NAME=2026-01-01..2030-12-31 sample 1000"
ROW = re.compile(r"event\[(?P<which>[^\]]+)\]\.(?P<key>[a-z][a-z0-9_]*)")
NUMBER = re.compile(r"(?P<before>[A-Z]{3} )?(?P<number>-?[0-9][0-9_,]*(?:\.[0-9]+)?)(?P<after>%| [a-z ]+)?")


class _NotUnderstood(Exception):
    """Why a text says nothing that could be varied, and what it might say."""

    def __init__(self, message: str, expected: str = "", code: str = NOT_VARIED) -> None:
        super().__init__(message)
        self.message, self.expected, self.code = message, expected or FORM, code


@dataclass(frozen=True, slots=True)
class _Spread:
    """The values of one input, how they are drawn, and how often."""

    values: tuple[str, ...]
    shape: str = ""
    peak: int = 0
    weights: tuple[int, ...] = ()
    samples: int = 0


def inputs_of(texts: Sequence[str], seed: int, scenario: Scenario) -> Inputs:
    """All that is varied. Raises ``Refused`` with everything that is wrong with how it is written."""
    choices, found, samples = Choices(), [], {}
    for text in texts:
        try:
            name, spread = _read(text)
        except _NotUnderstood as error:
            choices.problem(error.code, OPTION, error.message, expected=error.expected)
            continue
        for one in _inputs(name, spread, scenario, choices):
            found.append(one)
            if spread.samples:
                samples[one.name] = spread.samples
    _check(found, samples, choices)
    inputs = Inputs(tuple(found), seed, max(samples.values(), default=1))
    if not choices.problems and inputs.runs > MOST_RUNS:
        choices.problem(TOO_MANY, OPTION, f"these are {inputs.runs:,} runs, more than {MOST_RUNS:,}", "a larger step, or samples")
    choices.refuse()
    return inputs


def _check(found: Sequence[Input], samples: Mapping[str, int], choices: Choices) -> None:
    if not found and not choices.problems:
        choices.problem(NOT_VARIED, OPTION, "nothing is varied", expected=FORM)
    names = [one.name for one in found]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        choices.problem(NOT_VARIED, OPTION, f"'{name}' is varied twice", expected="each name once")
    if len(set(samples.values())) > 1:
        told = ", ".join(f"{name} {count}" for name, count in samples.items())
        choices.problem(TOO_MANY, OPTION, f"all samples are drawn together, but their numbers differ: {told}", expected="one number")


# --- what is varied --------------------------------------------------------------------------------------------------


def _inputs(name: str, spread: _Spread, scenario: Scenario, choices: Choices) -> Iterator[Input]:
    """The input of a name. What is wrong with the name or its values goes to the choices."""
    row = ROW.fullmatch(name)
    if row is not None:
        for written in rows_meant(row["which"], scenario, OPTION, choices)[:1]:
            number = scenario.rows.index(written)
            if row["key"] not in (*written[0], "date"):
                hint = did_you_mean(row["key"], written[0])
                choices.problem(UNKNOWN_NAME, OPTION, f"that row has no '{row['key']}'", hint)
                continue
            if row["key"] == "date":
                for value in (spread.values[0], spread.values[-1]):
                    choices.day(OPTION, value, instant=True)
            yield _input("row", f"event[{number + 1}].{row['key']}", spread, number, row["key"])
        return
    terms, readings = named_in(scenario)
    if name not in terms and name not in readings:
        known = {*terms, *readings, *(f"event[{number + 1}].date" for number in range(len(scenario.rows)))}
        choices.problem(UNKNOWN_NAME, OPTION, f"no term or reading is called '{name}'", did_you_mean(name, known))
        return
    full = {*terms.values(), *(other for other, _ in readings.values())}
    meant = sorted(other for other in full if other.rpartition(".")[2] == name)
    if len(meant) > 1:
        choices.problem(AMBIGUOUS_NAME, OPTION, f"'{name}' could be {' or '.join(meant)}", expected="the name with its agreement")
        return
    of_readings = name in readings and (name not in terms or set(spread.values) <= set(readings[name][1]))
    try:
        for value in spread.values if of_readings else ():
            check_names(scenario, {}, {name: value})
    except Refused as refused:
        choices.problems.extend(Diagnostic(p.code, p.message, Place(OPTION), p.expected, p.hint) for p in refused.diagnostics)
        return
    if not of_readings:
        choices.values(OPTION, {name: spread.values[0]})
        choices.values(OPTION, {name: spread.values[-1]})
    yield _input("reading" if of_readings else "term", readings[name][0] if of_readings else terms[name], spread)


def _input(kind: str, name: str, spread: _Spread, row: int = 0, key: str = "") -> Input:
    return Input(kind, name, spread.values, row, key, spread.shape, spread.peak, spread.weights)


# --- its values ------------------------------------------------------------------------------------------------------


def _read(text: str) -> tuple[str, _Spread]:
    name, sign, spec = (part.strip() for part in text.partition("="))
    if not sign or not name or not spec:
        raise _NotUnderstood(f"'{text}' does not say what is varied over what")
    rest, samples = _tail(spec, "sample")
    if samples and not (samples.isdecimal() and 0 < int(samples) <= MOST_RUNS):
        raise _NotUnderstood(f"'{samples}' is no number of samples", f"a number from 1 to {MOST_RUNS:,}")
    rest, step = _tail(rest, "step")
    word, _, after = rest.partition(" ")
    shape = word if word in SHAPES else "uniform" if samples else ""
    if word in SHAPES:
        rest = after.strip()
        if not samples:
            raise _NotUnderstood(f"'{text}' does not say how often to draw", f"{spec} sample 1000")
    return name, _spread(rest, step, shape, int(samples or 0))


def _tail(spec: str, word: str) -> tuple[str, str]:
    """What stands before a word, and what behind it."""
    before, found, after = f" {spec}".rpartition(f" {word} ")
    return (before.strip(), after.strip()) if found else (spec, "")


def _spread(rest: str, step: str, shape: str, samples: int) -> _Spread:
    if rest.startswith("column "):
        return _Spread(tuple(_column(rest.removeprefix("column ").strip())), shape, samples=samples)
    ends = [end.strip() for end in rest.split("..")]
    if len(ends) == 1:
        return _listed(rest, shape, samples)
    if len(ends) != (3 if shape == "triangular" else 2) or not all(ends) or shape == "discrete":
        wanted = "triangular LOW..PEAK..HIGH sample 1000" if shape == "triangular" else "LOW..HIGH"
        raise _NotUnderstood(f"'{rest}' is no range", wanted)
    if not step and not samples:
        raise _NotUnderstood(f"'{rest}' has neither a step nor samples")
    values = tuple(_days(ends, step) if _day(ends[0]) else _numbers(ends, step))
    peak = 0
    if shape == "triangular":
        peak = next((place for place, value in enumerate(values) if value == _like(ends[1], values)), -1)
        if peak < 0:
            raise _NotUnderstood(f"the peak {ends[1]} is none of the values from {ends[0]} to {ends[-1]}", "LOW..PEAK..HIGH")
    return _Spread(values, shape, peak, samples=samples)


def _listed(rest: str, shape: str, samples: int) -> _Spread:
    """Single values: ``a|b|c``; with weights ``a:3|b:1``."""
    values = [value.strip() for value in rest.split("|")]
    if shape == "triangular" or not all(values):
        raise _NotUnderstood(f"'{rest}' is neither a range nor a list of values")
    if shape != "discrete":
        return _Spread(tuple(values), shape, samples=samples)
    pairs = [value.rpartition(":") for value in values]
    if not all(name and weight.isdecimal() and int(weight) > 0 for name, _, weight in pairs):
        raise _NotUnderstood(f"'{rest}' does not weigh its values", "discrete a:3|b:1 sample 1000")
    names, weights = tuple(name.strip() for name, _, _ in pairs), tuple(int(weight) for _, _, weight in pairs)
    return _Spread(names, shape, weights=weights, samples=samples)


def _column(text: str) -> list[str]:
    """The values of a column of a CSV file with a head."""
    from dealcli.reading.files import read_bytes, shown_path

    path, _, column = text.rpartition(":")
    if not path or not column:
        raise _NotUnderstood(f"'{text}' names no column", "column FILE.csv:NAME sample 1000")
    try:
        content = read_bytes(shown_path(path), path).decode("utf-8-sig")
        rows = list(csv.DictReader(content.splitlines()))
    except Refused as refused:
        raise _NotUnderstood(refused.diagnostics[0].message, "column FILE.csv:NAME") from None
    except (UnicodeDecodeError, csv.Error):
        raise _NotUnderstood(f"'{path}' is no CSV file in UTF-8", "column FILE.csv:NAME") from None
    names = list(rows[0]) if rows else []
    if column not in names:
        raise _NotUnderstood(f"'{path}' has no column '{column}'", f"one of {', '.join(map(str, names))}" if names else "a head and rows")
    values = [str(row[column] or "").strip() for row in rows]
    if not all(values) or len(values) > MOST_VALUES:
        raise _NotUnderstood(f"the column '{column}' has cells without a value, or more than {MOST_VALUES:,}", "a value in each row")
    return values


def _day(text: str) -> bool:
    return re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is not None


def _days(ends: Sequence[str], step: str) -> Iterator[str]:
    """The days of a range. A step counts from its first day; without one each day."""
    from dealcli.dates import NoSuchDay, add
    from dealcli.engine.definitions import literal_value
    from dealcli.language.tree import LanguageError

    try:
        first, last = date.fromisoformat(ends[0]), date.fromisoformat(ends[-1])
    except ValueError:
        raise _NotUnderstood(f"there is no such date in '{'..'.join(ends)}'", "2026-01-01..2030-12-31", NO_DAY) from None
    try:
        length, kind = literal_value(step or "1 day")
        if kind.name != "duration" or length.kind not in ("day", "month") or length.total <= 0:
            raise _NotUnderstood(f"'{step}' is no step between dates", "10 days, 1 week, 3 months")
        day, number = first, 0
        while day <= last:
            if number >= MOST_VALUES:
                raise _NotUnderstood(f"there are more than {MOST_VALUES:,} values", "a larger step", TOO_MANY)
            yield str(day)
            number += 1
            day = add(first, type(length)(tuple((unit, count * number) for unit, count in length.steps)))
    except LanguageError:
        raise _NotUnderstood(f"'{step}' is no step between dates", "10 days, 1 week, 3 months") from None
    except (NoSuchDay, OverflowError):
        return
    if first > last:
        raise _NotUnderstood(f"{ends[-1]} comes before {ends[0]}", "LOW..HIGH")


def _numbers(ends: Sequence[str], step: str) -> Iterator[str]:
    """The numbers, amounts or lengths of a range; without a step each with as many decimals as are written."""
    parts = [_parts(text) for text in (*ends, *([step] if step else []))]
    before, after = parts[0][0] or parts[-1][0], parts[0][2] or parts[-1][2]
    for text, part in zip((*ends, step), parts, strict=False):
        if part[0] not in ("", before) or part[2] not in ("", after):
            raise _NotUnderstood(f"'{text}' is of another kind than '{ends[0]}'", "10 days..90 days step 10 days")
    places = max(part[3] for part in parts)
    low, high = parts[0][1], parts[len(ends) - 1][1]
    size = parts[-1][1] if step else Fraction(1, 10**places)
    if size <= 0 or high < low:
        raise _NotUnderstood(f"there is nothing from {ends[0]} to {ends[-1]}", "LOW..HIGH, and a step above 0")
    count = (high - low) // size + 1
    if count > MOST_VALUES:
        raise _NotUnderstood(f"there are {count:,} values", f"at most {MOST_VALUES:,}: a larger step", TOO_MANY)
    for number in range(count):
        yield _written(low + number * size, places, before, after)


def _parts(text: str) -> tuple[str, Fraction, str, int]:
    """What stands before a number, the number, what stands behind it in the plural, and its decimals."""
    found = NUMBER.fullmatch(text)
    if found is None:
        raise _NotUnderstood(f"'{text}' is no number, amount, length of time or date", "10, 20%, USD 5, 10 days, 2026-01-31")
    digits = found["number"].replace(",", "").replace("_", "")
    after = found["after"] or ""
    plural = after + "s" if after.startswith(" ") and not after.endswith(("s", "million", "billion", "thousand")) else after
    return found["before"] or "", Fraction(digits), plural, len(digits.partition(".")[2])


def _written(number: Fraction, places: int, before: str, after: str) -> str:
    units = int(number * 10**places)
    whole, rest = divmod(abs(units), 10**places)
    digits = f"{'-' if units < 0 else ''}{whole}" + (f".{rest:0{places}d}" if places else "")
    return f"{before}{digits}{after[:-1] if digits == '1' and after.startswith(' ') and after.endswith('s') else after}"


def _like(text: str, values: Sequence[str]) -> str:
    """A value as it is written among others."""
    if text in values or _day(text):
        return text
    before, number, _, _ = _parts(text)
    return next((value for value in values if _parts(value)[1] == number), before)


__all__ = ["inputs_of"]
