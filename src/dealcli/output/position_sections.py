"""The middle of the screen: what is broken, what holds and for whom, what is not settled, and the full list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from dealcli.output.screen import Row, Section, text_row
from dealcli.output.story_sections import Told, slot
from dealcli.output.verdict_words import cells, columns, standing_mark
from dealcli.output.view import Entry, names
from dealcli.output.words import (
    KINDS,
    SIDES,
    count,
    day,
    grouped,
    kind_word,
    listed,
    mark,
    stage_words,
    titled,
    until_words,
)

MOST_BREACHES = 5
MOST_ALIKE = 3
"""More undetermined positions than this that are open for the same reason are counted in one row."""


# --- breaches --------------------------------------------------------------------------------------------------------


def breach_section(told: Told) -> Section | None:
    """Every breach with its day and cause; clauses broken often are counted."""
    rows: list[Row] = []
    for clause, positions in _by(told.positions, lambda p: str(p["clause"])).items():
        broken = [
            (breach, position)
            for position in positions
            for breach in position["breaches"]
            if position["kind"] != "condition"
        ]
        if len(broken) > MOST_BREACHES and not told.view.all:
            days = sorted(day(breach["date"]) for breach, _ in broken)
            rows.append(
                Row("!", (f"{told.names.clauses[clause]}: {count(len(broken), 'breach', 'breaches')}", days[0]))
            )
            rows.append(
                Row("", (f"by {told.names.party(positions[0]['bearer'])}, the last on {days[-1]}",), deeper=True)
            )
            continue
        for breach, position in broken:
            rows.append(Row("!", (titled(position), day(breach["date"]))))
            rows.append(
                Row("", (f"by {told.names.party(position['bearer'])}: {_breach_words(breach, position)}",), deeper=True)
            )
        rows.extend(row for position in positions for row in _on_some_day(told, position))
    return Section("BREACHED", ("on",), tuple(rows)) if rows else None


def _on_some_day(told: Told, position: Entry) -> Iterable[Row]:
    """A breach that is settled although its day is not: all plausible values lead to it, each on its own day."""
    if position["stage"] == "breached" and not position["breaches"]:
        turns = listed(position["verdicts"].get("breaches", {}).get("turns_on", ()))
        yield Row("!", (titled(position), "some day"))
        yield Row("", (f"by {told.names.party(position['bearer'])}: the day turns on {turns or 'what is not known'}",), deeper=True)


def _breach_words(breach: Entry, position: Entry) -> str:
    words = str(breach["cause"])
    if position["stage"] == "undetermined":
        words += "; whether it counts is not settled"
    elif position["stage"] != "breached":
        words += f"; now {stage_words(position['stage'])}"
    elif position["in_force"] is True:
        words += "; the clause still binds"
    return words + _not_binding(position)


def _not_binding(position: Entry) -> str:
    return (
        ""
        if position["binding"] is True
        else "; the instrument does not bind"
        if position["binding"] is False
        else "; may not bind"
    )


# --- what holds ------------------------------------------------------------------------------------------------------


def holding_sections(told: Told) -> list[Section]:
    """What is in force: by bearer, or from one party's side."""
    holding = [p for p in told.positions if p["stage"] == "in_force" and p["clause"] not in told.crowded]
    if told.view.party:
        return _of_one_party(told, holding, told.view.party)
    changed = {slot(row) for row in told.changes}
    shown = [p for p in holding if p["kind"] != "recital" and slot(p) not in changed]
    if told.supposes and told.touched:
        shown = [p for p in shown if p["clause"].rpartition(".")[0] in told.touched]
    heading = "STILL IN FORCE" if told.supposes else "WHAT HOLDS"
    rows = list(_by_bearer(told, shown))
    left = [p for p in holding if p not in shown and slot(p) not in changed]
    statements = sum(p["kind"] == "recital" for p in left)
    if rows and left:
        others = len(left) - statements
        parts = [f"{count(others, 'position')} under other agreements" if others else "",
                 count(statements, "statement") if statements else ""]  # fmt: skip
        rows.append(text_row(f"and {listed(filter(None, parts))}; --all lists them"))
    return [Section(heading, columns(told.document, "until", "towards"), tuple(rows))] if rows else []


def _by_bearer(told: Told, positions: list[Entry]) -> Iterable[Row]:
    groups = _by(positions, lambda p: str(p["bearer"] or ""))
    order = list(told.names.parties)
    for bearer in sorted(
        groups, key=lambda name: (-len(groups[name]), order.index(name) if name in order else len(order), name)
    ):
        yield Row("", (told.names.party(bearer),), group=True)
        for position in sorted(groups[bearer], key=_kind_order):
            towards = told.names.party(position["counterparty"])
            found = cells(told.document, position, _with_kind(position), _end(position), towards)
            yield Row(standing_mark(position, "in_force"), found)


def _kind_order(position: Entry) -> int:
    return list(KINDS).index(position["kind"])


