"""The layouts of a screen, by the name of their format, for the commands that make a screen of their own."""

from __future__ import annotations

from collections.abc import Iterable

from dealcli.output.screen import Screen

LAYOUTS = ("table", "plain", "markdown")


def lay_out(screen: Screen, style: str, width: int, colour: bool) -> Iterable[str]:
    """A screen as pieces of text to be written one after the other; ``width`` and ``colour`` are those of a table."""
    if style == "table":
        from dealcli.output import as_table

        return as_table.lay_out(screen, width, colour)
    from dealcli.output import as_markdown, as_plain

    return as_markdown.lay_out(screen) if style == "markdown" else as_plain.lay_out(screen)
