"""No byte of an input reaches terminal, page, table, report or build log as anything but text."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from hostile_deal import lay_out, lines
from one_command import Commands

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
OURS = re.compile(r"::(?:error|warning|notice) [^:]*::")


def unseen(text: str) -> set[str]:
    """The characters of a text that a terminal might obey, or that nobody sees."""
    return {c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c not in "\n\u200c\u200d"}


def commands_of_a_build(text: str) -> list[str]:
    """The lines that a build server takes for a command: two colons at their start, or the older signs anywhere in them."""
    return [line for line in text.split("\n") if re.match(r"\s*::(?!:)", line) or "##[" in line or "##vso[" in line]


class Page(HTMLParser):
    """The elements of a page that could run something or lead somewhere."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes.extend(attrs)


def check_html(text: str) -> None:
    page = Page()
    page.feed(text)
    assert page.elements.count("script") in (0, 2), "the data and the script that are ours"
    assert not {"img", "iframe", "object", "embed", "base", "link"} & set(page.elements)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "style"]
    assert not [value for name, value in page.attributes if name in ("href", "src", "action") and not re.match(r"#|https?://", value or "")]


def check_csv(text: str) -> None:
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len({len(row) for row in rows}) == 1
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.lstrip()[:1] in tuple("=+@-") and not re.fullmatch(r"[+-]?[0-9.]+|-", cell)]


def check_xml(text: str) -> None:
    elements = {element.tag.rpartition("}")[2] for element in ET.fromstring(text).iter()}
    assert not {"script", "img", "foreignObject", "a"} & elements


def check_jsonl(text: str) -> None:
    assert all(isinstance(json.loads(line), dict) for line in text.splitlines())


def check_ics(text: str) -> None:
    assert not unseen(text.replace("\r\n", "\n"))
    names = {re.split("[:;]", line)[0] for line in text.split("\r\n") if line and not line.startswith(" ")}
    assert names <= {"BEGIN", "VERSION", "PRODID", "CALSCALE", "X-WR-CALNAME", "UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY",
                     "DESCRIPTION", "TRANSP", "END"}  # fmt: skip


def check_github(text: str) -> None:
    assert all(OURS.match(line) for line in text.splitlines())


def check_markdown(text: str) -> None:
    assert "<script" not in text.lower()
    assert "<img" not in text.lower()
    assert "](javascript" not in text.replace("\\]", "")


FORMS: Mapping[str, Callable[[str], Any]] = {
    "html": check_html, "csv": check_csv, "junit": check_xml, "svg": check_xml, "json": json.loads, "sarif": json.loads,
    "gitlab": json.loads, "jsonl": check_jsonl, "ics": check_ics, "github": check_github, "markdown": check_markdown,
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, commands: Commands) -> Path:
    inside = lay_out(tmp_path_factory.mktemp("hostile"))
    assert commands.run("evaluate", "scenario.yaml", "--format", "json", "-o", "result.json", folder=inside).code == 0
    return inside


@pytest.mark.parametrize(("style", "line"), list(lines()), ids=lambda part: " ".join(part) if isinstance(part, tuple) else None)
def test_a_hostile_deal_is_text_in_every_answer(style: str, line: tuple[str, ...], folder: Path, commands: Commands) -> None:
    ended = commands.run(*line, folder=folder, CI=None)
    assert ended.code in (0, 1) or "refused" in line, ended.err
    assert "bug" not in ended.err
    assert not unseen(ended.err)
    assert not commands_of_a_build(ended.err)
    if style in ("csv", "ics"):
        assert not unseen(ended.out.replace("\r\n", "\n"))
    else:
        assert not unseen(ended.out)
    if style != "github":
        assert not commands_of_a_build(ended.out)
    if ended.out:
        FORMS.get(style, str)(ended.out)


def test_colours_are_the_only_escapes_that_an_answer_has(folder: Path, commands: Commands) -> None:
    ended = commands.run("evaluate", "scenario.yaml", "--all", "--format", "table", "--color", "always", folder=folder)
    assert "\x1b" in ended.out
    assert not unseen(COLOUR.sub("", ended.out))


WORDS = "x\u202e\x9b2J\x1b]0;t\x07\n::error::y ##[error]z"
ARGUMENTS: tuple[tuple[str, ...], ...] = (
    (WORDS,), (f"--{WORDS}",), ("evaluate", WORDS), ("evaluate", "scenario.yaml", WORDS), ("evaluate", "scenario.yaml", f"--{WORDS}"),
    *(("evaluate", "scenario.yaml", option, WORDS) for option in
      ("--as-of", "--known-as-of", "--set", "--reading", "--clause", "--party", "--stage", "--format", "--color", "--events",
       "--scenario", "--fail-on", "--according-to")),
    ("evaluate", "scenario.yaml", "--set", f"window={WORDS}"), ("evaluate", "scenario.yaml", "-o", f"none{WORDS}/x"),
    ("report", "scenario.yaml", "-o", f"out{WORDS}"), ("init", f"new{WORDS}"), ("rule", WORDS), ("docs", WORDS), ("schema", WORDS),
    ("completion", WORDS), ("config", WORDS), ("show", WORDS, "deal.yaml"), ("explain", "scenario.yaml", WORDS),
    ("why-not", "scenario.yaml", WORDS, WORDS), ("whatif", "scenario.yaml", "--add", WORDS), ("whatif", "scenario.yaml", "--move", f"1={WORDS}"),
    ("whatif", "scenario.yaml", "--drop", "1", "--save", f"saved{WORDS}"), ("diff", WORDS, WORDS), ("diff", f"HEAD{WORDS}:x", "scenario.yaml"),
    ("sweep", "scenario.yaml", "--vary", WORDS), ("sweep", "scenario.yaml", "--vary", f"window=column {WORDS}"),
    ("sweep", "scenario.yaml", "--seed", WORDS), ("batch", WORDS), ("batch", ".", "--by", WORDS, "--events", "none"),
    ("verify-result", WORDS), ("timeline", "scenario.yaml", "--at", WORDS), ("list", "deal.yaml", "--only", WORDS),
    ("timeline", "scenario.yaml", "--party", WORDS), ("graph", "deal.yaml", "--clause", WORDS), ("coverage", WORDS, WORDS),
    ("check", WORDS), ("check", ".", "--baseline", WORDS), ("check", ".", "--write-baseline", f"list{WORDS}"),
    ("check", ".", "--output", WORDS), ("check", ".", "--output", f"sarif=none{WORDS}/x"), ("test", WORDS), ("test", ".", "--run", WORDS),
)  # fmt: skip


@pytest.mark.parametrize("line", ARGUMENTS, ids=lambda line: " ".join(line).replace(WORDS, "WORDS"))
def test_hostile_arguments_are_text_in_every_message(line: tuple[str, ...], folder: Path, commands: Commands) -> None:
    ended = commands.run(*line, folder=folder, CI=None)
    assert ended.code in (0, 1, 2, 3)
    assert "bug" not in ended.err
    for told in (ended.out, ended.err):
        assert not unseen(told)
        assert not commands_of_a_build(told)
