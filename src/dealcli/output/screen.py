"""A result as a reader sees it, before it is laid out: a heading and sections of rows.

The terminal, plain text and Markdown lay out the same screen, so that they say the same. Nothing here is escaped yet: a
layout passes every cell through ``dealcli.output.text``.
"""

from __future__ import annotations

from dealcli.slotted import dataclass, field


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a mark, a first cell of any length, further cells under the columns of its section.

    ``deeper`` is one step to the right, under the row before. ``group`` is a heading among rows. ``indent`` is how far the
    first cell stands to the right, where rows make a tree.
    """

    mark: str
    cells: tuple[str, ...]
    deeper: bool = False
    group: bool = False
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under a heading. ``columns`` name the cells after the first. ``dates_first``: the first cell is a date."""

    heading: str
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    dates_first: bool = False


@dataclass(frozen=True, slots=True)
class Screen:
    """A whole answer. ``remarks`` stand under the title, ``closing`` at the end."""

    title: str
    as_of: str
    remarks: tuple[str, ...] = ()
    sections: tuple[Section, ...] = field(default=())
    closing: tuple[str, ...] = ()


def text_row(text: str, mark: str = "") -> Row:
    """A row of running text."""
    return Row(mark, (text,))
