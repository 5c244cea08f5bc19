"""The message of every example on the pages of rules, as one file. Run this file to bring it up to date."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dealcli.analysis.examination import examine_files
from dealcli.output.problems import concise_line, in_reading_order
from dealcli.output.rule_pages import rules
from dealcli.reading.sources import SourceFile

GOLDEN = Path(__file__).with_name("messages.txt")


def messages() -> Iterator[str]:
    """The concise form of what is found in each bad file, in the order of the codes. Files go into the working folder."""
    for rule in rules().values():
        if rule.example != "yaml":
            continue
        name = f"{rule.code}.yaml"
        Path(name).write_text(rule.bad, encoding="utf-8")
        sources: dict[str, SourceFile] = {}
        found = in_reading_order(examine_files([name], sources).problems, sources)
        yield from (concise_line(problem, sources) for problem in found)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        told = "".join(messages())
    GOLDEN.write_text(told, encoding="utf-8")
