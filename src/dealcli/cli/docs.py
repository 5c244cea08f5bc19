"""``dealcli docs``: the pages that come with the program, offline."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    topic: Annotated[
        str | None, typer.Argument(metavar="TOPIC", help="Which page; without it, the list of pages.")
    ] = None,
) -> int:
    """Print a page of the manual, or the list of pages."""
    from pathlib import Path

    from dealcli.cli import exits
    from dealcli.cli.choices import Choices
    from dealcli.cli.streams import write_answer

    folder = Path(__file__).resolve().parent.parent / "docs"
    pages = {page.stem: page for page in sorted(folder.glob("*.md"))}
    if topic is None:
        width = max(map(len, pages), default=0)
        write_answer(
            f"{name:<{width}}  {_title(page.read_text(encoding='utf-8'))}".rstrip() + "\n"
            for name, page in pages.items()
        )
        return exits.DONE
    choices = Choices()
    choices.word("", topic, pages)
    choices.refuse()
    write_answer([pages[topic].read_text(encoding="utf-8")])
    return exits.DONE


def _title(text: str) -> str:
    """The first heading of a page."""
    return next((line.lstrip("# ") for line in text.splitlines() if line.startswith("#")), "")
