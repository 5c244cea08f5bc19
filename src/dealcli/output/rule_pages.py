"""The page of every code: what it means, why it matters, a file that has it, one that has not, and how to fix it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from dealcli.slotted import dataclass

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "rules"
FAMILIES = {
    "1": "files and YAML",
    "2": "the shape of documents",
    "3": "names, types and expressions",
    "4": "timelines",
    "5": "the command line",
    "6": "meaning",
}
_HEADING = re.compile(r"^## (DC[0-9]{3}) \((error|warning|info)\) (.+)$", re.MULTILINE)
_PLACE = re.compile(r"^```(\w+)(?: evaluate)? [0-9]+:[0-9]+$", re.MULTILINE)
_FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rule:
    """One code with its page. ``bad`` has the problem ``at`` a line and column, where it can be shown in one file."""

    code: str
    severity: str
    title: str
    what: str
    why: str
    fix: str
    bad: str
    good: str
    at: tuple[int, int] | None
    example: str
    """What the bad example is: ``yaml``, ``evaluate`` for one whose problem shows only when it runs, a log in ``json`` or
    ``csv``, a configuration (``toml``), a command (``console``); empty without one.
    """
    text: str

    @property
    def family(self) -> str:
        """What the codes with the same first digit are about."""
        return FAMILIES[self.code[2]]


@cache
def rules() -> dict[str, Rule]:
    """Every rule by its code, in the order of the codes."""
    found = [rule for page in sorted(FOLDER.glob("*.md")) for rule in _rules(page.read_text(encoding="utf-8"))]
    return {rule.code: rule for rule in sorted(found, key=lambda rule: rule.code)}


def questions() -> tuple[str, ...]:
    """The codes that ask whether something is meant. Only these can be silenced."""
    return tuple(code for code in rules() if code.startswith("DC6"))


def _rules(page: str) -> Iterator[Rule]:
    headings = list(_HEADING.finditer(page))
    for number, heading in enumerate(headings):
        end = headings[number + 1].start() if number + 1 < len(headings) else len(page)
        yield _rule(heading, page[heading.end() : end].strip())


def _rule(heading: re.Match[str], text: str) -> Rule:
    fences = [(match[2].strip(), match[3], match[1]) for match in _FENCE.finditer(text)]
    paragraphs = [" ".join(p.split()) for p in _FENCE.sub("", text).split("\n\n") if p.strip()]
    said = {word: p.removeprefix(f"{word}: ") for p in paragraphs for word in ("Why", "Fix") if p.startswith(f"{word}: ")}
    runs, _, place = fences[0][0].rpartition(" ") if fences else ("", "", "")
    line, _, column = place.partition(":")
    at = (int(line), int(column)) if line.isdigit() and column.isdigit() else None
    text = _PLACE.sub(r"```\1", text)
    bad, good = (fences[0][1] if fences else ""), (fences[1][1] if len(fences) > 1 else "")
    return Rule(heading[1], heading[2], heading[3], paragraphs[0], said.get("Why", ""), said.get("Fix", ""), bad, good, at,
                runs or fences[0][2] if fences else "", text)  # fmt: skip
