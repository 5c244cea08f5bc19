"""The commands with what may stand behind each: read off the command line itself, so that nothing is written twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

FILES = ("FILE", "FORMAT=FILE", "PATHS...", "SCENARIO", "SCENARIOS...", "DEAL", "DIR")
"""The words of the help that stand for a file or folder."""
PAIR_OF_FORMAT_AND_FILE = "FORMAT=FILE"


@dataclass(frozen=True, slots=True)
class Parameter:
    """An option or argument. ``names`` are those of an option, none for an argument; ``field`` is its name in Python."""

    field: str
    names: tuple[str, ...]
    metavar: str
    help: str
    takes_value: bool
    repeatable: bool
    words: tuple[str, ...]

    @property
    def name(self) -> str:
        """The long name of an option, or what the help calls an argument."""
        return next((name for name in self.names if name.startswith("--")), self.metavar)

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
    known = known_words()
    with typer.Context(group, info_name="dealcli", **group.context_settings) as root:
        found = [Command("", group.help or "", tuple(_parameters("", group, root, known)))]
        for name, one in group.commands.items():
            with typer.Context(one, info_name=name, parent=root, **one.context_settings) as context:
                found.append(Command(name, one.get_short_help_str(90), tuple(_parameters(name, one, context, known))))
    return tuple(found)


def _parameters(command: str, of: Any, context: Any, known: dict[tuple[str, str], tuple[str, ...]]) -> Iterator[Parameter]:
    for one in of.get_params(context):
        option = one.param_type_name == "option"
        names = tuple(one.opts) if option else ()
        metavar = "" if option and one.is_flag else one.metavar or one.make_metavar(context).strip("[]{}")
        long = next((name for name in names if name.startswith("--")), metavar)
        words = known.get((command, long)) or known.get(("", long)) or ()
        takes_value = not (option and one.is_flag)
        repeatable = one.multiple if option else one.nargs == -1
        yield Parameter(one.name, names, metavar, one.help or "", takes_value, repeatable, words if takes_value else ())


def known_words() -> dict[tuple[str, str], tuple[str, ...]]:
    """The words that an option or argument knows, by its command and name; an empty command stands for every one."""
    from dealcli.analysis.views import PERIODS
    from dealcli.cli.choices import COLOURS
    from dealcli.cli.completion import SHELLS
    from dealcli.cli.docs import pages
    from dealcli.cli.gate import GATES, STAGES
    from dealcli.cli.list_deal import SECTIONS
    from dealcli.cli.schema import KINDS
    from dealcli.diagnostics import SEVERITIES
    from dealcli.output.report import FORMATS as REPORTS
    from dealcli.output.rule_pages import rules
    from dealcli.reading.files import BUILTIN, library

    return {
        **{(name, "--format"): formats for name, formats in _formats().items()},
        ("", "--color"): COLOURS,
        ("", "DEAL"): tuple(f"{BUILTIN}{name}" for name in library()),
        ("evaluate", "--readings"): ("default", "all"),
        ("evaluate", "--fail-on"): GATES,
        ("evaluate", "--stage"): STAGES,
        ("list", "--only"): SECTIONS,
        ("timeline", "--every"): PERIODS,
        ("check", "--fail-level"): SEVERITIES,
        ("check", "--output"): tuple(REPORTS),
        ("check", "PATHS..."): tuple(f"{BUILTIN}{name}" for name in library()),
        ("rule", "CODE"): tuple(rules()),
        ("schema", "KIND"): KINDS,
        ("docs", "TOPIC"): tuple(pages()),
        ("completion", "SHELL"): SHELLS,
    }


def _formats() -> dict[str, tuple[str, ...]]:
    """The formats of each command that has several."""
    from dealcli.cli import coverage, list_deal, readings, rule, rules, show, sources, test, timeline
    from dealcli.output.formats import FORMATS
    from dealcli.output.report import FORMATS as REPORTS

    modules = {"list": list_deal, "show": show, "timeline": timeline, "readings": readings, "sources": sources,
               "coverage": coverage, "test": test, "rules": rules, "rule": rule}  # fmt: skip
    own = {name: module.FORMATS for name, module in modules.items()}
    return {**own, "evaluate": tuple(FORMATS), "check": tuple(REPORTS)}
