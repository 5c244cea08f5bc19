"""Completion for zsh."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dealcli.cli.command_tree import Command, Parameter

HEAD = """\
#compdef dealcli
# Completion of dealcli in zsh. Put it in a folder of $fpath, in a file that is named _dealcli.
_dealcli() {
    local curcontext=$curcontext state line
    typeset -A opt_args
    local -a commands
    commands=(
"""


def script(commands: Sequence[Command]) -> Iterator[str]:
    """The script, piece by piece."""
    yield HEAD
    yield from (f"        {_quoted(f'{one.name}:{one.help}')}\n" for one in commands if one.name)
    yield "    )\n"
    for command in commands:
        if command.name:
            yield f"            {command.name})\n                _arguments{_specifications(command)}\n                ;;\n"
        else:
            yield f"    _arguments -C{_specifications(command)} \\\n        '1:command:->command' '*::argument:->argument'\n"
            yield "    case $state in\n        command) _describe command commands ;;\n        argument)\n"
            yield "            case $words[1] in\n"
    yield "            esac\n            ;;\n    esac\n}\n"
    # a file of $fpath is the function itself; a script that is sourced only registers it
    yield 'if [[ $funcstack[1] == _dealcli ]]; then _dealcli "$@"; else compdef _dealcli dealcli; fi\n'


def _specifications(command: Command) -> str:
    options = [f" \\\n{' ' * 20}{_option(option)}" for option in command.options]
    arguments = [f" \\\n{' ' * 20}{_argument(number, one)}" for number, one in enumerate(command.arguments, 1)]
    return "".join([*options, *arguments])


def _option(option: Parameter) -> str:
    text = option.help.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    after = _quoted(f"[{text}]{_value(option) if option.takes_value else ''}")
    names = [f"{name}{'=' if option.takes_value and name.startswith('--') else ''}" for name in option.names]
    others = "*" if option.repeatable else f"({' '.join(option.names)})" if len(names) > 1 else ""
    return f"'{others}'{{{','.join(names)}}}{after}" if len(names) > 1 else f"{_quoted(others + names[0])}{after}"


def _argument(number: int, argument: Parameter) -> str:
    return _quoted(f"{'*' if argument.repeatable else number}{_value(argument)}")


def _value(parameter: Parameter) -> str:
    """``:what it is called:what may stand here``."""
    name = parameter.metavar.replace(":", "\\:")
    words = " ".join(word.replace(":", "\\:") for word in parameter.words)
    if parameter.is_pair:
        return f':{name}:{{if compset -P "*="; then _files; else compadd -S = -- {words}; fi}}'
    if words and parameter.takes_file:
        return f":{name}:{{compadd -- {words.replace(chr(92), '')}; _files}}"
    return f":{name}:{f'({words})' if words else '_files' if parameter.takes_file else ' '}"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
