"""A saved result held against the same question asked again: ``dealcli.verification/1``, and its screen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from dealcli import __version__
from dealcli.output.comparing import comparison_screen
from dealcli.output.comparison import comparison
from dealcli.output.screen import Row, Screen, Section, text_row
from dealcli.output.view import DocumentTree, Entry
from dealcli.output.words import day, listed

FORMAT = "dealcli.verification/1"
BESIDE = ("tool", "inputs", "positions")
"""What is compared on its own: the version, the files, and positions, of which a saved result may show some only."""

Tree = dict[str, Any]


def verification(path: str, saved: DocumentTree, now: DocumentTree) -> Tree:
    """Whether a saved result is what comes out now; if not, which files and which parts of it differ."""
    now = json.loads(json.dumps(now))  # as it would have been saved
    shown = {_slot(position) for position in saved["positions"]}
    again = {**now, "positions": [position for position in now["positions"] if _slot(position) in shown]}
    differ = [name for name in now if name not in BESIDE and saved.get(name) != now[name] and not (name == "summary" and len(shown) < 1)]
    if saved["positions"] != again["positions"]:
        differ.append("positions")
    return {
        "format": FORMAT,
        "tool": {"name": "dealcli", "version": __version__},
        "result": path,
        "confirmed": not differ,
        "made_by": saved["tool"]["version"],
        "scenario": now["scenario"],
        "as_of": now["as_of"],
        "known_as_of": now["known_as_of"],
        "inputs": list(_inputs(saved, now)),
        "differ": differ,
        "comparison": comparison(saved, again, (), {}) if differ else None,
    }


def _slot(position: Entry) -> tuple[Any, ...]:
    return (position["clause"], position["key"], position["bearer"])


def _inputs(saved: DocumentTree, now: DocumentTree) -> Iterator[Entry]:
    """Every file, and whether it still holds what it held."""
    old, new = ({row["path"]: row["sha256"] for row in document["inputs"]} for document in (saved, now))
    for path in dict.fromkeys([*old, *new]):
        same = old.get(path) == new.get(path)
        yield {"path": path, "is": "the same" if same else "changed" if path in old and path in new else "gone" if path in old else "new"}


def verification_screen(found: Mapping[str, Any]) -> Screen:
    """The screen of a verification."""
    changed = [row for row in found["inputs"] if row["is"] != "the same"]
    told = [text_row("CONFIRMED: asked again, it comes out the same." if found["confirmed"] else "NOT CONFIRMED: it comes out differently.",
                     "v" if found["confirmed"] else "!")]  # fmt: skip
    if found["made_by"] != found["tool"]["version"]:
        told.append(text_row(f"It was made by version {found['made_by']}; this is {found['tool']['version']}."))
    if not found["confirmed"]:
        told.append(text_row(f"These parts differ: {listed(name.replace('_', ' ') for name in found['differ'])}."))
    files = tuple(Row("" if row["is"] == "the same" else "~", (row["path"], row["is"])) for row in (changed or found["inputs"][:1]))
    heading = "FILES THAT CHANGED" if changed else f"ALL {len(found['inputs'])} FILES HOLD WHAT THEY HELD, AMONG THEM"
    inner = comparison_screen(found["comparison"]).sections if found["comparison"] is not None else ()
    known = f", as known on {day(found['known_as_of'])}" if found["known_as_of"] else ""
    return Screen(f"{found['result']}: {found['scenario']['title']}", f"as of {day(found['as_of'])}{known}", (),
                  (Section("THE RESULT", (), tuple(told)), Section(heading, ("",), files), *inner))  # fmt: skip


__all__ = ["FORMAT", "verification", "verification_screen"]
