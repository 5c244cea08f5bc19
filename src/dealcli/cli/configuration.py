"""Options that a file gives: ``dealcli.toml``, or ``[tool.dealcli]`` of ``pyproject.toml``, nearest to what is read.

A table for each command, in it its options under their long names. The command line wins. What an answer is about (its
scenario, day, readings, terms) is always on the command line and never here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from dealcli.cli.choices import UNKNOWN_WORD
from dealcli.cli.command_tree import Command, Parameter
from dealcli.cli.configuration_files import CONFIGURABLE, SHARED_FILE, configuration_files
from dealcli.diagnostics import Diagnostic, Place, Refused, did_you_mean
from dealcli.reading.files import read_bytes, shown_path
from dealcli.reading.sources import SourceFile
from dealcli.slotted import dataclass

UNKNOWN_KEY, WRONG_VALUE, OUTSIDE = "DC541", "DC542", "DC543"

@dataclass(frozen=True, slots=True)
class Configuration:
    """What one file gives: ``settings`` as the options take them, by command and long name without dashes."""

    path: str
    settings: Mapping[tuple[str, str], Any]
    route: tuple[str, ...]
    source: SourceFile

    def place(self, command: str, option: str) -> Place:
        """Where a setting stands."""
        from dealcli.reading.toml_file import place_in

        return place_in(self.source, (*self.route, command, option))


def configuration_of(paths: Iterable[str], commands: Callable[[], Sequence[Command]],
                     sources: dict[str, SourceFile]) -> Configuration | None:  # fmt: skip
    """The configuration nearest to the folder that some paths have in common; None where there is none.

    Raises ``Refused`` with everything wrong in the file.
    """
    for file, name in configuration_files(paths):
        if (found := _read(file, name, commands, sources)) is not None:
            return found
    return None


def _read(file: str, name: str, commands: Callable[[], Sequence[Command]], sources: dict[str, SourceFile]) -> Configuration | None:
    """The configuration in a file; None where a shared file has none for dealcli."""
    from dealcli.reading.toml_file import read_toml

    shown, route = _shown(file), ("tool", "dealcli") if name == SHARED_FILE else ()
    content = read_bytes(shown, file)
    if route and b"dealcli" not in content:
        return None
    tree = read_toml(shown, content, sources)
    for step in route:
        if not isinstance(tree, dict) or step not in tree:
            return None
        tree = tree[step]
    reader = _Reader(sources[shown], route, os.path.dirname(file))
    settings = reader.settings(tree, {command.name: command for command in commands()})
    if reader.problems:
        raise Refused(*reader.problems)
    return Configuration(shown, settings, route, sources[shown])


def _shown(file: str) -> str:
    try:
        return shown_path(os.path.relpath(file))
    except ValueError:
        return shown_path(file)


class _Reader:
    """Takes the tables of a file apart, and keeps what is wrong with them."""

    def __init__(self, source: SourceFile, route: tuple[str, ...], folder: str) -> None:
        self.source, self.route, self.folder = source, route, folder
        self.problems: list[Diagnostic] = []

    def settings(self, tree: Any, commands: Mapping[str, Command]) -> dict[tuple[str, str], Any]:
        found: dict[tuple[str, str], Any] = {}
        for command, table in self._members(tree, (), CONFIGURABLE, "table", ()):
            others = [name.removeprefix("--") for option in commands[command].options for name in option.names]
            for key, value in self._members(table, (command,), CONFIGURABLE[command], "option", others):
                option = commands[command].option(key)
                assert option is not None
                found[command, key] = self._value(value, option, (command, key))
        return found

    def _members(self, table: Any, route: tuple[str, ...], known: Iterable[str], what: str,
                 elsewhere: Iterable[str]) -> Iterator[tuple[str, Any]]:  # fmt: skip
        """The entries of a table whose keys are known. ``elsewhere`` are those that only the command line gives."""
        if not isinstance(table, dict):
            self._problem(WRONG_VALUE, f"'{route[-1] if route else 'dealcli'}' is no table", route, "", expected=f"a table of {what}s")
            return
        for key, value in table.items():
            if key in known:
                yield key, value
            elif key in elsewhere:
                self._problem(UNKNOWN_KEY, f"'{key}' is no option that a file gives", (*route, key), hint="write it on the command line")
            else:
                where = f"in [{'.'.join((*self.route, *route))}]" if self.route or route else "here"
                self._problem(UNKNOWN_KEY, f"there is no {what} '{key}' {where}", (*route, key), hint=did_you_mean(key, known))

    def _value(self, value: Any, option: Parameter, route: tuple[str, ...]) -> Any:
        """A value as the option takes it."""
        if not option.takes_value:
            if not isinstance(value, bool):
                self._problem(WRONG_VALUE, f"'{route[-1]}' takes true or false", route, "", expected="true or false")
            return value
        texts = value if option.repeatable and isinstance(value, list) else [value]
        if not all(isinstance(text, str) and text for text in texts):
            expected = "a text or a list of texts" if option.repeatable else "a text"
            self._problem(WRONG_VALUE, f"'{route[-1]}' takes {expected}", route, "", expected=expected)
            return value
        found = [self._text(text, option, route) for text in texts]
        return found if option.repeatable else found[0]

    def _text(self, text: str, option: Parameter, route: tuple[str, ...]) -> str:
        head, sign, file = text.partition("=") if option.is_pair else ("", "", text)
        if option.is_pair and not (head and file):
            self._problem(WRONG_VALUE, f"'{text}' does not say which format goes where", route, text, expected="FORMAT=FILE")
            return text
        for word in filter(None, [head] if option.is_pair else text.split(",") if option.repeatable else [text]):
            plain = word.strip()
            if option.words and plain.replace(" ", "_") not in option.words:
                expected = f"one of {', '.join(option.words)}" if len(option.words) < 30 else ""
                hint = did_you_mean(plain, option.words)
                self._problem(UNKNOWN_WORD, f"'{route[-1]}' knows no '{plain}'", route, plain, hint, expected)
        return f"{head}{sign}{self._file(file, route)}" if option.takes_file else text

    def _file(self, file: str, route: tuple[str, ...]) -> str:
        """A file beside the configuration, which others may have written: elsewhere and in hidden folders it names none."""
        if file == "-":
            return file
        if "\0" in file:
            self._problem(WRONG_VALUE, "the name holds a character that no name may hold", route, "", expected="the name of a file")
            return file
        path = os.path.normpath(os.path.join(self.folder, file))
        folder, end = os.path.realpath(self.folder).rstrip(os.sep) + os.sep, os.path.realpath(path)
        if not end.startswith(folder):
            self._problem(OUTSIDE, f"'{file}' leads out of the folder of this file", route, file, "name it on the command line")
        elif any(name.startswith(".") for name in end.removeprefix(folder).split(os.sep)):
            self._problem(OUTSIDE, f"'{file}' is hidden, or in a hidden folder", route, file, "name it on the command line")
        return _shown(path)

    def _problem(self, code: str, message: str, route: tuple[str, ...], value: str | None = None, hint: str = "",
                 expected: str = "") -> None:  # fmt: skip
        from dealcli.reading.toml_file import place_in

        place = place_in(self.source, (*self.route, *route), value)
        self.problems.append(Diagnostic(code, message, place, expected, hint))
