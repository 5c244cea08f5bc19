"""``dealcli config``: what every option is, and where that comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

if TYPE_CHECKING:
    from dealcli.cli.configuration import Configuration

FORMATS = ("plain", "json")


class Effective(NamedTuple):
    """An option with its value; ``line`` is given where a file gives the value, whose path is then the origin."""

    command: str
    option: str
    value: Any
    origin: str
    line: int | None = None


def command(
    context: typer.Context,
    line: Annotated[
        list[str] | None,
        typer.Argument(metavar="COMMAND...", help="A command as it would be run; left out, all of them."),
    ] = None,
    style: Annotated[str, typer.Option("--format", metavar="FORMAT", help="plain or json.")] = "plain",
) -> int:
    """Show what the options of a command are, and where each value comes from.

    The command line comes first, then the nearest dealcli.toml, or pyproject.toml with [tool.dealcli], then the default.
    What is written behind 'config' is not run. Without a command: what every command gets in this folder.
    """
    from dealcli.cli import exits
    from dealcli.cli.choices import Choices
    from dealcli.cli.layout import Room, as_json, columns
    from dealcli.cli.streams import write_answer

    commands = context.find_root().command.commands  # type: ignore[attr-defined]
    choices = Choices()
    choices.word("--format", style, FORMATS)
    if line:
        choices.word("", line[0], commands)
    choices.refuse()
    found = list(_of_line(context, commands[line[0]], line) if line else _of_all(context))
    if style == "json":
        as_json({"format": "dealcli.config/1", "options": [_row(one) for one in found]})
    else:
        rows = [(f"{one.command}.{one.option}", _shown(one.value), _origin(one)) for one in found]
        write_answer(columns(rows, Room(), indent=""))
    return exits.DONE


def _of_line(context: typer.Context, chosen: Any, line: list[str]) -> Iterator[Effective]:
    """The options of a command line."""
    from dealcli.cli.command_tree import parameters
    from dealcli.cli.configuration_files import CONFIGURABLE
    from dealcli.cli.configured import fill_in, is_written

    with chosen.make_context(line[0], line[1:], parent=context.find_root()) as inner:
        configuration = fill_in(inner) if line[0] in CONFIGURABLE else None
        for one in parameters(line[0], chosen, inner):
            if one.names and one.field in inner.params:
                written = is_written(inner, one.field)
                yield _effective(one.command, one.name[2:], inner.params[one.field], None if written else configuration, written)


def _of_all(context: typer.Context) -> Iterator[Effective]:
    """What a file may give, for every command in the working folder."""
    from dealcli.cli.configuration_files import CONFIGURABLE
    from dealcli.cli.configured import nearest

    configuration = nearest(context, [])
    commands = context.find_root().command.commands  # type: ignore[attr-defined]
    for name, options in CONFIGURABLE.items():
        defaults = {opt.removeprefix("--"): one.default for one in commands[name].params for opt in one.opts}
        for option in options:
            yield _effective(name, option, defaults[option], configuration, False)


def _effective(command: str, option: str, value: Any, configuration: Configuration | None, written: bool) -> Effective:
    if written or configuration is None or (command, option) not in configuration.settings:
        return Effective(command, option, value, "command line" if written else "default")
    place = configuration.place(command, option)
    return Effective(command, option, configuration.settings[command, option], place.path, place.line)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(value) if isinstance(value, list | tuple) and value else str(value) if value else "(not set)"


def _origin(one: Effective) -> str:
    return one.origin if one.line is None else f"{one.origin}:{one.line}"


def _row(one: Effective) -> dict[str, Any]:
    value = list(one.value) if isinstance(one.value, tuple) else one.value
    kind = "file" if one.line is not None else one.origin.replace(" ", "_")
    where = {"path": one.origin, "line": one.line} if one.line is not None else {}
    return {"command": one.command, "option": one.option, "value": value, "origin": {"kind": kind, **where}}
