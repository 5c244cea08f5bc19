"""``dealcli docs``: the pages that come with the program, offline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pathlib import Path


def command(
    topic: Annotated[
        str | None, typer.Argument(metavar="TOPIC", help="Which page; without it, the list of pages.")
    ] = None,
) -> int:
    """Print a page of the manual, or the list of pages."""
    from dealcli.cli import exits
    from dealcli.cli.choices import Choices
    from dealcli.cli.streams import write_answer

    found = pages()
    if topic is None:
        width = max(map(len, found), default=0)
        write_answer(
            f"{name:<{width}}  {_title(page.read_text(encoding='utf-8'))}".rstrip() + "\n"
            for name, page in found.items()
        )
        return exits.DONE
    choices = Choices()
    choices.word("", topic, found)
    choices.refuse()
    write_answer([found[topic].read_text(encoding="utf-8")])
    return exits.DONE


def pages() -> dict[str, Path]:
    """The pages of the manual by their names."""
    from pathlib import Path

    folder = Path(__file__).resolve().parent.parent / "docs"
    return {page.stem: page for page in sorted(folder.glob("*.md"))}


def _title(text: str) -> str:
    """The first heading of a page."""
    return next((line.lstrip("# ") for line in text.splitlines() if line.startswith("#")), "")
