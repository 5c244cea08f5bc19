"""The tables of the language page, drawn from the engine's own. Run this file to bring the page up to date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from dealcli.engine import lifecycle

PAGE = Path(__file__).parents[2] / "src" / "dealcli" / "docs" / "language.md"
DORMANT = "ended (may return)"
GATES = (lifecycle.OPEN, lifecycle.SHUT, lifecycle.HELD, lifecycle.DISPLACED_GATE)
GROUP_TITLES = {
    "duty": "obligation",
    "condition": "condition",
    "standing": "obligation with `maintain`",
    "prohibition": "prohibition",
    "option": "permission, right, power",
    "recital": "recital",
}


def gate_table() -> str:
    """What the stage becomes when the gate changes."""
    rows = [(_word(stage), *(_word(row.get(gate, "-")) for gate in GATES)) for stage, row in lifecycle.GATES.items()]
    return drawn(("stage", *(f"gate {gate}" for gate in GATES)), rows)


def cue_table(group: str) -> str:
    """What a cue makes of each stage, for the kinds of one group; stages that fare alike share a column."""
    cues = {cue: outcomes for cue, outcomes in lifecycle.CUES[group].items() if outcomes}
    breakable = any("breached" in one for outcomes in cues.values() for one in outcomes.values())
    stages = (*lifecycle.UNDECIDED, "breached") if breakable else lifecycle.UNDECIDED
    alike: dict[tuple[str, ...], list[str]] = {}
    for stage in stages:
        alike.setdefault(tuple(_word(cues[cue].get(stage, "-")) for cue in cues), []).append(_word(stage))
    head = (GROUP_TITLES[group], *(", ".join(stages) for stages in alike.values()))
    return drawn(head, [(cue.replace("_", " "), *(cells[row] for cells in alike)) for row, cue in enumerate(cues)])


def agreement_table() -> str:
    """What becomes of an agreement."""
    stages = ("pending", "in_force", "suspended")
    rows = [(cue, *(row.get(stage, "-") for stage in stages)) for cue, row in lifecycle.AGREEMENT.items()]
    return drawn(("agreement", *stages), rows)


def drawn(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def all_tables() -> list[str]:
    """Every table, in the order of the page."""
    return [gate_table(), *(cue_table(group) for group in lifecycle.CUES), agreement_table()]


def brought_up_to_date(page: str) -> str:
    """The page with each of the tables as it is now: a table is known by its first cell."""
    lines = page.splitlines(keepends=True)
    for table in all_tables():
        first_cell = table[: table.index("|", 1) + 1]
        start = next(number for number, line in enumerate(lines) if line.startswith(first_cell))
        end = next((n for n in range(start, len(lines)) if not lines[n].startswith("|")), len(lines))
        lines[start:end] = table.splitlines(keepends=True)
    return "".join(lines)


def _word(stage: str) -> str:
    return DORMANT if stage == lifecycle.DORMANT else stage


if __name__ == "__main__":
    PAGE.write_text(brought_up_to_date(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
