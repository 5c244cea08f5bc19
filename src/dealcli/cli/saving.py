"""A scenario written to a file of its own."""

from __future__ import annotations

import os
from typing import Any

from dealcli.analysis.differences import Side
from dealcli.analysis.scenario import DEAL_KINDS, kind_of
from dealcli.cli.streams import not_over, write_file
from dealcli.reading.files import BUILTIN
from dealcli.reading.yaml_text import yaml_text


def save_scenario(side: Side, target: str) -> None:
    """Write a scenario with its options as a file that gives the same answer. Raises ``Refused`` where it cannot be written."""
    not_over(target, side.scenario.sources)
    write_file([yaml_text(_tree(side, target), flow=("events",))], target)


def _tree(side: Side, target: str) -> dict[str, Any]:
    scenario, options = side.scenario, side.options
    tree: dict[str, Any] = {"scenario": scenario.title, "agreements": _agreements(side, target)}
    for key, value in (("as_of", options.as_of), ("known_as_of", options.known_as_of)):
        if value or scenario.tree.get(key):
            tree[key] = str(value or scenario.tree[key])
    for key, chosen in (("terms", options.terms), ("readings", options.readings)):
        if found := {**(scenario.tree.get(key) or {}), **chosen}:
            tree[key] = found
    if scenario.tree.get("without"):
        tree["without"] = list(scenario.tree["without"])
    log = scenario.tree.get("events_from")
    if log is not None:
        named = log if isinstance(log, str) else log["file"]
        moved = _from_there(os.path.join(os.path.dirname(scenario.path), named), target) if named != "-" else named
        tree["events_from"] = moved if isinstance(log, str) else {**log, "file": moved}
    tree["events"] = [dict(row) for row, _ in sorted(scenario.rows, key=lambda written: str(written[0].get("date") or ""))]
    return tree


def _agreements(side: Side, target: str) -> list[str]:
    """The files of the deal: a folder that is used as a whole by its name."""
    paths = list(dict.fromkeys(text.place.path for text in side.scenario.deal))
    folders = {path: _folder(path, side) for path in paths}
    return list(dict.fromkeys(_from_there(folders[path] or path, target) for path in paths))


def _folder(path: str, side: Side) -> str | None:
    """The folder of a file, where the deal has every document of it and no other file of clauses lies there."""
    folder = os.path.dirname(path)
    beside = {known for known, source in side.scenario.sources.items()
              if os.path.dirname(known) == folder and any(kind_of(d.tree) in DEAL_KINDS for d in source.documents)}  # fmt: skip
    used = {text.place.path for text in side.scenario.deal}
    whole = folder and len(beside) > 1 and beside <= used and side.scenario.path not in beside
    return folder if whole else None


def _from_there(path: str, target: str) -> str:
    """A path as it is written in a file: from the folder of that file."""
    if path.startswith(BUILTIN) or os.path.isabs(path):
        return path
    return os.path.relpath(path, os.path.dirname(target) or ".").replace(os.sep, "/")


__all__ = ["save_scenario"]
