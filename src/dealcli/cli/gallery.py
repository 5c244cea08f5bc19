"""All rules on one page, each with what is said of its bad file: made by checking these files, so that it cannot be out of date."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from dealcli.analysis.examination import examine_files
from dealcli.output.problems import full_form, in_reading_order
from dealcli.output.rule_pages import FAMILIES, rules

if TYPE_CHECKING:
    from dealcli.output.rule_pages import Rule
    from dealcli.reading.sources import SourceFile

NAME = "deal.yaml"
"""What the messages call each bad file."""


def gallery() -> Iterator[str]:
    """The page as Markdown, family by family."""
    yield "# What dealcli says, and why\n"
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for number, family in FAMILIES.items():
            yield f"\n## {family[0].upper()}{family[1:]}\n"
            for rule in rules().values():
                if rule.code[2] == number:
                    yield f"\n### {rule.code} ({rule.severity}) {rule.title}\n\n{_with_message(rule)}\n"


def _with_message(rule: Rule) -> str:
    """The text of a rule, with what is said of its bad file below that."""
    if rule.example != "yaml":
        return rule.text
    Path(NAME).write_bytes(rule.bad.encode())
    sources: dict[str, SourceFile] = {}
    found = in_reading_order(examine_files([NAME], sources).problems, sources)
    told = "".join(line for problem in found if problem.code == rule.code for line in full_form(problem, sources))
    before, fence, after = rule.text.partition(f"{rule.bad}```\n")
    return f"{before}{fence}\n```text\n{told.rstrip()}\n```\n{after}"
