"""The end of the screen: questions answered in words, expectations, notes, what comes next, the count of it all."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterable

from dealcli.output.screen import Row, Section, text_row
from dealcli.output.story_sections import Told, slot
from dealcli.output.view import Entry
from dealcli.output.words import PLAIN_NUMBER, count, day, grouped, listed, mark, stage_words, value_words

MOST_NOTES = 3
MOST_DATES = 4
TOLD_ELSEWHERE = ("breach", "approximate_date", "assumption", "not_judged")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.*")
FINDINGS = {
    "possible_breach": "possible breach",
    "act_without_effect": "act without effect",
    "near_miss": "near miss",
    "missed": "not met",
    "late_performance": "late performance",
    "premature_performance": "early performance",
    "overpayment": "overpayment",
    "repeated_trigger": "repeated trigger",
    "impossible_event": "impossible event",
    "unused_event": "event without a use",
    "narrower_outlives_wider": "narrower duty outlives the wider",
    "unreported": "not reported",
    "known_through_passed": "beyond what is known",
}
PLURALS = {
    "possible breach": "possible breaches",
    "act without effect": "acts without effect",
    "near miss": "near misses",
    "not met": "not met",
    "late performance": "late performances",
    "early performance": "early performances",
    "event without a use": "events without a use",
    "not reported": "not reported",
    "beyond what is known": "beyond what is known",
    "narrower duty outlives the wider": "narrower duties outlive the wider",
}
AHEAD = {
    "limit": "last day to act",
    "met": "last day to be met",
    "until": "last day",
    "limit_or_later": "may be done until then or later",
    "until_or_later": "its end is not known from here on",
    "expires": "agreement expires",
    "begins": "takes effect, if it is still made",
    "effect": "takes effect",
    "period": "the next period begins",
}


def words_section(told: Told) -> Section | None:
    """Measures that answer a question in a word; with everything asked for, all measures."""
    rows = [Row("", (_measured(measure), _answer(measure)))
            for measure in told.document["measures"] if told.view.all or _is_word(measure)]  # fmt: skip
    return Section("IN A WORD", ("",), tuple(rows)) if rows and not (told.view.clause or told.view.stage) else None


def _answer(measure: Entry) -> str:
    word = value_words(measure["value"]).replace("_", " ")
    return f"{word} (contested)" if measure["verdict"] == "contested" else word


def _measured(measure: Entry) -> str:
    return f"{measure['title']} ({measure['key']})" if measure["key"] else str(measure["title"])


def _is_word(measure: Entry) -> bool:
    value = measure["value"]
    if measure["key"]:
        return False
    if isinstance(value, str):
        return not PLAIN_NUMBER.fullmatch(value) and not DATE.fullmatch(value)
    return isinstance(value, dict) and set(value) == {"unknown"}


def expectation_section(told: Told) -> Section | None:
    """What differs from what the scenario expects."""
    expected = told.document["expectations"]
    rows: list[Row] = []
    for failed in expected["failed"]:
        about = ", ".join(
            f"{key} {value}"
            for key, value in failed["row"].items()
            if key in ("clause", "agreement", "fact", "measure", "finding", "key")
        )
        rows.append(Row("!", (f"{about}, at {day(failed['at'])}",)))
        rows.extend(
            Row("", (f"{d['test']}: is {d['actual'] or 'nothing'}, expected {d['expected']}",), deeper=True)
            for d in failed["differences"]
        )
    return Section("NOT AS EXPECTED", (), tuple(rows)) if rows else None


def _expected_line(told: Told) -> list[str]:
    expected = told.document["expectations"]
    holding, total = expected["holding"], expected["total"]
    if not total:
        return []
    todo = f", {expected['todo']} todo" if expected["todo"] else ""
    return [f"Expectations: {'all' if holding == total > 1 else f'{holding} of'} {total} hold{todo}"]


# --- notes -----------------------------------------------------------------------------------------------------------


def note_section(told: Told) -> Section | None:
    """What else a reader should know: findings, readings that were chosen, assumptions, approximate dates."""
    rows = [*_findings(told), *_readings(told), *_assumptions(told)]
    return Section("NOTES", (), tuple(rows)) if rows else None


def _findings(told: Told) -> Iterable[Row]:
    shown = {position["clause"] for position in told.positions} if told.view.narrowed else None
    kinds: dict[str, list[Entry]] = {}
    for finding in told.document["findings"]:
        if finding["kind"] not in TOLD_ELSEWHERE and (shown is None or finding["clause"] in shown):
            kinds.setdefault(finding["kind"], []).append(finding)
    if not _breaches(told):
        yield text_row("No breach found.")
    for kind, findings in kinds.items():
        word = FINDINGS.get(kind, kind.replace("_", " "))
        if len(findings) > MOST_NOTES and not told.view.all:
            yield text_row(f"{count(len(findings), word, PLURALS.get(word, ''))}; --all lists them")
            continue
        for finding in findings:
            key = f" ({finding['key']})" if finding["key"] else ""
            said = "" if kind == "missed" else f"{word}, "
            yield text_row(f"{said}{day(finding['date'])}: {finding['text']}{key}", _finding_mark(finding))


def _breaches(told: Told) -> int:
    return sum(len(position["breaches"]) for position in told.positions if position["kind"] != "condition")


def _finding_mark(finding: Entry) -> str:
    return {"error": "!", "warning": "?"}.get(finding["severity"], "")


def _readings(told: Told) -> Iterable[Row]:
    readings, judged = told.document["readings"], told.document["judged"]
    if not readings:
        return
    chosen = [reading for reading in readings if reading["chosen"] != reading["default"]]
    text = "Readings: the default answer to each of " + count(len(readings), "open question")
    if chosen:
        named = (f"{reading['title'] or reading['name']} = {reading['chosen'].replace('_', ' ')}" for reading in chosen)
        text = f"Readings: the default of each open question, except {listed(named)}"
    if judged is None:
        yield text_row(f"{text}. Only these were run; --readings all judges over all.")
        return
    yield text_row(f"{text}; judged over all {grouped(judged['combinations'])} combinations in {count(judged['runs'], 'run')}.")
    refused = dict.fromkeys(one["name"] for one in judged["refused"])
    if refused:
        yield text_row(f"Not judged, because it takes more runs: {listed(list(refused)[:4])}; --readings all does.", "?")


def _assumptions(told: Told) -> Iterable[Row]:
    about: dict[str, list[str]] = {}
    for assumption in told.document["assumptions"]:
        about.setdefault(assumption["text"], []).append(assumption["about"])
    order = sorted(about, key=lambda text: -len(about[text]))
    for text in order if told.view.all else order[:MOST_NOTES]:
        names = about[text]
        yield text_row(
            f"Assumed for {listed(names) if len(names) < 3 or told.view.all else f'{len(names)} definitions'}: {text}"
        )
    if len(order) > MOST_NOTES and not told.view.all:
        yield text_row(f"and {count(len(order) - MOST_NOTES, 'more assumption')}; --all lists them")
    approximate = sum(1 for finding in told.document["findings"] if finding["kind"] == "approximate_date")
    if approximate:
        yield text_row(
            f"{count(approximate, 'date is', 'dates are')} approximate; the last possible day of each is taken."
        )


# --- what comes next -------------------------------------------------------------------------------------------------


def agenda_section(told: Told) -> Section | None:
    """What changes by itself later on, with what is alike on one day in one row."""
    grouped: dict[tuple[str, str], list[Entry]] = {}
    for row in told.document["agenda"]:
        if _concerns(told, row):
            what = "met" if row["what"] == "limit" and row["kind"] == "condition" else row["what"]
            grouped.setdefault((row["date"], what), []).append(row)
    dates = list(dict.fromkeys(date for date, _ in grouped))
    shown = dates if told.view.all else dates[:MOST_DATES]
    rows: list[Row] = []
    last = None
    for (date, what), entries in grouped.items():
        if date in shown:
            rows.append(Row("", ("" if date == last else day(date), _ahead(what, entries, told.view.all))))
            last = date
    if len(dates) > len(shown):
        rows.append(Row("", ("", f"{count(len(dates) - len(shown), 'later date')}; --all lists them")))
    return Section("NEXT, IF NOTHING ELSE HAPPENS", (), tuple(rows), dates_first=True) if rows else None


def _concerns(told: Told, row: Entry) -> bool:
    if "clause" not in row or row["what"] == "period":
        return not told.view.narrowed
    position = told.by_slot.get(slot(row))
    return position is not None and position["in_force"] is not False


def _ahead(what: str, entries: list[Entry], everything: bool) -> str:
    titles = list(dict.fromkeys(str(entry["title"]) for entry in entries))
    alike = f" ({len(entries)} positions)" if len(titles) == 1 < len(entries) else ""
    shown = titles if everything or len(titles) < 4 else [*titles[:2], f"{len(titles) - 2} more"]
    return f"{AHEAD.get(what, what)}: {listed(shown)}{alike}"


# --- the last lines --------------------------------------------------------------------------------------------------


def closing_lines(told: Told) -> tuple[str, ...]:
    """The count of positions by stage, and where to read on."""
    stages = Counter(str(position["stage"]) for position in told.positions)
    parts = [
        f"{number} {stage_words(stage)}"
        for stage, number in sorted(stages.items(), key=lambda item: (-item[1], item[0]))
    ]
    total = count(len(told.positions), "position")
    if told.view.narrowed:
        total += f" of {len(told.document['positions'])}"
    path = shlex.quote(told.document["scenario"]["path"])
    noted = (p for p in told.positions if p["breaches"] or p["stage"] == "undetermined")
    example = next((row["clause"] for row in (*told.changes, *noted, *told.positions)), "CLAUSE")
    return (f"{total}{': ' if parts else ''}{', '.join(parts)}; {count(_breaches(told), 'breach', 'breaches')}",
            *_expected_line(told),
            f"more: dealcli {'list' if told.view.all else 'evaluate'} {path}{'' if told.view.all else ' --all'}",
            f"one clause: dealcli show {example} {path}")  # fmt: skip


__all__ = ["agenda_section", "closing_lines", "expectation_section", "mark", "note_section", "words_section"]
