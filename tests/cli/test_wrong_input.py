"""Two hundred ways to be wrong: each ends with exit code 2, says where and what, and never shows a traceback."""

# ruff: noqa: E501 - one mistake a line, so that the tables can be read

from __future__ import annotations

import gzip
import os
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

Run = Callable[..., Any]
MARK = "@@"


class Wrong(NamedTuple):
    """One mistake: in ``file``, ``old`` becomes ``new``, in which ``@@`` stands before the place that the message must name."""

    name: str
    old: str
    new: str
    code: str
    word: str


DEAL_MISTAKES = [
    # keys
    Wrong("an unknown key of a clause", "    within: window\n", "    @@withn: window\n", "DC201", "within"),
    Wrong("an unknown key of an agreement", "until: 2025-12-31\n", "@@untill: 2025-12-31\n", "DC201", "until"),
    Wrong("an unknown key of a source", "standing: press", "@@standng: press", "DC201", "standing"),
    Wrong("an unknown key of a fact", "  busy:\n", "  busy:\n    @@tilte: x\n", "DC201", "title"),
    Wrong("an unknown key of a measure", "    sum: delivered.units\n", "    sum: delivered.units\n    @@colour: red\n", "DC201", "colour"),
    Wrong("a duplicate key", "    within: window\n", "    within: window\n    @@within: 3 days\n", "DC111", "within"),
    Wrong("a duplicate clause", "  no_resale:\n", "  @@deliver:\n", "DC111", "deliver"),
    Wrong("a clause without a kind", "    kind: obligation\n    bearer: seller\n", "    bearer: seller\n", "DC2", "kind"),
    Wrong("a clause without a bearer", "    bearer: seller\n", "", "DC2", "bearer"),
    Wrong("an unknown kind", "kind: prohibition", "kind: @@prohibtion", "DC2", "prohibition"),
    Wrong("an unknown standing", "standing: press", "standing: @@rumour", "DC2", "standing"),
    Wrong("a name with capitals", "  pay:\n", "  @@Pay:\n", "DC2", "Pay"),
    # wrong kinds of value
    Wrong("a list where a text belongs", "title: Supply of parts", "title: @@[Supply, of, parts]", "DC2", "title"),
    Wrong("a text where a mapping belongs", "measures:\n  delivered_units:\n    sum: delivered.units\n", "measures: @@delivered\n", "DC2", "measures"),
    Wrong("a list where clauses belong", "clauses:\n", "clauses:\n  @@- deliver\nother:\n", "DC2", "clauses"),
    Wrong("an empty act", "    title: No resale while busy\n    while: busy\n    act: delivered where by = buyer\n", "    title: No resale\n    act:@@\n", "DC2", "act"),
    Wrong("a reserved attribute", "paid: {by: party, order: id, ", "paid: {by: party, @@date: date, order: id, ", "DC2", "date"),
    Wrong("an unknown type of attribute", "units: number}\n  delivered", "units: @@numbr}\n  delivered", "DC310", "number"),
    Wrong("two limits", "    within: window\n", "    within: window\n    @@due: 2025-05-01\n", "DC2", "due"),
    Wrong("a default that is no reading", "default: orders", "default: @@order", "DC2", "orders"),
    Wrong("a key beside readings and in one", "    default: orders\n", "    default: orders\n    holds: count(paid) > 1\n", "DC2", "holds"),
    Wrong("readings without a default", "    default: orders\n", "", "DC2", "default"),
    # names
    Wrong("an undeclared event", "act: paid\n", "act: @@payd\n", "DC302", "paid"),
    Wrong("an undeclared event that makes instances", "for_each: ordered", "for_each: @@orderd", "DC302", "ordered"),
    Wrong("an undeclared bearer", "bearer: seller", "bearer: @@sellr", "DC302", "seller"),
    Wrong("an undeclared term", "within: window", "within: @@windw", "DC302", "window"),
    Wrong("an undeclared fact", "while: busy", "while: @@bussy", "DC302", "busy"),
    Wrong("an undeclared clause", "deliver becomes fulfilled", "@@delver becomes fulfilled", "DC302", "deliver"),
    Wrong("an undeclared source", "against: [letter]", "against: [@@lettre]", "DC302", "letter"),
    Wrong("an undeclared default source", "default_source: contract", "default_source: @@contrat", "DC302", "contract"),
    Wrong("an undeclared attribute", "units >= ordered.units", "@@unit >= ordered.units", "DC302", "units"),
    Wrong("an undeclared attribute of an event", "units >= ordered.units", "units >= @@ordered.unit", "DC3", "units"),
    Wrong("an undeclared key", "    key: order\n", "    key: @@ordr\n", "DC305", "ordr"),
    Wrong("an undeclared exception", "    while: busy\n", "    while: busy\n    exception_to: @@pya\n", "DC302", "pay"),
    Wrong("an undeclared payment attribute", "paid_with: sum", "paid_with: @@total", "DC3", "sum"),
    Wrong("an unknown stage", "deliver becomes fulfilled", "@@deliver becomes fulfiled", "DC3", "fulfilled"),
    Wrong("an unknown function", "count(ordered) > 2", "@@cuont(ordered) > 2", "DC3", "count"),
    Wrong("an unknown time zone", "default_source: contract\n", "default_source: contract\ntimezone: @@Europe/Pariss\n", "DC309", "time zone"),
    # dates
    Wrong("month 13", "until: 2025-12-31", "until: @@2025-13-31", "DC301", "2025-13-31"),
    Wrong("31 February", "from: 2025-01-01", "from: @@2025-02-31", "DC301", "2025-02-31"),
    Wrong("31 February in a source", "published: 2025-02-01", "published: @@2025-02-31", "DC206", "2025-02-31"),
    Wrong("31 February in a term", "value: 10 days", "value: @@2025-02-31", "DC301", "2025-02-31"),
    Wrong("31 February inside a condition", "while: busy", "while: today > @@2025-02-31", "DC301", "2025-02-31"),
    # expressions
    Wrong("an unclosed bracket", "    while: busy\n", "    while: (busy@@\n", "DC301", ")"),
    Wrong("a character of no meaning", "    while: busy\n", "    while: busy @@; busy\n", "DC3", ";"),
    Wrong("chained comparisons", "count(ordered) > 2", "1 < count(ordered) @@< 2", "DC3", "and"),
    Wrong("an expression that stops", "count(ordered) > 2", "count(ordered) >@@", "DC301", "found the end"),
    Wrong("a condition where a trigger belongs", "act: paid\n", "act: @@count(paid) > 2\n", "DC308", "becomes true"),
    Wrong("a trigger where a condition belongs", "while: busy", "while: @@deliver becomes fulfilled", "DC3", "is"),
    Wrong("a number as a condition", "while: busy", "while: @@count(ordered)", "DC3", "condition"),
    Wrong("two currencies", "amount: ordered.units * unit_price", "amount: @@EUR 5", "DC306", "EUR"),
    Wrong("two currencies in one sum", "amount: ordered.units * unit_price", "amount: @@USD 5 + EUR 5", "DC306", "EUR"),
    Wrong("months against days", "while: busy", "while: @@1 month > 30 days", "DC307", "month"),
    Wrong("money against a number", "while: busy", "while: @@unit_price > 5", "DC304", "money"),
    Wrong("a date less a date", "while: busy", "while: @@2025-01-01 - 2024-01-01 > 5", "DC304", "days("),
    Wrong("a duration as an amount", "amount: ordered.units * unit_price", "amount: @@30 days", "DC304", "money"),
    Wrong("money as a limit", "    within: 30 days\n", "    within: @@USD 30\n", "DC304", "duration"),
    Wrong("a text without its end", "where by = buyer", "where by = @@'buyer", "DC3", "'"),
    # definitions
    Wrong("a gap between bands", "{from: 100, value: 2%}", "@@{from: 200, value: 2%}", "DC311", "gap"),
    Wrong("bands that overlap", "{from: 100, value: 2%}", "@@{from: 50, value: 2%}", "DC311", "gap or overlap"),
    Wrong("a fact that holds itself", "title: More than two orders are out\n    default: orders\n    readings:\n      orders: {holds: count(ordered) > 2", "@@title: More\n    default: orders\n    readings:\n      orders: {holds: not busy", "DC320", "supply.busy -> supply.busy"),
    Wrong("a cycle of conditions", "measures:\n", "  idle: @@{holds: not loaded}\n  loaded: {holds: not idle}\nmeasures:\n", "DC320", "supply.idle -> "),
]  # fmt: skip

