"""Checks of meaning: what can be evaluated, and is perhaps not what was meant. A check is a function and a row here."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from dealcli.analysis.checks import backing, conflicts, force, stages, timing, unused
from dealcli.analysis.checks.checked import Checked
from dealcli.diagnostics import Diagnostic

Check = Callable[[Checked], Iterable[Diagnostic]]
TextCheck = Callable[[unused.Texts], Iterable[Diagnostic]]

OF_A_DEAL: tuple[Check, ...] = (*force.CHECKS, *stages.CHECKS, *conflicts.CHECKS, *timing.CHECKS, *backing.CHECKS)
"""Checks that look at one deal."""
OF_ALL_TEXTS: tuple[TextCheck, ...] = unused.CHECKS
"""Checks that look at every document read, because any of them may be the one that reads a name."""

__all__ = ["OF_ALL_TEXTS", "OF_A_DEAL", "Check", "Checked", "TextCheck"]
