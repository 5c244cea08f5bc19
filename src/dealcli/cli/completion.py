"""``dealcli completion``: a script that completes commands, options, their words and files in a shell."""

from __future__ import annotations

from typing import Annotated

import typer

SHELLS = ("bash", "zsh", "fish")


def command(
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
) -> int:
    """Print a completion script for a shell.

    It is made once and completes without starting dealcli. Its first lines say where it belongs.
    """
    from dealcli.cli import exits
    from dealcli.cli.choices import Choices
    from dealcli.cli.command_tree import command_tree
    from dealcli.cli.shells import SCRIPTS
    from dealcli.cli.streams import write_answer

    choices = Choices()
    choices.word("", shell, SHELLS)
    choices.refuse()
    write_answer(SCRIPTS[shell](command_tree()))
    return exits.DONE