SCENARIO_MISTAKES = [
    Wrong("an unknown key of a scenario", "as_of: 2025-03-31", "@@asof: 2025-03-31", "DC201", "as_of"),
    Wrong("a missing as_of value", "as_of: 2025-03-31", "as_of:@@", "DC210", "as_of"),
    Wrong("as of 31 February", "as_of: 2025-03-31", "as_of: @@2025-02-31", "DC206", "2025-02-31"),
    Wrong("as of month 13", "as_of: 2025-03-31", "as_of: @@2025-13-01", "DC206", "2025-13-01"),
    Wrong("known as of a word", "as_of: 2025-03-31", "as_of: 2025-03-31\nknown_as_of: @@spring", "DC206", "spring"),
    Wrong("a scenario without agreements", "agreements: [deal.yaml]\n", "", "DC410", "agreements"),
    Wrong("an agreement file that is missing", "[deal.yaml]", "[@@dael.yaml]", "DC101", "deal.yaml"),
    Wrong("an agreement file that is a scenario", "[deal.yaml]", "@@[suite.yaml]", "DC410", "agreement"),
    Wrong("an unknown agreement of the library", "[deal.yaml]", "[@@'builtin:microsoft_opanai']", "DC122", "microsoft_openai"),
    Wrong("a folder without agreements", "[deal.yaml]", "[@@empty]", "DC120", "no YAML"),
    Wrong("an undeclared event", "date: 2025-01-15, event: delivered", "date: 2025-01-15, event: @@deliverd", "DC401", "delivered"),
    Wrong("an unknown attribute", "by: seller, order: A1, units: 10}", "by: seller, order: A1, units: 10, @@unit: 3}", "DC402", "units"),
    Wrong("a missing attribute", "  - {date: 2025-01-15, event: delivered, by: seller, order: A1, units: 10}", "  - @@{date: 2025-01-15, event: delivered, by: seller, order: A1}", "DC403", "units"),
    Wrong("an unknown party in an event", "event: delivered, by: seller, order: A1", "event: delivered, by: @@sellr, order: A1", "DC407", "seller"),
    Wrong("a word where a number belongs", "order: A1, units: 10}\n  - {date: 2025-02-01", "order: A1, units: @@many}\n  - {date: 2025-02-01", "DC406", "number"),
    Wrong("an event on 31 February", "date: 2025-02-20", "date: @@2025-02-31", "DC206", "2025-02-31"),
    Wrong("an event on a word", "date: 2025-02-20", "date: @@soon", "DC206", "soon"),
    Wrong("an event in an open interval", "date: 2025-02-20", "date: @@2025-02-20/..", "DC206", "has no end"),
    Wrong("an event without a date", "{date: 2025-02-01, event", "@@{event", "DC2", "date"),
    Wrong("an event without a type", "{date: 2025-02-01, event: ordered, by: buyer, order: A2, units: 20}", "@@{date: 2025-02-01, by: buyer}", "DC2", "event"),
    Wrong("a time earlier than the one before", "date: 2025-01-15, event", "date: 2025-01-10T09:00, event: ordered, by: buyer, order: A0, units: 1}\n  - {date: @@2025-01-10T08:00, event", "DC408", "earlier"),
    Wrong("an exercise of what is no power", "  - {date: 2025-02-01,", "  - {date: 2025-01-20, exercise: @@deliver, by: seller}\n  - {date: 2025-02-01,", "DC404", "power"),
    Wrong("an exercise of what is not there", "  - {date: 2025-02-01,", "  - {date: 2025-01-20, exercise: @@terminate, by: seller}\n  - {date: 2025-02-01,", "DC404", "terminate"),
    Wrong("an expectation of an unknown clause", "{clause: deliver, key: A1", "{clause: @@delver, key: A1", "DC302", "deliver"),
    Wrong("an expectation of an unknown stage", "is: breached}", "is: @@brached}", "DC302", "breached"),
    Wrong("an expectation of nothing", "  - {clause: deliver, key: A2, is: breached}", "  - @@{clause: deliver, key: A2}", "DC2", "expect"),
    Wrong("an expectation on 31 February", "key: A2, is", "at: @@2025-02-31, key: A2, is", "DC206", "2025-02-31"),
    Wrong("an unknown reading", "as_of: 2025-03-31", "as_of: 2025-03-31\nreadings: {busy: @@always}", "DC506", "always"),
    Wrong("a rejected reading", "as_of: 2025-03-31", "as_of: 2025-03-31\nreadings: {busy: @@calls}", "DC506", "rejected"),
    Wrong("a reading of what has none", "as_of: 2025-03-31", "as_of: 2025-03-31\nreadings: {@@bussy: orders}", "DC506", "busy"),
    Wrong("a value for an unknown term", "as_of: 2025-03-31", "as_of: 2025-03-31\nterms: {@@windw: 5 days}", "DC506", "window"),
    Wrong("an agreement left out that is not there", "as_of: 2025-03-31", "as_of: 2025-03-31\nwithout: [@@suply]", "DC506", "supply"),
    Wrong("an event log that is missing", "as_of: 2025-03-31", "as_of: 2025-03-31\nevents_from: @@lgo.ndjson", "DC101", "log.ndjson"),
]  # fmt: skip

