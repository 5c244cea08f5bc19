"""``dealcli test --update``: show what would change in the expectations, and write it."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dealcli.diagnostics import Diagnostic, Place, Refused

if TYPE_CHECKING:
    from dealcli.analysis.trials import Tally
    from dealcli.reading.sources import SourceFile

IN_A_BUILD = "DC514"
"""The code of an update in continuous integration, where it would make every test pass."""


def refuse_in_a_build() -> None:
    """Raise ``Refused`` where the environment says that this is continuous integration."""
    if os.environ.get("CI", "").lower() not in ("", "0", "false"):
        raise Refused(Diagnostic(IN_A_BUILD, "expectations are not updated in continuous integration", Place("--update"),
                                 hint="run it where someone looks at the difference"))  # fmt: skip


def update(tally: Tally, sources: dict[str, SourceFile]) -> int:
    """Write what the runs gave in place of what was expected. Returns how many expectations fail all the same."""
    from dealcli.analysis.updates import all_updates
    from dealcli.cli.streams import tell, write_answer, write_file
    from dealcli.output.words import count
    from dealcli.reading.files import BUILTIN

    own = {file.path: file.failures for file in tally.files if not file.path.startswith(BUILTIN)}
    found = all_updates(own, sources)
    write_answer(line for path, (old, new, _, _) in found.items() for line in _difference(path, old, new))
    for path, (old, new, _, _) in found.items():
        if new != old:
            write_file([new], path)
    changed, left = sum(row[2] for row in found.values()), tally.failed - sum(row[2] for row in found.values())
    more = f"; {left} must be changed by hand" if left else ""
    tell(f"{count(changed, 'expectation')} updated in {count(len(found), 'file')}{more}")
    return left


def _difference(path: str, old: str, new: str) -> Iterator[str]:
    from dealcli.output.text import safe

    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), path, path, lineterm="", n=1)
    yield from (f"{safe(line)}\n" for line in lines)
