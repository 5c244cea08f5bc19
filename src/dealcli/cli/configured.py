"""Commands whose options may come from a file: those that the command line does not give are filled in before it runs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand

from dealcli.cli.configuration_files import CONFIGURABLE

if TYPE_CHECKING:
    from dealcli.cli.command_tree import Command
    from dealcli.cli.configuration import Configuration


class ConfiguredCommand(TyperCommand):
    """A command of the command line; the options that the nearest configuration gives count where none is written."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        if ctx.command.name in CONFIGURABLE:
            fill_in(ctx)
        return super().invoke(ctx)


def fill_in(context: Any) -> Configuration | None:
    """Give the options of a command that were not written the values of the configuration, and return that."""
    from dealcli.cli.command_tree import parameters

    own = tuple(parameters(context.command.name, context.command, context))
    inputs = [one.field for one in own if one.takes_file and not one.names]
    values = [context.params.get(field) for field in inputs]
    paths = [path for value in values if value for path in (value if isinstance(value, (list, tuple)) else [value])]
    found = nearest(context, paths)
    settings = found.settings if found is not None else {}
    for one in own:
        key = (one.command, one.name.removeprefix("--"))
        if key in settings and not is_written(context, one.field):
            context.params[one.field] = settings[key]
    return found


def nearest(context: Any, paths: list[str]) -> Configuration | None:
    """The configuration nearest to the folder that some paths have in common; None where none is wanted."""
    if context.find_root().params.get("no_config"):
        return None
    from dealcli.cli.configuration import configuration_of

    return configuration_of(paths, lambda: commands_of(context), context.obj)


def each_nearest(context: Any, option: str, files: Iterable[str]) -> dict[str, Any]:
    """For each file the value of an option: the one written, else what the configuration nearest to the file gives."""
    if is_written(context, option):
        return dict.fromkeys(files, context.params[option])
    folders: dict[str, Any] = {}
    found = {}
    for file in files:
        folder = os.path.dirname(file)
        if folder not in folders:
            configuration = nearest(context, [file])
            folders[folder] = configuration.settings.get((context.command.name, option)) if configuration else None
        found[file] = folders[folder]
    return found


def commands_of(context: Any) -> tuple[Command, ...]:
    """Every command beside the one that runs."""
    from dealcli.cli.command_tree import Command, parameters

    root = context.find_root()
    return tuple(Command(name, "", tuple(parameters(name, one, root))) for name, one in root.command.commands.items())


def is_written(context: Any, field: str) -> bool:
    """Whether the command line gives an option."""
    return getattr(context.get_parameter_source(field), "name", "") == "COMMANDLINE"