AGREEMENT = b"agreement: a\ntitle: A\nparties: [x, y]\n"


class Bytes(NamedTuple):
    """A file of wrong bytes; ``place`` is the line and column that the message must name, empty where there is none."""

    name: str
    content: bytes
    code: str
    place: str
    word: str


CONTENTS = [
    Bytes("an empty file", b"", "DC116", "", "empty"),
    Bytes("a file of blanks and comments", b"\n  \n# nothing\n", "DC116", "", "empty"),
    Bytes("an unknown first key", b"agrement: a\ntitle: A\n", "DC2", "1:1", "agreement"),
    Bytes("a list as a document", b"- a\n- b\n", "DC", "1:1", "mapping"),
    Bytes("a text as a document", b"just words\n", "DC", "1:1", "mapping"),
    Bytes("an anchor", b"scenario: &name x\n", "DC11", "1:11", "anchor"),
    Bytes("an alias", b"scenario: *name\n", "DC11", "1:11", "anchor"),
    Bytes("a tag", b"scenario: !!str x\n", "DC11", "1:11", "tag"),
    Bytes("a merge key", b"scenario: x\n<<: {a: b}\n", "DC11", "2:1", "<<"),
    Bytes("a tab as indentation", b"scenario: x\nterms:\n\ta: b\n", "DC11", "3:1", "tab"),
    Bytes("an unclosed bracket", b"scenario: [x\n", "DC11", "", "]"),
    Bytes("an unclosed quote", b"scenario: 'x\n", "DC11", "", "'"),
    Bytes("two values on one line", b"scenario: a: b\n", "DC11", "1:12", ""),
    Bytes("a key that is a list", b"scenario: x\n[a]: b\n", "DC11", "2:1", "key"),
    Bytes("deep nesting", b"scenario: " + b"[" * 20_000 + b"]" * 20_000, "DC11", "", "deep"),
    Bytes("not UTF-8", b"scenario: caf\xe9\n", "DC105", "1:14", "UTF-8"),
    Bytes("UTF-16", "scenario: x\n".encode("utf-16"), "DC105", "", "UTF-16"),
    Bytes("binary", b"\x7fELF\x02\x01\x01\x00\x00\x00", "DC105", "", "binary"),
    Bytes("a bidirectional override", "scenario: a\u202eb\n".encode(), "DC106", "1:12", "U+202E"),
    Bytes("a control character", b"scenario: a\x1bb\n", "DC106", "1:12", "U+001B"),
    Bytes("a byte order mark in the middle", "scenario: a\ufeffb\n".encode(), "DC106", "1:12", "U+FEFF"),
    Bytes("two scenarios of one name", b"scenario: x\nagreements: [deal.yaml]\nas_of: 2025-03-01\n---\nscenario: x\nagreements: [deal.yaml]\nas_of: 2025-03-01\n", "DC509", "", "--scenario"),
    Bytes("an agreement alone", AGREEMENT, "DC508", "", "scenario"),
    Bytes("no day to evaluate for", b"scenario: x\nagreements: [deal.yaml]\n", "DC411", "1:1", "--as-of"),
]  # fmt: skip