def _of_one_party(told: Told, holding: list[Entry], party: str) -> list[Section]:
    own = [p for p in holding if party in names(p["bearer"])]
    owed = [p for p in holding if party in names(p["counterparty"])]
    title = told.names.party(party).upper()
    sections = []
    if own:
        rows = [
            Row(standing_mark(p, "in_force"), cells(told.document, p, _with_kind(p), _end(p), told.names.party(p["counterparty"])))
            for p in sorted(own, key=_kind_order)
        ]
        sections.append(Section(f"HELD OR OWED BY {title}", columns(told.document, "until", "towards"), tuple(rows)))
    if owed:
        rows = [
            Row(standing_mark(p, "in_force"), cells(told.document, p, _other_side(p), _end(p), told.names.party(p["bearer"])))
            for p in sorted(owed, key=_kind_order)
        ]
        sections.append(Section(f"{title} TOWARDS OTHERS", columns(told.document, "until", "who"), tuple(rows)))
    return sections


def _other_side(position: Entry) -> str:
    word = SIDES.get(position["correlative"] or "", kind_word(position["kind"]))
    return f"{word}: {titled(position)}{_amount(position)}"


def _with_kind(position: Entry) -> str:
    weak = "" if position["binding"] is True else ", not binding" if position["binding"] is False else ", may not bind"
    return f"{kind_word(position['kind'])}: {titled(position)}{weak}{_amount(position)}"


def _amount(position: Entry) -> str:
    """What was paid of an amount that is known; nothing where nothing is reported as paid."""
    amount = position["amount"]
    if not amount or amount["paid"] in (None, "0") or amount["due"] is None:
        return ""
    currency = f" {amount['currency']}" if amount["currency"] else ""
    return f" (paid {grouped(amount['paid'])} of {grouped(amount['due'])}{currency})"


def _end(position: Entry) -> str:
    return until_words(position["until"]) or until_words(position["due"]) or "not given"


# --- what is not settled ---------------------------------------------------------------------------------------------


def undetermined_section(told: Told) -> Section | None:
    """Positions of which it is not known what they are, with what that turns on. Many alike are counted."""
    found = [p for p in told.positions if p["stage"] == "undetermined" and p["clause"] not in told.crowded]
    rows: list[Row] = []
    alike = _by(found, lambda p: f"{p['possible']} {p['since']} {p['turns_on']}")
    for positions in sorted(alike.values(), key=len):
        first = positions[0]
        if len(positions) > MOST_ALIKE and not told.view.all:
            agreements = {p["clause"].rpartition(".")[0] for p in positions}
            replaced = "superseded" in first["possible"]
            of = count(len(agreements), "earlier agreement" if replaced else "agreement")
            text = f"{count(len(positions), 'position')} of {of}"
            rows.append(Row("?", (text, day(first["since"]), _either(first))))
            turns = told.names.turns_on(first) or (
                "whether these terms went on when their agreements were replaced" if replaced else ""
            )
            if turns:
                rows.append(Row("", (f"turns on: {turns}",), deeper=True))
            continue
        for position in positions:
            rows.append(Row("?", (told.names.whose(position), day(position["since"]), _either(position))))
            if position["turns_on"]:
                rows.append(Row("", (f"turns on: {told.names.turns_on(position)}",), deeper=True))
    return Section("NOT KNOWN", ("since", "either"), tuple(rows)) if rows else None


def _either(position: Entry) -> str:
    return " / ".join(stage_words(stage) for stage in position["possible"])


# --- counts and lists ------------------------------------------------------------------------------------------------


def crowd_section(told: Told) -> Section | None:
    """Clauses with many positions: how many stand at which stage."""
    rows = []
    for clause, positions in _by(
        [p for p in told.positions if p["clause"] in told.crowded], lambda p: str(p["clause"])
    ).items():
        stages = _by(positions, lambda p: str(p["stage"]))
        rows.append(Row("", (f"{told.names.clauses[clause]} ({grouped(str(len(positions)))})",), group=True))
        rows.extend(
            Row(mark(stage), (stage_words(stage), grouped(str(len(stages[stage]))))) for stage in sorted(stages)
        )
    return Section("COUNTED BY CLAUSE", ("positions",), tuple(rows)) if rows else None


def listing_section(told: Told) -> Section | None:
    """Every position that is shown, by agreement."""
    rows: list[Row] = []
    for agreement, positions in _by([p for p in told.positions if p["clause"] not in told.crowded],
                                    lambda p: str(p["clause"].rpartition(".")[0])).items():  # fmt: skip
        rows.append(Row("", (told.names.agreements.get(agreement, agreement),), group=True))
        for position in positions:
            rows.append(_listed_row(told, position))
            if position["stage"] == "undetermined":
                turns = f"; turns on: {told.names.turns_on(position)}" if position["turns_on"] else ""
                rows.append(Row("", (f"either {_either(position)}{turns}",), deeper=True))
    return Section("POSITIONS", columns(told.document, "stage", "since", "until", "whose"), tuple(rows)) if rows else None


def _listed_row(told: Told, p: Entry) -> Row:
    texts = (_with_kind(p), stage_words(p["stage"]), day(p["since"]), _end(p), told.names.party(p["bearer"]))
    return Row(standing_mark(p, p["stage"]), cells(told.document, p, *texts))


def _by(positions: Iterable[Entry], key: Callable[[Entry], str]) -> dict[str, list[Entry]]:
    groups: dict[str, list[Entry]] = defaultdict(list)
    for position in positions:
        groups[key(position)].append(position)
    return dict(groups)


__all__ = ["breach_section", "crowd_section", "holding_sections", "listed", "listing_section", "undetermined_section"]
