"""Completion for fish."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dealcli.cli.command_tree import Command, Parameter

HEAD = """\
# Completion of dealcli in fish. Put it in ~/.config/fish/completions/dealcli.fish.
function __dealcli_is
    # whether the command is the first argument, or there is none where it is empty
    for word in (commandline -opc)[2..-1]
        if not string match -q -- '-*' $word
            test "$word" = "$argv[1]"
            return
        end
    end
    test -z "$argv[1]"
end
complete -c dealcli -f
"""


def script(commands: Sequence[Command]) -> Iterator[str]:
    """The script, piece by piece."""
    yield HEAD
    for command in commands:
        if command.name:
            yield f"complete -c dealcli -n '__dealcli_is \"\"' -a {command.name} -d {_quoted(command.help)}\n"
    for command in commands:
        here = f"complete -c dealcli -n {_quoted(f'__dealcli_is {command.name or chr(34) * 2}')}"
        yield from (f"{here}{_option(option)}\n" for option in command.options)
        yield from (f"{here}{offered}\n" for argument in command.arguments if (offered := _offer(argument)))


def _option(option: Parameter) -> str:
    names = "".join(f" -l {name[2:]}" if name.startswith("--") else f" -s {name[1:]}" for name in option.names)
    value = (_offer(option) or " -x") if option.takes_value else ""
    required = " -r" if option.takes_value and option.takes_file else ""
    return f"{names}{required}{value} -d {_quoted(option.help)}"


def _offer(parameter: Parameter) -> str:
    """What may stand here: words, files, or both; empty where that cannot be known."""
    words = " ".join(f"{word}=" if parameter.is_pair else word for word in parameter.words)
    only = " -x" if words and parameter.names and not parameter.takes_file else ""
    return f"{' -F' if parameter.takes_file else only}{f' -a {_quoted(words)}' if words else ''}"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