class Line(NamedTuple):
    """Arguments that cannot be used, and a word of what is said about them."""

    name: str
    arguments: tuple[str, ...]
    code: str
    word: str


ARGUMENTS = [
    Line("no file", ("evaluate",), "", "SCENARIO"),
    Line("an unknown command", ("evalute", "scenario.yaml"), "", "evaluate"),
    Line("an unknown option", ("evaluate", "scenario.yaml", "--formt", "json"), "", "--format"),
    Line("an option without its value", ("evaluate", "scenario.yaml", "--as-of"), "", "--as-of"),
    Line("one file too many", ("evaluate", "scenario.yaml", "suite.yaml"), "", "suite.yaml"),
    Line("a missing file", ("evaluate", "scenaro.yaml"), "DC101", "scenario.yaml"),
    Line("an empty name", ("evaluate", ""), "DC101", "empty"),
    Line("a name with a NUL", ("evaluate", "a\0b"), "DC101", ""),
    Line("a very long name", ("evaluate", "x" * 5000), "DC101", "too long"),
    Line("a way through a file", ("evaluate", "deal.yaml/x.yaml"), "DC101", "folder"),
    Line("a device", ("evaluate", "/dev/null"), "DC102", "device"),
    Line("standard input as the scenario", ("evaluate", "-"), "DC102", "standard input"),
    Line("an unknown deal of the library", ("list", "builtin:microsoft_opanai"), "DC122", "microsoft_openai"),
    Line("an unknown format", ("evaluate", "scenario.yaml", "--format", "jsn"), "DC501", "json"),
    Line("an unknown colour", ("evaluate", "scenario.yaml", "--color", "sometimes"), "DC501", "always"),
    Line("an as-of of 31 February", ("evaluate", "scenario.yaml", "--as-of", "2025-02-31"), "DC504", "2025-02-31"),
    Line("an as-of of a word", ("evaluate", "scenario.yaml", "--as-of", "today"), "DC504", "2026-01-31"),
    Line("an as-of that never ends", ("evaluate", "scenario.yaml", "--as-of", "2025-01-01/.."), "DC504", "last day"),
    Line("a known-as-of of month 13", ("evaluate", "scenario.yaml", "--known-as-of", "2025-13-01"), "DC504", "2025-13-01"),
    Line("a known-as-of with a time", ("evaluate", "scenario.yaml", "--known-as-of", "2025-01-01T10:00"), "DC504", "date"),
    Line("a term without a value", ("evaluate", "scenario.yaml", "--set", "window"), "DC502", "term=value"),
    Line("a value without a term", ("evaluate", "scenario.yaml", "--set", "=5 days"), "DC502", "term=value"),
    Line("a term set twice", ("evaluate", "scenario.yaml", "--set", "window=5 days", "--set", "window=6 days"), "DC503", "twice"),
    Line("an unknown term", ("evaluate", "scenario.yaml", "--set", "windw=5 days"), "DC506", "window"),
    Line("a term that is no value", ("evaluate", "scenario.yaml", "--set", "window=5 +"), "DC505", "window"),
    Line("a term of 31 February", ("evaluate", "scenario.yaml", "--set", "window=2025-02-31"), "DC505", "2025-02-31"),
    Line("a reading without a choice", ("evaluate", "scenario.yaml", "--reading", "busy="), "DC502", "name=choice"),
    Line("an unknown choice", ("evaluate", "scenario.yaml", "--reading", "busy=order"), "DC506", "orders"),
    Line("a reading of what has none", ("evaluate", "scenario.yaml", "--reading", "deliver=x"), "DC506", "readings"),
    Line("a rejected reading", ("evaluate", "scenario.yaml", "--reading", "busy=calls"), "DC506", "rejected"),
    Line("an unknown party", ("evaluate", "scenario.yaml", "--party", "sellr"), "DC506", "seller"),
    Line("an unknown clause", ("evaluate", "scenario.yaml", "--clause", "delver"), "DC506", "deliver"),
    Line("a pattern that matches nothing", ("evaluate", "scenario.yaml", "--clause", "x*"), "DC506", "no clause"),
    Line("an unknown stage", ("evaluate", "scenario.yaml", "--stage", "brached"), "DC501", "breached"),
    Line("an unknown gate", ("evaluate", "scenario.yaml", "--fail-on", "brached"), "DC501", "breached"),
    Line("an empty gate", ("evaluate", "scenario.yaml", "--fail-on", "breached,"), "DC501", "comma"),
    Line("a suite without a choice", ("evaluate", "suite.yaml"), "DC509", "never"),
    Line("an unknown scenario of a suite", ("evaluate", "suite.yaml", "--scenario", "nver"), "DC508", "never"),
    Line("a file without a scenario", ("evaluate", "deal.yaml"), "DC508", "scenario"),
    Line("a log that is missing", ("evaluate", "scenario.yaml", "--events", "none.ndjson"), "DC101", "none.ndjson"),
    Line("a log that is a folder", ("evaluate", "scenario.yaml", "--events", "."), "DC102", "folder"),
    Line("an answer into a folder", ("evaluate", "scenario.yaml", "-o", "."), "DC510", "folder"),
    Line("an answer into a folder that is not there", ("evaluate", "scenario.yaml", "-o", "none/out.txt"), "DC510", "folder"),
    Line("an answer into a file without a name", ("evaluate", "scenario.yaml", "-o", ""), "DC510", ""),
    Line("an answer onto a full disk", ("evaluate", "scenario.yaml", "-o", "/dev/full"), "DC510", "full"),
    Line("an unknown section", ("list", "deal.yaml", "--only", "claues"), "DC501", "clauses"),
    Line("an unknown format of a list", ("list", "deal.yaml", "--format", "csv"), "DC501", "plain"),
    Line("a list of what is missing", ("list", "dael.yaml"), "DC101", "deal.yaml"),
    Line("an unknown clause to show", ("show", "delver", "deal.yaml"), "DC506", "deliver"),
    Line("an unknown agreement to show", ("show", "suply.deliver", "deal.yaml"), "DC506", "supply.deliver"),
    Line("an unknown schema", ("schema", "sceanrio"), "DC501", "scenario"),
    Line("an unknown page", ("docs", "lnaguage"), "DC501", "lnaguage"),
]  # fmt: skip

