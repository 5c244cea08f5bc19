"""Two things to compare: scenarios, versions of them in a git repository (``REV:path``), saved results."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dealcli.diagnostics import Diagnostic, Place, Refused
from dealcli.reading.files import read_bytes
from dealcli.slotted import replace

NO_RESULT = "DC516"
NO_REVISION = "DC517"
REVISION = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_./~^@{}-]*):(.+)")
RESULT_FORMAT = "dealcli.evaluation/1"


def is_result(path: str) -> bool:
    """Whether a path names a saved result and not a scenario."""
    return path.endswith(".json")


def saved_result(path: str) -> dict[str, Any]:
    """A result as ``evaluate --format json`` wrote it. Raises ``Refused`` for anything else."""
    from dealcli.model.result import fault_of

    try:
        found = json.loads(read_bytes(path, path))
    except (ValueError, RecursionError):
        found = None
    fault = fault_of(found) if isinstance(found, dict) and found.get("format") == RESULT_FORMAT else "it is something else"
    if fault:
        expected = "a file written by: dealcli evaluate SCENARIO --format json"
        raise Refused(Diagnostic(NO_RESULT, f"'{path}' is no saved result ({fault})", Place(path), expected))
    assert isinstance(found, dict)
    return found


def recorded(saved: Mapping[str, Any], path: str, events: str | None) -> dict[str, Any]:
    """How a saved result was asked for. Raises ``Refused`` where its events came from a stream and are gone."""
    receipt: dict[str, Any] = saved["receipt"]
    if receipt["events"] == "-" and events is None:
        message = "its events came from standard input and cannot be read again"
        raise Refused(Diagnostic(NO_RESULT, message, Place(path), hint="name a file that holds them: --events FILE"))
    return receipt | ({"events": events} if events is not None else {})


@contextmanager
def checked_out(reference: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """A path to read for ``path`` or ``REV:path``, and what its folder is called in answers.

    Of a revision the whole tree is laid out, so that a scenario finds the files that it names as they were then.
    Raises ``Refused`` where git knows no such revision.
    """
    found = REVISION.fullmatch(reference)
    if found is None or os.path.exists(reference) or reference.startswith("builtin:"):
        yield reference, {}
        return
    revision, path = found.groups()
    with tempfile.TemporaryDirectory(prefix="dealcli-") as folder:
        inside = _lay_out(revision, reference, folder)
        yield f"{folder}/{inside}{path}", {f"{folder}/": f"{revision}:"}


def _lay_out(revision: str, reference: str, folder: str) -> str:
    """Put the files of a revision into a folder. Returns the way from the top of the repository to here."""
    top = _git("rev-parse", "--show-prefix", reference=reference).decode("utf-8", "replace").strip()
    known = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{tree}}", reference=reference).decode().strip()
    archive = _git("archive", "--format=tar", known, reference=reference, top=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tree:
        tree.extractall(folder, filter="data")
    return top


def _git(*arguments: str, reference: str, top: bool = False) -> bytes:
    try:
        here = None
        if top:
            here = _git("rev-parse", "--show-toplevel", reference=reference).decode("utf-8", "surrogateescape").strip()
        done = subprocess.run(["git", *arguments], cwd=here, stdin=subprocess.DEVNULL, capture_output=True, check=True)  # noqa: S603, S607
    except (OSError, subprocess.CalledProcessError):
        message = f"git knows no revision for '{reference}'"
        expected = "a file, or REVISION:FILE inside a git repository"
        raise Refused(Diagnostic(NO_REVISION, message, Place(reference), expected)) from None
    return done.stdout


def renamed(found: Any, names: Mapping[str, str]) -> Any:
    """Data in which paths bear the names that answers give to their folders."""
    if not names:
        return found
    if isinstance(found, dict):
        return {key: renamed(value, names) for key, value in found.items()}
    if isinstance(found, list):
        return [renamed(value, names) for value in found]
    if isinstance(found, str):
        for folder, name in names.items():
            found = found.replace(folder, name)
    return found


def renamed_problems(refused: Refused, names: Mapping[str, str]) -> Refused:
    """The same refusal, its paths under the names that answers give to them."""
    return Refused(*(replace(problem, message=renamed(problem.message, names),
                             place=replace(problem.place, path=renamed(problem.place.path, names)))
                     for problem in refused.diagnostics))  # fmt: skip


__all__ = ["checked_out", "is_result", "recorded", "renamed", "renamed_problems", "saved_result"]
