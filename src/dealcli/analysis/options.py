"""What the command line adds to a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dealcli.slotted import dataclass, field

if TYPE_CHECKING:
    from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line adds to a scenario or sets in its place."""

    as_of: str | None = None
    known_as_of: str | None = None
    events: str | None = None
    terms: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)
    without_hypothetical: bool = False
    happened_by: date | datetime | None = None
    """Events after this moment are left out, however far the run goes."""
