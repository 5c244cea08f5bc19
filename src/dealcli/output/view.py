"""What of a result a reader wants to see. Formats for machines apply the choice to positions only."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from dealcli.slotted import dataclass

DocumentTree = Mapping[str, Any]
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """A choice of positions and the room to show them.

    ``party``: a party's name; positions it holds or that others hold towards it. ``clause``: a name, with or without
    its agreement, in which ``*`` and ``?`` stand for others. ``stage``: a stage, or several with commas. ``all``: every
    position, one a line. ``width``: columns of the terminal. ``colour``: whether the terminal shows colours.
    """

    party: str | None = None
    clause: str | None = None
    stage: str | None = None
    all: bool = False
    width: int = 96
    colour: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether some positions may be left out."""
        return any((self.party, self.clause, self.stage))

    def admits(self, position: Entry) -> bool:
        """Whether a position is among those chosen."""
        return self._of_party(position) and self._of_clause(position) and self._of_stage(position)

    def _of_party(self, position: Entry) -> bool:
        return self.party is None or self.party in (*names(position["bearer"]), *names(position["counterparty"]))

    def _of_clause(self, position: Entry) -> bool:
        if self.clause is None:
            return True
        full = str(position["clause"])
        return fnmatchcase(full, self.clause) or fnmatchcase(full.rpartition(".")[2], self.clause)

    def _of_stage(self, position: Entry) -> bool:
        return self.stage is None or position["stage"] in [
            word.strip().replace(" ", "_") for word in self.stage.split(",")
        ]

    def words(self) -> str:
        """The choice in words; empty where nothing is left out."""
        chosen = (("party", self.party), ("clause", self.clause), ("stage", self.stage))
        return ", ".join(f"{what} {value}" for what, value in chosen if value)


def names(parties: str | None) -> tuple[str, ...]:
    """The single names in a bearer or counterparty, which may be several parties."""
    return tuple(parties.split(", ")) if parties else ()


def chosen_positions(document: DocumentTree, view: View) -> list[Entry]:
    """The positions that a view shows, in the order of the document."""
    return [position for position in document["positions"] if view.admits(position)]