ORDER = '{"date": "2025-01-10", "event": "ordered", "by": "buyer", "order": "B1", "units": 1}\n'
LOGS = [
    Bytes("a line that is no JSON", f"{ORDER}{{nonsense\n".encode(), "DC13", "2:2", ""),
    Bytes("a line that is a list", f"{ORDER}[1, 2]\n".encode(), "DC13", "2:1", "object"),
    Bytes("a key given twice", b'{"date": "2025-01-10", "date": "2025-01-11", "event": "ordered"}\n', "DC132", "1:", "twice"),
    Bytes("a row without a date", b'{"event": "ordered"}\n', "DC135", "1:1", "date"),
    Bytes("a row without an event", b'{"date": "2025-01-10", "by": "buyer"}\n', "DC135", "1:1", "event"),
    Bytes("not a number", b'{"date": "2025-01-10", "event": "ordered", "units": NaN}\n', "DC134", "1:", "NaN"),
    Bytes("an undeclared event", ORDER.replace("ordered", "orderd").encode(), "DC401", "1:1", "ordered"),
    Bytes("an unknown attribute", ORDER.replace("units", "unit").encode(), "DC402", "1:1", "units"),
    Bytes("a wrong value", (ORDER + ORDER.replace("1}", '"many"}')).encode(), "DC406", "2:1", "many"),
    Bytes("an unknown party", ORDER.replace("buyer", "byer").encode(), "DC407", "1:1", "buyer"),
    Bytes("a date that is none", ORDER.replace("2025-01-10", "2025-02-31").encode(), "DC405", "1:1", "2025-02-31"),
    Bytes("days out of order", (ORDER + ORDER.replace("2025-01-10", "2025-01-09")).encode(), "DC409", "2:1", "sort"),
    Bytes("times out of order", (ORDER.replace("01-10", "01-10T10:00") + ORDER.replace("01-10", "01-10T09:00")).encode(), "DC40", "2:1", "earlier"),
    Bytes("bytes that are no UTF-8", ORDER.encode() + b'{"date": "\xff"}\n', "DC105", "2:11", "UTF-8"),
    Bytes("a NUL", ORDER.encode() + b"\x00\n", "DC105", "2:1", "binary"),
    Bytes("an escape character", b'{"date": "2025-01-10", "event": "a\x1bb"}\n', "DC106", "1:35", "U+001B"),
    Bytes("a cut gzip", gzip.compress(ORDER.encode() * 1000)[:-20], "DC138", "", "gzip"),
    Bytes("a CSV row of too many cells", b"date,event,by,order,units\n2025-01-10,ordered,buyer,B1,1,7\n", "DC13", "2:", ""),
    Bytes("a CSV head with a name twice", b"date,event,by,by\n2025-01-10,ordered,buyer,B1\n", "DC13", "1:", "twice"),
    Bytes("a CSV quote without its end", b'date,event,by,order,units\n2025-01-10,"ordered,buyer,B1,1\n', "DC13", "2:", ""),
]  # fmt: skip


