"""The commands with what may stand behind each: read off the command line itself, so that nothing is written twice."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from dealcli.slotted import dataclass

FILES = ("FILE", "FORMAT=FILE", "PATHS...", "SCENARIO", "SCENARIOS...", "DEAL", "DIR", "RESULT", "A", "B")
"""The words of the help that stand for a file or folder."""
PAIR_OF_FORMAT_AND_FILE = "FORMAT=FILE"

WORDS = {
    ("", "--color"): "cli.choices:COLOURS",
    ("", "--format"): "cli.opening:FORMATS",
    ("", "--readings"): "cli.choices:EXTENTS",
    ("", "DEAL"): "reading.files:library",
    ("evaluate", "--format"): "output.formats:FORMATS",
    ("evaluate", "--fail-on"): "cli.gate:GATES",
    ("evaluate", "--stage"): "cli.gate:STAGES",
    ("agenda", "--format"): "cli.agenda:FORMATS",
    ("diff", "--format"): "cli.comparisons:FORMATS",
    ("whatif", "--format"): "cli.comparisons:FORMATS",
    ("graph", "--format"): "cli.graph:FORMATS",
    ("why-not", "STAGE"): "cli.gate:STAGES",
    ("list", "--format"): "cli.list_deal:FORMATS",
    ("list", "--only"): "cli.list_deal:SECTIONS",
    ("show", "--format"): "cli.list_deal:FORMATS",
    ("timeline", "--format"): "cli.timeline:FORMATS",
    ("timeline", "--every"): "analysis.views:PERIODS",
    ("sweep", "--every"): "analysis.views:PERIODS",
    ("sweep", "--format"): "cli.sweeps:FORMATS",
    ("readings", "--format"): "cli.readings:FORMATS",
    ("sources", "--format"): "cli.sources:FORMATS",
    ("coverage", "--format"): "cli.coverage:FORMATS",
    ("check", "PATHS..."): "reading.files:library",
    ("check", "--format"): "output.report:FORMATS",
    ("check", "--output"): "output.report:FORMATS",
    ("check", "--ignore"): "output.rule_pages:questions",
    ("check", "--fail-level"): "diagnostics:SEVERITIES",
    ("test", "--format"): "output.trials:FORMATS",
    ("test", "--output"): "output.trials:FORMATS",
    ("rules", "--format"): "cli.rules:OF_THE_LIST",
    ("rule", "--format"): "cli.rules:FORMATS",
    ("rule", "CODE"): "output.rule_pages:rules",
    ("config", "COMMAND..."): "cli.configuration_files:CONFIGURABLE",
    ("config", "--format"): "cli.config:FORMATS",
    ("init", "--ci"): "cli.init:SERVERS",
    ("schema", "KIND"): "cli.schema:KINDS",
    ("completion", "SHELL"): "cli.completion:SHELLS",
    ("docs", "TOPIC"): "cli.docs:pages",
}
"""Where the words stand that an option or argument knows, by its command and name; an empty command stands for every one.

Only what is asked for is imported.
"""


@dataclass(frozen=True, slots=True)
class Parameter:
    """An option or argument of a command. ``names`` are those of an option, none for an argument.

    ``field`` is its name in Python.
    """

    command: str
    field: str
    names: tuple[str, ...]
    metavar: str
    help: str
    takes_value: bool
    repeatable: bool

    @property
    def name(self) -> str:
        """The long name of an option, or what the help calls an argument."""
        return next((name for name in self.names if name.startswith("--")), self.metavar)

    @property
    def words(self) -> tuple[str, ...]:
        """The words that may stand here; none where that is not a fixed choice."""
        where = WORDS.get((self.command, self.name)) or WORDS.get(("", self.name))
        if where is None:
            return ()
        module, _, name = where.partition(":")
        found = getattr(import_module(f"dealcli.{module}"), name)
        return tuple(found() if callable(found) else found)

    @property
    def takes_file(self) -> bool:
        """Whether a file or folder may be written here."""
        return self.takes_value and self.metavar in FILES

    @property
    def is_pair(self) -> bool:
        """Whether the value is one of the words, then =, then a file."""
        return self.metavar == PAIR_OF_FORMAT_AND_FILE


@dataclass(frozen=True, slots=True)
class Command:
    """One command; ``name`` is empty for what stands before any command."""

    name: str
    help: str
    parameters: tuple[Parameter, ...]

    @property
    def options(self) -> tuple[Parameter, ...]:
        return tuple(one for one in self.parameters if one.names)

    @property
    def arguments(self) -> tuple[Parameter, ...]:
        return tuple(one for one in self.parameters if not one.names)

    def option(self, name: str) -> Parameter | None:
        """The option of a name with or without its dashes."""
        return next((one for one in self.options if f"--{name.removeprefix('--')}" in one.names), None)


@cache
def command_tree() -> tuple[Command, ...]:
    """What stands before any command, then every command in the order of the help."""
    import typer

    from dealcli.cli.app import app

    group: Any = typer.main.get_command(app)
    with typer.Context(group, info_name="dealcli", **group.context_settings) as root:
        found = [Command("", group.help or "", tuple(parameters("", group, root)))]
        for name, one in group.commands.items():
            with typer.Context(one, info_name=name, parent=root, **one.context_settings) as context:
                found.append(Command(name, one.get_short_help_str(90), tuple(parameters(name, one, context))))
    return tuple(found)


def parameters(command: str, of: Any, context: Any) -> Iterator[Parameter]:
    """The options and arguments of a command of the command line."""
    for one in of.get_params(context):
        option = one.param_type_name == "option"
        takes_value = not (option and one.is_flag)
        metavar = one.metavar or one.make_metavar(context).strip("[]{}") if takes_value else ""
        repeatable = one.multiple if option else one.nargs == -1
        yield Parameter(command, one.name, tuple(one.opts) if option else (), metavar, one.help or "", takes_value, repeatable)
