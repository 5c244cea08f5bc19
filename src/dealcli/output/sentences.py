"""Whole sentences about a position: one table for what it is, one for the fields that have a say in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dealcli.output.view import Entry
from dealcli.output.words import Names, count, day, kind_word, listed, stage_words, value_words

HOLDS: Mapping[str, str] = {
    "obligation": "{who} {owes} this duty", "prohibition": "This prohibition binds {who}", "permission": "{who} {has} this permission",
    "right": "{who} {has} this right", "power": "{who} {has} this power", "condition": "This condition is open",
    "recital": "This statement stands",
}  # fmt: skip
"""What it means that a position is in force, by the kind of its clause."""

STANDS: Mapping[str, str] = {
    "pending": "This {kind} is not yet in force", "ready": "Nothing has set this {kind} going yet",
    "suspended": "This {kind} is suspended", "displaced": "This {kind} is set aside by an exception",
    "fulfilled": "This {kind} was fulfilled", "breached": "This {kind} was breached",
    "cured": "A breach of this {kind} was made good in time", "exercised": "This {kind} was used",
    "waived": "This {kind} was waived", "discharged": "This {kind} was discharged",
    "lapsed": "This {kind} lapsed unused", "ended": "This {kind} ended", "terminated": "This {kind} was terminated",
    "superseded": "This {kind} was replaced", "met": "This {kind} was met", "failed": "This {kind} failed",
    "none": "This {kind} never begins under the default readings", "undetermined": "It is not known how this {kind} stands",
}  # fmt: skip

ROLES: Mapping[str, str] = {
    "for_each": "one for each", "every": "one every", "agreement": "its agreement", "from": "from", "until": "until",
    "while": "in force while", "unless": "set aside if", "exception": "except", "suspended": "on hold", "within": "time to act",
    "due": "due", "before": "to be done before", "period": "end of its period", "cure": "time to make good", "holds": "fulfilled when",
    "maintain": "must stay so", "breached_by": "broken by", "waived_by": "waived by", "discharged_by": "discharged by",
    "amount": "amount", "replaced_by": "replaced by",
}  # fmt: skip
"""A field of a clause as a few words that its text can follow."""

ACTS: Mapping[str, str] = {"prohibition": "broken by", "obligation": "done by", "condition": "met by"}
"""What the act of a clause does, by its kind; an option is used by it."""

HAPPENS: Mapping[str, str] = {
    "act": "not reported", "breached_by": "not reported", "waived_by": "not reported", "discharged_by": "not reported",
    "from": "not yet", "until": "not yet", "exception": "does not apply",
}  # fmt: skip
"""What is said of something that has not happened."""

READ: Mapping[str, str] = {"direct": "read directly", "reproduction": "read in reproduction", "summary": "read in a summary"}
"""How a source was read."""

MOMENTS = ("within", "due", "before", "period", "until", "cure", "from")
"""Roles whose value is a date."""


def role_words(role: str, kind: str) -> str:
    """The name of a field as a reader says it."""
    return ACTS.get(kind, "used by") if role == "act" else ROLES[role]


def standing_sentence(position: Entry, names: Names, questions: Iterable[Entry] = ()) -> str:
    """How a position stands, in one sentence; where its day is not known, between which days that answers give."""
    stage, kind = position["stage"], kind_word(position["kind"])
    if stage == "in_force":
        who = names.party(position["bearer"])
        several = ", " in (position["bearer"] or "")
        text = HOLDS[position["kind"]].format(who=who, owes="owe" if several else "owes", has="have" if several else "has")
    else:
        text = STANDS[stage].format(kind=kind)
    if stage == "undetermined" and position["possible"]:
        text += f": it is {_either(position['possible'])}"
    return f"{text}{_since(position, questions)}."


def _either(stages: list[str]) -> str:
    words = [stage_words(stage) for stage in stages]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def _since(position: Entry, questions: Iterable[Entry]) -> str:
    if not position["since"]:
        return ""
    if position["stage"] != "undetermined" and position["verdicts"].get("since", {}).get("verdict") == "undetermined":
        days = sorted({choice["since"] for question in questions if question["plausible"] and "since" in question["moves"]
                       for choice in question["choices"] if choice["since"]})  # fmt: skip
        return f", at some time from {day(days[0])} to {day(days[-1])}" if len(days) > 1 else ", on a day that is not known exactly"
    lasting = position["stage"] in ("in_force", "suspended", "displaced", "undetermined", "pending")
    return f"{', since' if lasting else ' on'} {day(position['since'])}"


def verdict_sentence(position: Entry, questions: list[Entry]) -> str:
    """How far that is settled, in one sentence; empty where nothing was judged."""
    verdict = position["verdict"]
    if verdict == "settled":
        moved = [question["title"] for question in questions if question["moves"] and "stage" not in question["moves"]]
        also = f" What it turns on besides: {listed(moved)}." if moved else ""
        return f"SETTLED: the same under every reading.{also}"
    if verdict == "contested":
        when = position["verdicts"].get("since", {}).get("contested_by", ())
        dates = [one for one in when if one not in position["contested_by"]]
        also = f" Its date is another if {_sets(dates)}." if dates else ""
        return f"CONTESTED: it is otherwise if {_sets(position['contested_by'])}.{also}"
    if verdict == "undetermined":
        on = f" It turns on {listed(name.rpartition('.')[2] for name in position['turns_on'])}." if position["turns_on"] else ""
        return f"NOT KNOWN under the default readings.{on}"
    if verdict == "not judged":
        return f"NOT JUDGED: too many combinations of {listed(position['turns_on'])}."
    return ""


def _sets(choices: Iterable[Mapping[str, str]]) -> str:
    """Sets of choices: ``a = x; or if b = y and c = z``."""
    return "; or if ".join(listed(f"{name.rpartition('.')[2]} = {choice}" for name, choice in one.items()) for one in choices)


def answer_words(role: str, value: object) -> str:
    """What a field came to: a date, an amount, a stage, yes or no."""
    if value is None:
        return "-" if role in (*MOMENTS, "amount") else ""
    if role == "agreement":
        return stage_words(str(value))
    if isinstance(value, bool) and role in HAPPENS:
        return "yes" if value else HAPPENS[role]
    return day(value) if role in MOMENTS and isinstance(value, str) else value_words(value)


def money_sentence(amount: Entry | None) -> str:
    """What of an amount is paid and what is still owed; empty where there is none."""
    if amount is None or amount["due"] is None:
        return ""
    currency = f" {amount['currency']}" if amount["currency"] else ""
    due, paid, rest = (value_words(amount[part]) for part in ("due", "paid", "outstanding"))
    return f"Due {due}{currency}; paid {paid}; still owed {rest}."


def breach_sentences(position: Entry) -> list[str]:
    """One sentence for each breach."""
    perhaps = "Perhaps breached" if position["stage"] == "undetermined" else "Breached"
    return [f"{perhaps} on {day(breach['date'])}: {breach['cause']}" + (f", until {day(breach['until'])}." if breach.get("until") else ".")
            for breach in position["breaches"]]  # fmt: skip


__all__ = ["answer_words", "breach_sentences", "count", "money_sentence", "role_words", "standing_sentence", "verdict_sentence"]
