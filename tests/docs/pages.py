"""Reading the manual: its fenced blocks, and the deals that its YAML blocks stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dealcli.analysis.evaluation import Options, evaluate
from dealcli.analysis.scenario import Scenario
from dealcli.diagnostics import Diagnostic, Place, Refused
from dealcli.engine.build import build
from dealcli.engine.declare import Text
from dealcli.model import validate
from dealcli.reading.yaml_tree import read_yaml

PROJECT = Path(__file__).parents[2]
MANUAL = PROJECT / "src" / "dealcli" / "docs"
PAGES = (PROJECT / "README.md", *sorted(MANUAL.glob("*.md")))
DEFINITIONS = ("agreement", "vocabulary")
TIMELINES = ("scenario", "suite")
_FENCE = re.compile(r"^```([a-z]+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block. ``words`` are what follows its language: ``setting``, or ``refused`` and a code."""

    page: str
    line: int
    language: str
    words: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(page.name, text.count("\n", 0, m.start()) + 1, m[1], tuple(m[2].split()), m[3])
        for m in _FENCE.finditer(text)
    ]


def all_blocks(*languages: str) -> list[Block]:
    """The blocks of all pages in one of these languages."""
    return [block for page in PAGES for block in blocks(page) if block.language in languages]


def section(page: Path, heading: str) -> str:
    """The text of a page from a heading to the next one of the same depth."""
    _, _, rest = page.read_text(encoding="utf-8").partition(f"\n{heading}\n")
    depth = heading.split(" ", maxsplit=1)[0]
    return re.split(rf"^#{{1,{len(depth)}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


@dataclass(frozen=True)
class Deal:
    """What a YAML block stands for: its definitions, and the timelines written beside them."""

    definitions: tuple[Text, ...]
    timelines: tuple[Text, ...]
    problems: tuple[Diagnostic, ...]

    def refusals(self) -> list[str]:
        """The codes of everything that is wrong with it, in order."""
        found = list(self.problems)
        if not found:
            _, found = build(list(self.definitions), {}, {})
        return [problem.code for problem in found if problem.severity == "error"]

    def unmet(self) -> list[str]:
        """The expectations that do not hold, in words."""
        return [
            f"{scenario.title}: {dict(row.row)}: {row.differences}"
            for scenario in self.scenarios()
            for row in evaluate(scenario, Options()).outcomes
            if row.fails
        ]

    def scenarios(self) -> Iterator[Scenario]:
        """Every scenario, those of suites with the events that they share."""
        for timeline in self.timelines:
            tree = timeline.tree
            if "scenario" in tree:
                yield self._scenario(timeline, tree, ())
            for one in tree.get("scenarios") or ():
                yield self._scenario(timeline, {"scenario": one["name"], **one}, tree.get("events") or ())

    def _scenario(self, timeline: Text, tree: Mapping[str, Any], shared: Sequence[Mapping[str, Any]]) -> Scenario:
        place = timeline.place
        rows = tuple((row, place) for row in (*shared, *(tree.get("events") or ())))
        expected = tuple((row, place) for row in tree.get("expect") or ())
        return Scenario(tree["scenario"], place.path, place, tree, self.definitions, rows, expected)


def deal_of(block: Block, setting: Mapping[str, Any] | None = None) -> Deal:
    """A block of whole documents as it stands; keys of an agreement are put into the setting."""
    source, problems = read_yaml(str(block), block.text.encode())
    trees = [document.tree for document in source.documents]
    if trees and setting is not None and next(iter(trees[0])) not in (*DEFINITIONS, *TIMELINES):
        trees[0] = merged(setting, trees[0])
    for number, tree in enumerate(trees):
        problems.extend(validate(tree, str(block), number))
    texts = [Text(tree, Place(str(block), (), number)) for number, tree in enumerate(trees)]
    definitions = tuple(text for text in texts if next(iter(text.tree)) in DEFINITIONS)
    timelines = tuple(text for text in texts if next(iter(text.tree)) in TIMELINES)
    return Deal(definitions, timelines, tuple(problems))


def merged(setting: Mapping[str, Any], keys: Mapping[str, Any]) -> dict[str, Any]:
    """The setting with these keys in it: entries of a section are added to it, everything else takes its place."""
    result = dict(setting)
    for key, value in keys.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = {**result[key], **value} if both else value
    return result


def setting() -> dict[str, Any]:
    """The agreement into which the fragments of the language page are put; the page shows it."""
    (block,) = (block for block in blocks(MANUAL / "language.md") if "setting" in block.words)
    source, problems = read_yaml(str(block), block.text.encode())
    if problems:
        raise Refused(*problems)
    return dict(source.documents[0].tree)
