"""Completion scripts, one module a shell. They are made once and then run without dealcli: a TAB costs no start of Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from dealcli.cli.command_tree import Command
from dealcli.cli.shells import bash, fish, zsh

Script = Callable[[Sequence[Command]], Iterator[str]]

SCRIPTS: Mapping[str, Script] = MappingProxyType({"bash": bash.script, "zsh": zsh.script, "fish": fish.script})
