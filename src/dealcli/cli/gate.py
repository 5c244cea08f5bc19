"""``--fail-on``: the words that turn an answer into a "no", and what in a result each of them finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dealcli.analysis.findings import FINDINGS
from dealcli.output.view import View, chosen_positions

STAGES = (
    "ready",
    "pending",
    "in_force",
    "suspended",
    "displaced",
    "undetermined",
    "fulfilled",
    "breached",
    "cured",
    "exercised",
    "waived",
    "discharged",
    "lapsed",
    "ended",
    "terminated",
    "superseded",
    "met",
    "failed",
)
CONTESTED = "contested"
EXPECTATION = "expectation"
GATES = (*STAGES, CONTESTED, *FINDINGS, EXPECTATION)


def found_by(word: str, result: Mapping[str, Any], view: View) -> list[str]:
    """The names of what a word finds among what the view shows."""
    positions = chosen_positions(result, view)
    if word == EXPECTATION:
        return [_row_text(failed["row"]) for failed in result["expectations"]["failed"]]
    if word == CONTESTED:
        others = () if view.narrowed else (*result["agreements"], *result["facts"], *result["measures"])
        found = [_named(p["clause"], p["key"]) for p in positions if p["verdict"] == CONTESTED]
        return found + [str(one["name"]) for one in others if one["verdict"] == CONTESTED]
    if word in FINDINGS:
        shown = {p["clause"] for p in positions}
        return [
            _named(f["clause"] or f["event"] or f["text"], f["key"])
            for f in result["findings"]
            if f["kind"] == word and (not view.narrowed or f["clause"] in shown)
        ]
    return [_named(p["clause"], p["key"]) for p in positions if p["stage"] == word]


def _named(name: str, key: str | None) -> str:
    return f"{name} ({key})" if key else name


def _row_text(row: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}: {value}" for key, value in row.items())
