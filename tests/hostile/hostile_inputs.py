"""Inputs made to break the program, each with its documented answer: how the command ends, and the code of the message."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

TEA = """\
agreement: tea
title: Tea for two
parties: {host: The host, guest: The guest}
from: 2025-01-01
events: {poured: {by: party, cups?: number}}
terms: {size: {value: 5}}
clauses:
  pour: {kind: obligation, bearer: host, act: poured, due: 2025-01-05}
---
scenario: Tea
as_of: 2025-01-06
events:
  - {date: 2025-01-05, event: poured, by: host}
"""
EVALUATE = ("evaluate", "x.yaml")
MEGABYTES = 5
"""The largest file that is read; what is nearly as large tests what an input below the limits may take."""
NEARLY = 4_900_000


class Hostile(NamedTuple):
    """An input, laid out in an empty folder; ``code`` is "" where it is good and read as the text that it looks like."""

    name: str
    lay_out: Callable[[Path], object]
    exit_code: int = 2
    code: str = ""
    line: tuple[str, ...] = EVALUATE
    says: str = ""
    environment: Mapping[str, str | None] = {}


def _file(content: str | bytes, name: str = "x.yaml") -> Callable[[Path], object]:
    def write(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))

    return write


def _tea(old: str, new: str) -> Callable[[Path], object]:
    assert TEA.count(old) == 1, old
    return _file(TEA.replace(old, new))


def _title(text: str) -> Callable[[Path], object]:
    return _tea("Tea for two", text)


def _value(text: str) -> Callable[[Path], object]:
    return _tea("value: 5", f"value: {text}")


def _clauses(count: int, one: Callable[[int], str]) -> Callable[[Path], object]:
    return _tea("clauses:\n", "clauses:\n" + "".join(f"  c{n}: {{{one(n)}}}\n" for n in range(count)))


def _facts(count: int, one: Callable[[int], str]) -> Callable[[Path], object]:
    return _tea("clauses:\n", "facts:\n" + "".join(f"  f{n}: {{holds: {one(n)}}}\n" for n in range(count)) + "clauses:\n")


def _all(*each: Callable[[Path], object]) -> Callable[[Path], object]:
    return lambda folder: [one(folder) for one in each]


# --- YAML ------------------------------------------------------------------------------------------------------------

NAMES = "bcdefghijklmnopqrstuvwxyz"
BOMBS = [
    Hostile("aliases of aliases", _file("a: &a [x, x]\n" + "".join(f"{n}: &{n} [*{chr(ord(n) - 1)}, *{chr(ord(n) - 1)}]\n" for n in NAMES)), 2, "DC113"),
    Hostile("merge keys of merge keys", _file("a: &a {x: y}\n" + "".join(f"{n}: &{n} {{<<: [*{chr(ord(n) - 1)}, *{chr(ord(n) - 1)}]}}\n" for n in NAMES)), 2, "DC113"),
    Hostile("a value that holds itself", _file("scenario: &a [*a]\n"), 2, "DC113"),
    Hostile("a merge key", _file("scenario: x\n<<: {a: b}\n"), 2, "DC114"),
    Hostile("a tag that would run something", _file("scenario: !!python/object/apply:os.system [ls]\n"), 2, "DC112"),
    Hostile("brackets as deep as may be", _file("scenario: " + "[" * 63 + "]" * 63), 2, "DC203"),
    Hostile("brackets deeper than may be", _file("scenario: " + "[" * 64 + "]" * 64), 2, "DC117"),
    Hostile("brackets all through the file", _file("[" * NEARLY), 2, "DC117"),
    Hostile("braces all through the file", _file("{" * NEARLY), 2, "DC115"),
    Hostile("list signs all through the file", _file("- " * (NEARLY // 2)), 2, "DC117"),
    Hostile("indentation without end", _file("".join(f"{' ' * n}a:\n" for n in range(1_500))), 2, "DC117"),
    Hostile("question marks all through the file", _file("? " * (NEARLY // 2)), 2, "DC115"),
    Hostile("colons all through the file", _file(": " * (NEARLY // 2)), 2, "DC110"),
    Hostile("commas all through the file", _file("[" + "," * NEARLY), 2, "DC110"),
    Hostile("quotes all through the file", _file("'" * (NEARLY + 1)), 2, "DC110"),
    Hostile("line ends all through the file", _file("\n" * NEARLY), 2, "DC116"),
    Hostile("signs of remarks all through the file", _file("#" * NEARLY), 2, "DC116"),
    Hostile("one key again and again", _file("scenario: x\n" + "k: v\n" * (NEARLY // 5)), 2, "DC111"),
    Hostile("more values than may be", _file("scenario: x\n" + "".join(f"k{n}: v\n" for n in range(250_000))), 2, "DC118"),
    Hostile("documents without end", _file("--- a\n" * (NEARLY // 6)), 2, "DC116"),
    Hostile("a title as long as the file", _title("x" * NEARLY), 0),
    Hostile("a title of escapes", _title('"' + r"\x41" * (NEARLY // 4) + '"'), 0),
    Hostile("a title of lines", _title("|\n" + "  x\n" * (NEARLY // 4)), 0),
    Hostile("a key as long as a file", _tea("terms: {size", f"terms: {{{'k' * 1_000_000}"), 2, "DC110"),
    Hostile("a file one byte too large", _file("#" * (MEGABYTES * 1_000_000 + 1)), 2, "DC104"),
]
CHARACTERS = [
    Hostile("a turned direction", _title("a\u202eb"), 2, "DC106"),
    Hostile("a turned direction as an escape", _title('"\\u202e"'), 2, "DC106"),
    Hostile("turned directions all through a line", _title("\u202e" * (NEARLY // 3)), 2, "DC106"),
    Hostile("controls all through a line", _title("\x01" * NEARLY), 2, "DC106"),
    Hostile("an isolate", _title("a\u2066b"), 2, "DC106"),
    Hostile("an escape of a terminal", _title("a\x1b[31mb"), 2, "DC106"),
    Hostile("an escape of a terminal as an escape", _title('"\\x1b[31m"'), 2, "DC106"),
    Hostile("a control of the second kind", _title("a\x9bb"), 2, "DC106"),
    Hostile("a line end that only some know", _title("a\x85b"), 2, "DC106"),
    Hostile("a separator of lines", _title("a\u2028clauses: {}"), 2, "DC106"),
    Hostile("a byte order mark in the middle", _title("a\ufeffb"), 2, "DC106"),
    Hostile("half of a pair", _title('"\\ud800"'), 2, "DC110"),
    Hostile("a character beyond the last", _title('"\\U00110000"'), 2, "DC110"),
    Hostile("a NUL", _title("a\0b"), 2, "DC105"),
    Hostile("bytes that are no UTF-8", _file(TEA.encode().replace(b"two", b"tw\xff")), 2, "DC105"),
    Hostile("UTF-16", _file(TEA.encode("utf-16")), 2, "DC105"),
    Hostile("UTF-32", _file(TEA.encode("utf-32")), 2, "DC105"),
    Hostile("markup of the terminal library", _title('"[/bold][red][link=http://x.invalid]x"'), 0, says="[/bold][red][link=http://x.invalid]x"),
]
SCALARS = [
    *(Hostile(f"a title that is {word} in YAML", _title(word), 0) for word in
      ("no", "off", "yes", "~", "1:30", "010", "0x1F", "1_000", ".inf", ".nan", "2025-02-30", "0000-00-00", "<<", "1e3")),
    Hostile("sixty minutes to the hour", _value("1:30"), 2, "DC301"),
    Hostile("a number of base 16", _value("0x1F"), 2, "DC301"),
    Hostile("a number with an exponent", _value("1e999999999"), 2, "DC301"),
    Hostile("a number of 5,000 digits", _value("9" * 5_000), 2, "DC301"),
    Hostile("a fraction of 200 digits", _value("1." + "3" * 200), 2, "DC301"),
    Hostile("digits of another script", _value("\u0661"), 2, "DC301"),
    Hostile("wide digits", _value("\uff11"), 2, "DC301"),
    Hostile("powers of powers", _value("9 ^ 9 ^ 9"), 2, "DC301"),
    Hostile("powers of powers of what happened", _tea("act: poured", "act: poured where 2 ^ (2 ^ (2 ^ (2 ^ (count(poured) + 4)))) > 1"), 2, "DC422"),
    Hostile("nothing divided by nothing", _value("0 / 0"), 0),
    Hostile("brackets of an expression", _value("(" * 500 + "5" + ")" * 500), 2, "DC301"),
    Hostile("signs of an expression", _value("-" * 500 + "5"), 2, "DC301"),
    Hostile("operations of an expression", _value("5" + " + 5" * 300), 2, "DC301"),
    Hostile("a long expression", _value("5" + " + 5" * 5_000), 2, "DC301"),
    Hostile("names of the program's own language", _tea("act: poured", "act: poured where cups.__class__ > 1"), 2, "DC301"),
    Hostile("a call of the program's own language", _tea("act: poured", "act: poured where __import__('os') > 1"), 2, "DC301"),
    Hostile("names that other programs treat otherwise", _tea("terms: {size", "terms: {__proto__"), 2, "DC205"),
    Hostile("a key of a line end", _tea("terms: {size", 'terms: {"a\\nb"'), 2, "DC205"),
    Hostile("a web address that runs something", _tea("terms:", "sources: {s: {title: S, url: 'javascript:alert(1)'}}\nterms:"), 2, "DC209"),
]
DATES = [
    *(Hostile(f"an event of {day}", _tea("date: 2025-01-05", f"date: {day}"), 2, "DC206") for day in
      ("2025-02-30", "2025-13-01", "0000-01-01", "-0001-01-01", "10000-01-01", "2025-01-05T24:00", "2025-01-05T23:59:60",
       "2025-01-05/2025-01-04", "2025-W01", "'\uff12\uff10\uff12\uff15-01-05'", "today")),
    *(Hostile(f"an event of {day}", _tea("date: 2025-01-05", f"date: {day}"), 0) for day in
      ("0001-01-01", "9999-12-31", "0001-01-01/9999-12-31", "2025-01-05/9999-12-31")),
    *(Hostile(f"an answer for {day}", _tea("as_of: 2025-01-06", f"as_of: {day}"), 0) for day in ("0001-01-01", "9999-12-31")),
    *(Hostile(f"an agreement from {day}", _tea("from: 2025-01-01", f"from: {day}"), 0) for day in ("0001-01-01", "9999-12-31", "today")),
    *(Hostile(f"an agreement from {day} at the edge of the map", _tea("from: 2025-01-01", f"from: {day}\ntimezone: Pacific/Apia"), 0)
      for day in ("0001-01-01", "9999-12-31")),
    *(Hostile(f"a limit of {length}", _tea("due: 2025-01-05", f"for_each: poured, within: {length}"), 2, "DC421") for length in
      ("99999999999999999999 days", "9999999 years", "999999999999 months", "99999999999 hours", "99999999 business days")),
    Hostile("a limit that runs away from today", _tea("due: 2025-01-05", "due: today + 1 day"), 0),
    Hostile("a span that begins today, every day", _tea("due: 2025-01-05", "from: today"), 0),
    Hostile("years as periods for ten thousand years", _file(
        TEA.replace("due: 2025-01-05", "every: year").replace("from: 2025-01-01", "from: 0001-01-01").replace("as_of: 2025-01-06", "as_of: 9999-12-31")), 2, "DC421"),
    *(Hostile(f"a time zone that is a path: {zone}", _tea("from: 2025-01-01", f"from: 2025-01-01\ntimezone: {zone}"), 2, "DC309") for zone in
      ("../../../etc/passwd", "/etc/passwd", ".", "tzdata.zi", '"Europe/Paris\\n"', '"' + "x" * 5_000 + '"')),
]
CROWDS = [
    Hostile("thousands of clauses", _clauses(4_000, lambda n: "kind: obligation, bearer: host, act: poured, due: 2025-01-05"), 0),
    Hostile("thousands of clauses with a misspelt key", _clauses(8_000, lambda n: "kindd: obligation"), 2, "DC201"),
    Hostile("thousands of clauses that make each other", _clauses(
        1_500, lambda n: f"kind: recital, bearer: host, for_each: {f'c{n - 1} becomes in_force' if n else 'poured'}"), 0),
    Hostile("thousands of clauses that except each other", _clauses(
        2_000, lambda n: "kind: recital, bearer: host" + (f", exception_to: c{n - 1}" if n else "")), 0),
    Hostile("thousands of facts that rest on each other", _facts(3_000, lambda n: f"f{n - 1} and f{n - 1}" if n else "size > 1"), 0),
    Hostile("facts that rest on each other the other way", _facts(3_000, lambda n: f"not f{n + 1}" if n < 2_999 else "size > 1"), 2, "DC527"),
    Hostile("facts that ask twice for each other", _facts(60, lambda n: f"f{n - 1} or not f{n - 1}" if n else "count(poured) > 0"), 0),
    Hostile("facts in a circle", _facts(50, lambda n: f"not f{(n + 1) % 50}"), 2, "DC320"),
    Hostile("readings of more combinations than can be run", _tea("clauses:\n", "facts:\n" + "".join(
        f"  f{n}: {{default: a, readings: {{a: {{holds: size > 1}}, b: {{holds: size < 1}}}}}}\n" for n in range(20))
        + f"  g: {{holds: {' or '.join(f'f{n}' for n in range(20))}}}\nclauses:\n"), 0),
    Hostile("thousands of events of one day", _tea("  - {date: 2025-01-05, event: poured, by: host}\n",
                                                   "  - {date: 2025-01-05, event: poured, by: host}\n" * 20_000), 0),
    Hostile("thousands of events with a wrong date", _tea("  - {date: 2025-01-05, event: poured, by: host}\n",
                                                          "  - {date: 2025-02-30}\n" * 20_000), 2, "DC212"),
]  # fmt: skip

# --- paths -----------------------------------------------------------------------------------------------------------

AGREEMENT, _, SCENARIO = TEA.partition("---\n")


def _place(folder: Path) -> None:
    """A folder with everything that a path might lead to."""
    _file(AGREEMENT, "tea.yaml")(folder)
    _file(AGREEMENT, "many/a.yaml")(folder)
    _file(AGREEMENT, "name\n::error::[red].yaml")(folder)
    os.mkfifo(folder / "pipe.yaml")
    for name, target in (("loop", "loop.yaml"), ("zero", "/dev/zero"), ("secret", "/etc/passwd"), ("environment", "/proc/self/environ"), ("gone", "nowhere")):
        (folder / f"{name}.yaml").symlink_to(target)
    (folder / "many" / "up").symlink_to("..")
    _file("secret: in a file of another kind\n", "secret.txt")(folder)
    for name in ("huge.yaml", "huge.ndjson"):
        with (folder / name).open("wb") as stream:
            stream.truncate(1 << 40)
    _file(gzip.compress(bytes(50_000_000), 1), "zeros.gz")(folder)
    _file(gzip.compress(b"\n" * 3_000_000), "lines.ndjson.gz")(folder)
    _file(gzip.compress(b" " * 50_000_000, 1), "blanks.gz")(folder)
    _file("[" * 100_000, "deep.ndjson")(folder)
    _file('{"date": "2025-01-05", "event": "poured", "by": "host", "cups": ' + "9" * 5_000 + "}\n", "digits.ndjson")(folder)
    _file('{"date": "2025-01-05", "event": "poured", "by": "host", "cups": 1e400}\n', "exponent.ndjson")(folder)
    _file('{"date": "2025-01-05", "event": "poured", "by": "\\ud800"}\n', "half.ndjson")(folder)
    _file("date,event," + ",".join(f"c{n}" for n in range(100_000)) + "\n", "wide.csv")(folder)
    _file('date,event\n"' + "x" * 200_000 + '",y\n', "cell.csv")(folder)


def _names(path: str) -> Callable[[Path], object]:
    return _all(_place, _file(f"{SCENARIO}agreements: [{path}]\n"))


def _log(path: str) -> Callable[[Path], object]:
    return _all(_place, _file(f"{SCENARIO.partition('events:')[0]}agreements: [tea.yaml]\nevents_from: {path}\n"))


PATHS = [
    Hostile("the agreement itself", _names("tea.yaml"), 0),
    Hostile("a folder with a link to the one above", _names("many"), 0),
    Hostile("a name with a line end", _names('"name\\n::error::[red].yaml"'), 0),
    *(Hostile(f"{path} as an agreement", _names(path), 2, "DC102") for path in
      ("/dev/zero", "/dev/tty", "/dev/stdin", "/dev/fd/0", "/proc/self/environ", "/etc/passwd", "../../../../../../etc/passwd", "secret.txt",
       "secret.yaml", "environment.yaml", "zero.yaml", "pipe.yaml", "loop.yaml", "many/up", "'-'")),
    *(Hostile(f"{path} as an agreement", _names(path), 2, "DC101") for path in
      ("gone.yaml", "~/x", "$HOME/x", "https://x.invalid/y", "'*.yaml'", r"'\\server\share'", '"' + "x" * 5_000 + '"', '"' + "a/" * 3_000 + '"',
       "'builtin:microsoft_openai/x'")),
    *(Hostile(f"{path} as an agreement", _names(path), 2, "DC122") for path in
      ("'builtin:'", "builtin:../../etc", "builtin:/etc", "builtin:microsoft_openai/../../x")),
    Hostile("a file without end as an agreement", _names("huge.yaml"), 2, "DC104"),
    Hostile("a NUL in the name of an agreement", _names('"a\\0b"'), 2, "DC105"),
    *(Hostile(f"{path} as a log", _log(path), 2, "DC102") for path in
      ("/dev/zero", "/dev/tty", "/dev/stdin", "pipe.yaml", "loop.yaml", "many", "zero.yaml")),
    Hostile("a file without end as a log", _log("huge.ndjson"), 2, "DC105"),
    Hostile("packed zeros as a log", _log("zeros.gz"), 2, "DC105"),
    Hostile("packed blanks as a log", _log("blanks.gz"), 2, "DC133"),
    Hostile("packed line ends as a log", _log("lines.ndjson.gz"), 2, "DC133"),
    Hostile("a log of brackets", _log("deep.ndjson"), 2, "DC140"),
    Hostile("a log with a number of 5,000 digits", _log("digits.ndjson"), 2, "DC406"),
    Hostile("a log with an exponent", _log("exponent.ndjson"), 2, "DC406"),
    Hostile("a log with half of a pair", _log("half.ndjson"), 2, "DC106"),
    Hostile("a log of 100,000 columns", _log("wide.csv"), 0),
    Hostile("a log with a very long cell", _log("cell.csv"), 2, "DC133"),
]

# --- other files -----------------------------------------------------------------------------------------------------

JSONS = {
    "nothing": "", "a list": "[]", "a text": '"x"', "brackets": "[" * 100_000, "numbers without end": "9" * 5_000, "no number": "NaN",
    "a form without its parts": '{"format": "FORMAT"}', "an exponent": '{"format": "FORMAT", "problems": [{"fingerprint": "x", "count": 1e400, "code": "", "path": "", "message": ""}]}',
    "lists for texts": '{"format": "FORMAT", "problems": [[]], "positions": [[]], "receipt": [], "inputs": {}}', "bytes": "\udcff",
}
FILES = [
    *(Hostile(f"a baseline of {name}", _all(_file(TEA), _file(text.replace("FORMAT", "dealcli.baseline/1"), "known.json")), 2, "DC123",
              ("check", "x.yaml", "--baseline", "known.json")) for name, text in JSONS.items()),
    *(Hostile(f"a saved result of {name}", _file(text.replace("FORMAT", "dealcli.evaluation/1"), "result.json"), 2, "DC516",
              ("verify-result", "result.json")) for name, text in JSONS.items()),
    *(Hostile(f"finished parts of {name}", _all(_file(TEA), _file(text + "\n", "parts")), 2, "DC522",
              ("sweep", "x.yaml", "--vary", "size=1..9 step 1", "--jobs", "1", "--resume", "parts")) for name, text in JSONS.items() if name != "nothing"),
    *(Hostile(f"options of {name}", _all(_file(TEA), _file(text, "dealcli.toml")), 2, code) for name, text, code in (
        ("brackets", "a = " + "[" * 20_000, "DC124"), ("half a line", "[evaluate", "DC124"), ("bytes", "\udcff", "DC105"),
        ("a list", "evaluate = []", "DC5"), ("a wrong word", "[evaluate]\nformat = 'x'", "DC5"))),
    *(Hostile(f"an output of the options at {path}", _all(_file(TEA), _file(f"[check]\noutput = ['json={path}']\n", "dealcli.toml")), 2, "DC5",
              ("check", "x.yaml")) for path in ("../out.json", "/out.json", ".git/hooks/x", "a/../../b")),
    Hostile("a list of scenarios of bytes", _file(b"scenario\n\xff\n", "list.csv"), 2, "DC525", ("batch", "list.csv")),
    Hostile("a list of scenarios that are devices", _file("scenario\n/dev/zero\n", "list.csv"), 1, "", ("batch", "list.csv", "--jobs", "1")),
    Hostile("a column of a file of bytes", _all(_file(TEA), _file(b"a\n\xff\n", "c.csv")), 2, "DC520",
            ("sweep", "x.yaml", "--vary", "size=column c.csv:a")),
    Hostile("a revision that is an option", _file(TEA), 2, "DC101", ("diff", "--", "--output=x:x.yaml", "x.yaml")),
]  # fmt: skip

# --- the memory of earlier runs --------------------------------------------------------------------------------------


def _cache(make: Callable[[Path], object]) -> Callable[[Path], object]:
    def lay_out(folder: Path) -> None:
        _file(TEA)(folder)
        for part in (".cache", ".local/state"):
            (folder / part / "dealcli").mkdir(parents=True, mode=0o700)
        make(folder)

    return lay_out


def _everywhere(write: Callable[[Path], object]) -> Callable[[Path], object]:
    return lambda folder: [write(folder / ".cache" / "dealcli" / f"{n:064x}") for n in range(3)] + [write(folder / ".local/state/dealcli/cache_key")]


OF_OWN = {"DEALCLI_NO_CACHE": None, "HOME": ".", "XDG_CACHE_HOME": None, "XDG_STATE_HOME": None}
CACHES = [
    Hostile(f"a memory of {name}", _cache(make), 0, environment=OF_OWN) for name, make in (
        ("bytes", _everywhere(lambda path: path.write_bytes(b"\xff" * 1000))),
        ("brackets", _everywhere(lambda path: path.write_text("0" * 64 + "[" * 100_000))),
        ("pipes", _everywhere(os.mkfifo)),
        ("links to devices", _everywhere(lambda path: path.symlink_to("/dev/zero"))),
        ("folders", _everywhere(lambda path: path.mkdir())),
        ("files without end", _everywhere(lambda path: os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600), 1 << 40))),
        ("everybody", lambda folder: (folder / ".cache/dealcli").chmod(0o777)),
    )
]  # fmt: skip

GROUPS: Mapping[str, list[Hostile]] = {
    "bombs": BOMBS, "characters": CHARACTERS, "scalars": SCALARS, "dates": DATES, "crowds": CROWDS, "paths": PATHS, "files": FILES,
    "caches": CACHES,
}  # fmt: skip
