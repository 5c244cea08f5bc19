"""Where a configuration may stand: ``dealcli.toml`` or ``pyproject.toml``, in a folder or above it. Loads next to nothing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dealcli.diagnostics import Refused
from dealcli.reading.files import BUILTIN, read_bytes

OWN_FILE, SHARED_FILE = "dealcli.toml", "pyproject.toml"

CONFIGURABLE: Mapping[str, tuple[str, ...]] = {
    "evaluate": ("format", "readings", "all", "fail-on", "color"),
    "explain": ("format", "color"),
    "why-not": ("format", "color"),
    "whatif": ("format", "readings", "color"),
    "diff": ("format", "readings", "color"),
    "report": ("readings",),
    "graph": ("format",),
    "agenda": ("format", "color"),
    "count": ("format", "color"),
    "verify-result": ("format", "color"),
    "list": ("format", "color"),
    "show": ("format", "color"),
    "timeline": ("format", "every", "color"),
    "readings": ("format", "all", "color"),
    "coverage": ("format", "color"),
    "check": ("fail-level", "ignore", "baseline", "format", "output"),
    "test": ("format", "output"),
}
"""The options of each command that a file may give. They say how to answer, not what about."""


def configuration_files(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The files in which a configuration of some paths may stand, nearest first, each with its name.

    The search begins in the folder that the paths have in common, and goes up to the one that holds ``.git``, else to the root.
    """
    try:
        start = _common_folder(paths)
    except OSError:
        # the working folder is gone
        return
    for folder in _upwards(start):
        for name in (OWN_FILE, SHARED_FILE):
            file = os.path.join(folder, name)
            if os.path.isfile(file):
                yield file, name


def may_configure(command: str, path: str) -> bool:
    """Whether the configuration nearest to a path has a table for a command, or cannot be read, or knows other tables."""
    try:
        every = (_tables(file, name) for file, name in configuration_files([path]))
        tables = next((found for found in every if found is not None), {})
        return command in tables or not tables.keys() <= CONFIGURABLE.keys()
    except (Refused, ValueError, AttributeError, RecursionError):
        return True


def _tables(file: str, name: str) -> dict[str, Any] | None:
    """What a file says of the commands; None where it is not for dealcli. Raises ``Refused`` or ``ValueError``."""
    content = read_bytes(file, file)
    if name == SHARED_FILE and b"dealcli" not in content:
        return None
    import tomllib

    tree = tomllib.loads(content.decode("utf-8"))
    return tree if name == OWN_FILE else tree.get("tool", {}).get("dealcli")


def _common_folder(paths: Iterable[str]) -> str:
    """The folder that all paths have in common; standard input and what comes with dealcli stand in the working folder."""
    here = os.getcwd()
    absolute = [os.path.abspath(path) if path != "-" and not path.startswith(BUILTIN) else here for path in paths]
    folders = [path if os.path.isdir(path) else os.path.dirname(path) for path in absolute]
    try:
        return os.path.commonpath(folders) if folders else here
    except ValueError:
        return here


def _upwards(folder: str) -> Iterator[str]:
    while True:
        yield folder
        above = os.path.dirname(folder)
        if above == folder or os.path.exists(os.path.join(folder, ".git")):
            return
        folder = above
