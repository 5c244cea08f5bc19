"""Several reports of one run: which format goes where."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dealcli.cli.choices import Choices

NO_FORMAT = "DC512"
"""The code of an output that does not say what goes where, or says two things for one place."""
STANDARD_OUTPUT = "-"

Outputs = tuple[tuple[str, str | None], ...]
"""Formats, each with the file that it goes to; None for standard output."""
OutputFiles = Annotated[
    list[str] | None,
    typer.Option("--output", "-o", metavar="FORMAT=FILE", help="Write this format to this file, - is standard output. Repeatable."),
]


def targets(style: str | None, outputs: Sequence[str], formats: Collection[str], choices: Choices) -> Outputs:
    """What goes where; standard output always gets one format: the one asked for, else the first."""
    found = []
    for text in outputs:
        name, sign, file = text.partition("=")
        if not sign or not file:
            choices.problem(NO_FORMAT, "--output", f"'{text}' does not say which format goes where", expected="FORMAT=FILE")
        else:
            found.append((choices.word("--output", name, formats), file))
    if style is not None or STANDARD_OUTPUT not in [file for _, file in found]:
        found.insert(0, (choices.word("--format", style or next(iter(formats)), formats), STANDARD_OUTPUT))
    files = [file for _, file in found]
    for file in dict.fromkeys(file for file in files if files.count(file) > 1):
        what = "standard output" if file == STANDARD_OUTPUT else f"'{file}'"
        choices.problem(NO_FORMAT, "--output", f"{what} cannot take two formats")
    return tuple((name, None if file == STANDARD_OUTPUT else file) for name, file in found)
