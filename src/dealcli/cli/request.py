"""What ``evaluate`` was asked, and the command lines that say it so plainly that no option parser has to be loaded.

Building the option parser takes longer than reading an answer that is known. Here is the table of what each option of
``evaluate`` means; a test holds it against the declarations in ``evaluate``. Whatever is not plainly one of these options
with its value, and ``--help``, is left to the parser.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dealcli.slotted import dataclass

WITH_VALUE = {
    "--as-of": "as_of", "--at": "as_of", "--known-as-of": "known_as_of", "--events": "events", "--party": "party", "--clause": "clause",
    "--stage": "stage", "--format": "style", "--output": "output", "-o": "output", "--color": "colour",
    "--colour": "colour", "--scenario": "name", "--readings": "over", "--according-to": "according_to",
}  # fmt: skip
REPEATABLE = {"--set": "terms", "--reading": "readings", "--fail-on": "fail_on"}
WITHOUT_VALUE = {"--all": "every", "--no-cache": "no_cache"}


@dataclass(frozen=True, slots=True)
class Request:
    """The options of ``evaluate`` as they were written."""

    as_of: str | None = None
    known_as_of: str | None = None
    events: str | None = None
    terms: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    party: str | None = None
    clause: str | None = None
    stage: str | None = None
    every: bool = False
    style: str | None = None
    output: str | None = None
    fail_on: tuple[str, ...] = ()
    colour: str = "auto"
    name: str | None = None
    over: str | None = None
    according_to: str | None = None
    no_cache: bool = False


def plainly_asked(arguments: Sequence[str]) -> tuple[str, Request] | None:
    """The file and the request of an ``evaluate`` whose options are all plain; None where the option parser is needed."""
    if list(arguments[:1]) != ["evaluate"]:
        return None
    files: list[str] = []
    said: dict[str, Any] = dict.fromkeys(REPEATABLE.values(), ())
    waiting = iter(arguments[1:])
    for argument in waiting:
        option, sign, value = argument.partition("=") if argument.startswith("--") else (argument, "", "")
        if not argument.startswith("-"):
            files.append(argument)
        elif option in WITHOUT_VALUE and not sign:
            said[WITHOUT_VALUE[option]] = True
        elif option in WITH_VALUE or option in REPEATABLE:
            given = value if sign else next(waiting, "--")
            if given.startswith("-") and given != "-":
                return None
            if option in REPEATABLE:
                said[REPEATABLE[option]] += (given,)
            else:
                said[WITH_VALUE[option]] = given
        else:
            return None
    return (files[0], Request(**said)) if len(files) == 1 and files[0] else None