def name_of(wrong: Any) -> str:
    return str(wrong.name)


def check(ended: Any, code: str, place: str, word: str) -> None:
    assert ended.code == 2, ended
    assert ended.out == ""
    assert "Traceback" not in ended.err
    assert "bug" not in ended.err
    assert word in ended.err
    if code:
        assert f"error[{code}" in ended.err
    assert place in ended.err


def mistaken(path: Path, wrong: Wrong) -> str:
    """Make the mistake in a file; returns the line and column of its mark."""
    text = path.read_text(encoding="utf-8")
    assert text.count(wrong.old) == 1, "the old text must be found exactly once"
    text = text.replace(wrong.old, wrong.new)
    before, _, after = text.partition(MARK)
    path.write_text(before + after, encoding="utf-8")
    if not after:
        return path.name
    return f"--> {path.name}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}\n"


@pytest.mark.parametrize("wrong", DEAL_MISTAKES, ids=name_of)
def test_a_mistake_in_a_deal_is_shown_where_it_is(wrong: Wrong, run: Run, here: Path) -> None:
    place = mistaken(here / "deal.yaml", wrong)
    check(run("evaluate", "scenario.yaml"), wrong.code, place, wrong.word)


@pytest.mark.parametrize("wrong", SCENARIO_MISTAKES, ids=name_of)
def test_a_mistake_in_a_scenario_is_shown_where_it_is(wrong: Wrong, run: Run, here: Path) -> None:
    (here / "empty").mkdir()
    (here / "log.ndjson").write_text(ORDER, encoding="utf-8")
    place = mistaken(here / "scenario.yaml", wrong)
    check(run("evaluate", "scenario.yaml"), wrong.code, place, wrong.word)


