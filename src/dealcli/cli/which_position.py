"""The one position that a command is about, by its key, its period or its party."""

from __future__ import annotations

from dealcli.analysis.evaluation import Evaluation
from dealcli.cli.choices import UNKNOWN_NAME, WHICH_POSITION
from dealcli.dates import parse_date
from dealcli.diagnostics import Diagnostic, Place, Refused, did_you_mean
from dealcli.engine.program import Clause
from dealcli.engine.records import Position
from dealcli.engine.shown import party_name
from dealcli.engine.state import answers_to

MOST_LISTED = 12


def which_position(evaluation: Evaluation, clause: Clause, key: str | None, party: str | None) -> Position | None:
    """The one position that is meant; None where the clause has none yet.

    Raises ``Refused`` where it could be several, or where none is like that.
    """
    positions = evaluation.run.state.positions_of[clause]
    found = [p for p in positions if (key is None or _bears(p, key)) and party in (None, party_name(p.bearer))]
    if len(found) == 1 or not positions:
        return found[0] if found else None
    names = [p.key_text or str(party_name(p.bearer)) for p in (found or positions)]
    listed = ", ".join(names[:MOST_LISTED]) + (f" and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else "")
    if not found:
        by = f"has the key '{key}'" if key is not None else f"is borne by '{party}'"
        hint = did_you_mean(str(key or party), names) or f"there are {listed}"
        raise Refused(Diagnostic(UNKNOWN_NAME, f"no position of {clause.name} {by}", Place("--key" if key else "--party"), hint=hint))
    option = "--key" if found[0].key_text is not None else "--party"
    message = f"{clause.name} has {len(found)} positions: {listed}"
    raise Refused(Diagnostic(WHICH_POSITION, message, Place(), hint=f"choose one with {option}"))


def _bears(position: Position, key: str) -> bool:
    """Whether a key is that of a position: as it is printed, or a day in its period, or its month or quarter."""
    if position.key_text == key:
        return True
    try:
        return answers_to(position, parse_date(key) or key)
    except ValueError:
        return False


__all__ = ["which_position"]
