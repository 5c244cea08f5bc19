"""From an explanation to its screen: how it stands, how it got here, why, what it turns on, who says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dealcli.analysis.wording import CAUSES, CUES
from dealcli.output.screen import Row, Screen, Section, text_row
from dealcli.output.sentences import (
    READ,
    answer_words,
    breach_sentences,
    money_sentence,
    role_words,
    standing_sentence,
    verdict_sentence,
)
from dealcli.output.view import Entry
from dealcli.output.words import SIDES, Names, count, day, kind_word, mark, stage_words, value_words

MOST_EARLIER = 6
"""So many earlier clauses of a line are told one by one."""
MOST_EVENTS = 8
DECIDES = ">"
SAY_ALL = ("limit", "span_over", "expired")
"""Cues that say all there is to say where nothing but a day brought them."""
AHEAD = {"limit": "last day to act", "limit_or_later": "may be done until then or later", "until": "last day",
         "until_or_later": "its end is not known from here on", "period": "the next period begins"}  # fmt: skip


def explanation_screen(found: Mapping[str, Any]) -> Screen:
    """The screen of an explanation."""
    position = found["position"]
    names = Names({"parties": found["parties"], "agreements": [], "positions": [position], "facts": [], "measures": []})
    known = f", as known on {day(found['known_as_of'])}" if found["known_as_of"] else ""
    sections = (_standing(found, names), _story(found), _why(found), _rests(found), *_questions(found), _sources(found), _ahead(found))
    key = f" ({position['key']})" if position["key"] else ""
    return Screen(f"{position['title']}{key}", f"as of {day(found['as_of'])}{known}", tuple(_remarks(found, names)),
                  tuple(section for section in sections if section.rows), _closing(found))  # fmt: skip


def _remarks(found: Entry, names: Names) -> Iterator[str]:
    position = found["position"]
    yield f"{position['clause']}  {_place(found)}".rstrip()
    towards = f" towards {names.party(position['counterparty'])}" if position["counterparty"] else ""
    side = SIDES.get(position["correlative"] or "")
    other = f", who {side} it" if side and position["counterparty"] and ", " not in position["counterparty"] else ""
    binding = {True: "binding", False: "binds nobody"}.get(position["binding"], "whether it binds is not known")
    reported = f"; reported: {position['confidence']}" if position["confidence"] else "; no source"
    yield f"{kind_word(position['kind'])} of {names.party(position['bearer'])}{towards}{other}; {binding}{reported}"
    if found["text"]:
        yield str(found["text"])


def _place(row: Entry) -> str:
    return f"{row['path']}:{row['line']}" if row.get("path") and row.get("line") else str(row.get("path") or "")


# --- how it stands, and how it got here ------------------------------------------------------------------------------


def _standing(found: Entry, names: Names) -> Section:
    position = found["position"]
    told = [standing_sentence(position, names, found["questions"]), money_sentence(position["amount"]), *breach_sentences(position),
            verdict_sentence(position, found["questions"])]  # fmt: skip
    if found["assumed"]:
        told.append(f"Assumed: {found['assumed']}")
    first, *others = [sentence for sentence in told if sentence]
    return Section("HOW IT STANDS", (), (text_row(first, mark(position["stage"])), *map(text_row, others)))


def _story(found: Entry) -> Section:
    earlier = [row for row in found["story"] if row["what"] == "earlier"]
    own = [row for row in found["story"] if row["what"] == "transition"]
    gap = [Row("", ("", f"... {count(len(earlier) - MOST_EARLIER, 'earlier clause')}"))] if len(earlier) > MOST_EARLIER else []
    rows = [*gap, *(Row("", (day(row["date"]), _earlier(row))) for row in earlier[-MOST_EARLIER:]), *map(_moved, own)]
    return Section("HOW IT GOT HERE", (), tuple(rows), dates_first=True)


def _earlier(row: Entry) -> str:
    return f"earlier clause in force: {row['title']} ({row['clause']})"


def _moved(row: Entry) -> Row:
    before = f"{stage_words(row['from'])} -> " if row["from"] and row["from"] != row["to"] else ""
    cue = CUES.get(row["cue"], row["cue"].replace("_", " "))
    by = "" if row["text"] in CAUSES.values() and row["cue"] in SAY_ALL else f": {row['text']}"
    supposed = "*" if row["event"] and row["event"]["hypothetical"] else mark(row["to"])
    return Row(supposed, (day(row["date"]), f"{before}{stage_words(row['to'])}, because {cue}{by}{_at(row['event'])}"))


def _at(event: Entry | None) -> str:
    return f"  [{_place(event)}]" if event and event["path"] else ""


# --- why -------------------------------------------------------------------------------------------------------------


def _why(found: Entry) -> Section:
    waits = found["waits_for"]
    if waits is not None:
        return Section("WHAT WOULD MAKE ONE", (), tuple(_waiting(waits, found["position"])))
    rows = [row for reason in found["reasons"] if _worth(reason) for row in _reason(reason, found["position"])]
    return Section("WHY  (> decides)", ("is", "since, by, read as, source"), tuple(rows))


def _rests(found: Entry) -> Section:
    """The events that may bear on it, where there are not too many to tell."""
    rests = found["rests_on"]
    events = rests["events"]
    rows = [Row("", (day(event["date"]), f"{event['name']}  [{_place(event)}]")) for event in events[:MOST_EVENTS]]
    if len(events) > MOST_EVENTS:
        rows.append(Row("", ("", f"and {count(len(events) - MOST_EVENTS, 'more event')}")))
    every = len(events) == rests["of"]
    of_all = "all" if every else f"{len(events)} of"
    heading = f"IT RESTS ON {of_all} {count(rests['of'], 'event')}{'' if every else '; the others could be left out'}".upper()
    return Section(heading, (), tuple(rows), dates_first=True)


def _waiting(waits: Entry, position: Entry) -> Iterator[Row]:
    yield text_row(f"its agreement {waits['agreement']} is {stage_words(waits['agreement_stage'])}")
    for field in waits["fields"]:
        yield text_row(f"{role_words(field['role'], position['kind'])} {field['text']}  [{_place(field)}]")
    if position["stage"] == "superseded":
        yield from (text_row(f"replaced by {heir}") for heir in position["lineage"]["replaced_by"])


def _worth(reason: Entry) -> bool:
    """Whether a reason is worth a line: an exception that was never used is counted, not told, unless it decides."""
    return bool(reason["decides"] or reason["role"] != "suspended" or reason["value"])


def _reason(reason: Entry, position: Entry) -> Iterator[Row]:
    named = f"{reason['title']} ({reason['text']})" if reason["title"] else reason["text"]
    label = f"{role_words(reason['role'], position['kind'])}  {named}".rstrip()
    late = reason["role"] == "act" and reason["value"] is True and position["performed_late"]
    is_so = "yes, too late" if late else answer_words(reason["role"], reason["value"])
    yield Row(DECIDES if reason["decides"] else "", (label, is_so, _how(reason)))
    if reason["evidence"] is not None:
        yield from _inner(reason["evidence"], 1)


def _inner(evidence: Entry, depth: int) -> Iterator[Row]:
    """The parts of a condition; one that says no more than the line above it is left out."""
    if evidence["kind"] in ("all", "any", "not", "comparison", "value", "choice"):
        joined = evidence["kind"] in ("all", "any") and depth > 1
        if joined:
            yield Row(_mark(evidence), (JOINED[evidence["kind"]], value_words(evidence["value"]), ""), indent=depth)
        parts = evidence["parts"]
        for part in parts:
            told = part["kind"] in ("comparison", "not", "value") and (evidence["kind"] != "not")
            if told:
                yield Row(_mark(part), (part["text"], value_words(part["value"]), _how(part)), indent=depth + joined)
            yield from _inner(part, depth + joined + told)
        return
    named = f"{evidence['text']}: {evidence['title']}" if evidence["title"] else evidence["text"]
    yield Row(_mark(evidence), (named, value_words(_shown(evidence)), _how(evidence)), indent=depth)
    for part in evidence["parts"]:
        if part["kind"] in ("all", "any", "not", "comparison", "value", "choice") and part["text"]:
            yield Row(_mark(part), (part["text"], value_words(part["value"]), ""), indent=depth + 1)
            yield from _inner(part, depth + 2)
        else:
            yield from _inner(part, depth + 1)


JOINED = {"all": "all of these", "any": "one of these"}


def _mark(evidence: Entry) -> str:
    return "" if evidence["decides"] else "-"


def _shown(evidence: Entry) -> Any:
    value = evidence["value"]
    return stage_words(value) if evidence["kind"] in ("clause", "agreement") and isinstance(value, str) else value


def _how(row: Entry) -> str:
    event = row["event"]
    when = f"since {day(row['since'])}" if row["since"] and row.get("role") in (None, "agreement", "suspended") else day(row["since"])
    by = f"{event['title']}{'' if event['certain'] else ' (unconfirmed)'}{_at(event)}" if event else ""
    reading = f"read as: {row['reading']}" if row.get("reading") else ""
    sources = f"sources: {', '.join(row['sources'])}" if row["sources"] else ""
    return "; ".join(filter(None, (" by ".join(filter(None, (when, by))) if event and when else when or by, reading, sources)))


# --- what it turns on, and who says so -------------------------------------------------------------------------------


def _questions(found: Entry) -> Iterator[Section]:
    moving = [question for question in found["questions"] if question["moves"]]
    known = {source["id"]: source["standing"] for side in found["sources"].values() for source in side}
    rows = [row for question in moving for row in _answers(question, known)]
    idle = [question["name"].rpartition(".")[2] for question in found["questions"] if not question["moves"]]
    if idle and moving:
        rows.append(text_row(f"looked at, and moves nothing here: {', '.join(idle)}"))
    extra = tuple(name for name in ("due", "amount", "breaches") if any(name in question["moves"] for question in moving))
    yield Section("IF READ DIFFERENTLY", ("stage", "since", *extra, "sources"), tuple(rows))


def _answers(question: Entry, known: Mapping[str, str]) -> Iterator[Row]:
    yield Row("", (": ".join(filter(None, (question["name"].rpartition(".")[2], question["title"]))),), group=True)
    for choice in question["choices"]:
        name = choice["name"].replace("_", " ") + (", default" if choice["default"] else "")
        extra = [_extra(what, choice[what]) for what in ("due", "amount", "breaches") if what in question["moves"]]
        sources = ", ".join(f"{source} [{known[source]}]" if known.get(source) else source for source in choice["sources"]) or "no source"
        stage = stage_words(choice["stage"]) if choice["stage"] else "as the other choices"
        yield Row(mark(choice["stage"]), (name, stage, day(choice["since"]), *extra, sources))


def _extra(what: str, value: Any) -> str:
    if what == "breaches":
        return ", ".join(map(day, value)) if value else "no breach"
    return value_words(value["outstanding"] if what == "amount" and value else value)


def _sources(found: Entry) -> Section:
    sides = found["sources"]
    against = [Row("", ("against it",), group=True), *_source_rows(sides["against"])] if sides["against"] else []
    rows = [*_source_rows(sides["for"]), *against]
    return Section("SOURCES", ("standing", "published"), tuple(rows))


def _source_rows(sources: Iterable[Entry]) -> Iterator[Row]:
    for source in sources:
        standing = ", ".join(filter(None, (source["standing"], READ.get(source["read"], source["read"]))))
        yield Row("", (source["id"], standing, source["published"] or "-"))
        what = ", ".join(filter(None, (source["title"], source["publisher"])))
        yield from (Row("", (line,), deeper=True) for line in (what, source["url"]) if line)


def _ahead(found: Entry) -> Section:
    rows = (Row("", (day(row["date"]), AHEAD.get(row["what"], row["what"]))) for row in found["agenda"])
    return Section("NEXT, IF NOTHING ELSE HAPPENS", (), tuple(rows), dates_first=True)


def _closing(found: Entry) -> tuple[str, ...]:
    path, clause = found["scenario"]["path"], found["position"]["clause"]
    return (f"the clause itself: dealcli show {clause} {path}", f"all readings: dealcli readings {path}")


__all__ = ["explanation_screen"]
