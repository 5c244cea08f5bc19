"""Answers of earlier runs: a result depends on nothing but the question, the files read and this program.

An answer is kept with the paths that the question led to, and with one hash over everything found there: a file that was
changed, added or removed asks anew. What reads an event log is never kept, for logs may be long; neither is what reads the
machine's table of time zones.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from dealcli.analysis.options import Options
from dealcli.cli.paths import from_here
from dealcli.diagnostics import Refused
from dealcli.reading.sources import SourceFile
from dealcli.reading.text import BOM
from dealcli.slotted import dataclass

if TYPE_CHECKING:
    from dealcli.analysis.scenario import Scenario
    from dealcli.reading.sound import SourceFiles

_KIND = b"answer"


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked of which file; how the answer is shown is not part of it."""

    path: str
    scenario: str | None
    options: Options
    according_to: str | None
    over: str

    def written(self) -> bytes:
        """The question as bytes, with the folder that its paths start from. Raises ``OSError`` where there is none."""
        asked = self.options
        said = [self.path, self.scenario, asked.as_of, asked.known_as_of, dict(asked.terms), dict(asked.readings)]
        return json.dumps([os.getcwd(), *said, self.according_to, self.over]).encode()


def known_answer(question: Question, sources: SourceFiles) -> dict[str, Any] | None:
    """The result of an earlier run; None where there is none, or where something that it was made from has changed.

    Its files are put into ``sources``, their documents unread.
    """
    if question.options.events is not None or sources.cache is None:
        return None
    try:
        found = sources.cache.recall(_KIND, question.written())
        files = _contents(found["paths"]) if found is not None else []
        if found is None or found["contents"] != _hash_of(files):
            return None
    except (OSError, Refused):
        return None
    for path, content in files:
        sources[path] = SourceFile(path, content.decode("utf-8").removeprefix(BOM), known_marks=None)
    result: dict[str, Any] = found["result"]
    return result


def remember_answer(question: Question, result: dict[str, Any], scenario: Scenario, sources: SourceFiles) -> None:
    """Keep a result for later runs, where it depends on nothing but the documents."""
    if sources.cache is None or question.options.events is not None or scenario.tree.get("events_from") is not None:
        return
    if any("timezone" in text.tree for text in scenario.deal):
        return
    from dealcli.analysis.scenario import references
    from dealcli.reading.files import beside

    own = from_here(question.path)
    if own not in sources:
        return
    paths = [own, *(beside(own, path) for document in sources[own].documents for path, _ in references(document.tree, scenario.place))]
    try:
        files = _contents(paths)
        read = {path: source.text for path, source in sources.items() if source.documents}
        # what was changed while the answer was sought must not be taken for what the answer was made from
        if {path: content.decode("utf-8").removeprefix(BOM) for path, content in files} == read:
            kept = {"paths": paths, "contents": _hash_of(files), "result": result}
            sources.cache.keep(kept, _KIND, question.written())
    except (OSError, ValueError, Refused):
        return


def _contents(paths: Iterable[str]) -> list[tuple[str, bytes]]:
    """All files that some paths stand for, and what is in them. Raises ``Refused``."""
    from dealcli.reading.files import contents

    return [file for path in paths for file in contents(path)]


def _hash_of(files: Iterable[tuple[str, bytes]]) -> str:
    """One hash over the names and contents of files."""
    digest = blake2b()
    for path, content in files:
        digest.update(f"{len(path)} {len(content)} {path}".encode())
        digest.update(content)
    return digest.hexdigest()