@pytest.mark.parametrize("wrong", CONTENTS, ids=name_of)
def test_a_file_of_wrong_content_is_refused(wrong: Bytes, run: Run, here: Path) -> None:
    (here / "x.yaml").write_bytes(wrong.content)
    check(run("evaluate", "x.yaml"), wrong.code, f"x.yaml:{wrong.place}" if wrong.place else "x.yaml", wrong.word)


@pytest.mark.parametrize("wrong", ARGUMENTS, ids=name_of)
def test_arguments_that_cannot_be_used_are_refused(wrong: Line, run: Run) -> None:
    check(run(*wrong.arguments), wrong.code, "", wrong.word)


@pytest.mark.parametrize("wrong", LOGS, ids=name_of)
def test_a_wrong_log_is_refused_with_its_line(wrong: Bytes, run: Run, here: Path) -> None:
    (here / "log").write_bytes(wrong.content)
    check(
        run("evaluate", "scenario.yaml", "--events", "log"),
        wrong.code,
        f"log:{wrong.place}" if wrong.place else "log",
        wrong.word,
    )


@pytest.mark.parametrize("wrong", LOGS, ids=name_of)
def test_a_wrong_log_from_standard_input_is_refused_with_its_line(wrong: Bytes, run: Run) -> None:
    ended = run("evaluate", "scenario.yaml", "--events", "-", stdin=wrong.content)
    check(ended, wrong.code, f"-:{wrong.place}" if wrong.place else "-", wrong.word)


def test_a_chain_of_causes_that_never_ends_is_named(run: Run, here: Path) -> None:
    deal = (here / "deal.yaml").read_text(encoding="utf-8") + (
        "  seed:\n    kind: recital\n    bearer: seller\n    for_each: ordered or again becomes in_force\n"
        "  again:\n    kind: obligation\n    bearer: seller\n    act: paid\n    for_each: seed becomes in_force\n"
    )
    (here / "deal.yaml").write_text(deal, encoding="utf-8")
    check(run("evaluate", "scenario.yaml"), "DC420", "deal.yaml:", "does not settle")


def test_a_file_of_a_hundred_megabytes_is_refused_without_reading_it(run: Run, here: Path) -> None:
    with (here / "huge.yaml").open("wb") as stream:
        stream.truncate(100_000_000)
    check(run("evaluate", "huge.yaml"), "DC104", "huge.yaml", "5 MB")


def test_a_named_pipe_is_never_waited_for(run: Run, here: Path) -> None:
    os.mkfifo(here / "pipe.yaml")
    check(run("evaluate", "pipe.yaml"), "DC102", "pipe.yaml", "pipe")


def test_a_link_that_leads_back_to_itself_is_refused(run: Run, here: Path) -> None:
    (here / "loop.yaml").symlink_to("loop.yaml")
    check(run("evaluate", "loop.yaml"), "DC102", "loop.yaml", "itself")


def test_a_link_to_nothing_is_refused(run: Run, here: Path) -> None:
    (here / "lost.yaml").symlink_to("nowhere.yaml")
    check(run("evaluate", "lost.yaml"), "DC101", "lost.yaml", "link")


def test_a_very_deep_expression_is_refused_where_it_stands(run: Run, here: Path) -> None:
    wrong = Wrong("", "    while: busy\n", f"    while: {'(' * 5000}busy{')' * 5000}\n", "DC3", "")
    mistaken(here / "deal.yaml", wrong)
    check(run("evaluate", "scenario.yaml"), "DC", "deal.yaml:61:", "")


def test_a_very_long_number_is_refused_where_it_stands(run: Run, here: Path) -> None:
    mistaken(here / "deal.yaml", Wrong("", "value: USD 5", f"value: USD {'9' * 5000}", "DC3", ""))
    check(run("evaluate", "scenario.yaml"), "DC", "deal.yaml:20:", "")


def test_all_problems_of_all_files_are_told_at_once_and_counted(run: Run, here: Path) -> None:
    mistaken(here / "deal.yaml", Wrong("", "within: window", "withn: window", "", ""))
    mistaken(here / "deal.yaml", Wrong("", "published: 2025-02-01", "publishd: 2025-02-01", "", ""))
    ended = run("evaluate", "scenario.yaml")
    assert ended.err.endswith("2 errors in 1 file\n")
    assert ended.err.index("deal.yaml:8:") < ended.err.index("deal.yaml:45:")


def test_wrong_options_are_told_together_before_any_file_is_read(run: Run) -> None:
    ended = run("evaluate", "missing.yaml", "--format", "jsn", "--set", "x", "--as-of", "soon")
    assert (ended.code, [code in ended.err for code in ("DC501", "DC502", "DC504", "DC101")]) == (
        2,
        [True, True, True, False],
    )


SHELL_LINES = [
    "$D evaluate missing.yaml",
    "$D evaluate .",
    "$D evaluate deal.yaml",
    "$D evaluate /dev/zero",
    "$D evaluate scenario.yaml --as-of 2025-02-31",
    "$D evaluate scenario.yaml --set x",
    "$D evaluate scenario.yaml --events missing.ndjson",
    "head -c 1000000 /dev/zero | $D evaluate scenario.yaml --events -",
    "yes | head -c 100000 | $D evaluate scenario.yaml --events -",
    "$D evaluate scenario.yaml --events - <&-",
    "$D evaluate scenario.yaml -o none/none",
    "printf 'scenario: %0100000d' 0 > x.yaml; $D evaluate x.yaml",
    "printf '\\x00\\xff' > x.yaml; $D evaluate x.yaml",
    "mkdir sub; cd sub; rmdir ../sub; $D evaluate scenario.yaml",
    "$D nonsense",
]


@pytest.mark.parametrize("line", SHELL_LINES)
def test_a_process_of_its_own_ends_with_2_and_one_sentence(shell: Run, line: str) -> None:
    ended = shell(line)
    assert (ended.code, ended.out) == (2, ""), ended
    assert ended.err.strip()
    assert "Traceback" not in ended.err
    assert "this is a bug" not in ended.err


JUDGED = (("whatif", "scenario.yaml", "--drop", "1"), ("diff", "scenario.yaml", "scenario.yaml"), ("report", "scenario.yaml"))


@pytest.mark.parametrize("line", JUDGED, ids=lambda line: line[0])
def test_readings_that_are_neither_default_nor_all_are_refused(run: Run, line: tuple[str, ...]) -> None:
    ended = run(*line, "--readings", "al")
    assert (ended.code, ended.out) == (2, "")
    assert "error[DC501]: there is no 'al'" in ended.err


@pytest.mark.parametrize("line", ["evaluate both.yaml --set 'window=5 days'", "evaluate filled.yaml"])
def test_a_term_that_two_agreements_have_is_set_only_by_its_full_name(line: str, run: Run, here: Path) -> None:
    other = "agreement: other\ntitle: O\nparties: {a: A, b: B}\nterms:\n  window: {value: 3 days}\nclauses:\n  c: {kind: recital, title: C}\n"
    (here / "other.yaml").write_text(other, encoding="utf-8")
    text = (here / "scenario.yaml").read_text("utf-8").replace("[deal.yaml]", "[deal.yaml, other.yaml]")
    (here / "both.yaml").write_text(text, encoding="utf-8")
    (here / "filled.yaml").write_text(text.replace("events:\n", "terms: {window: 5 days}\nevents:\n", 1), encoding="utf-8")
    ended = run(*shlex.split(line))
    assert ended.code == 2
    assert "error[DC507]" in ended.err
    assert "or other.window" in ended.err
