"""Completion for bash, from version 3.2 on, without the package bash-completion.

bash takes ``--format=json`` and ``sarif=out.sarif`` apart at the ``=``, and a word at its ``:``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dealcli.cli.command_tree import Command, Parameter

HEAD = """\
# Completion of dealcli in bash. Put it where bash reads it, such as ~/.bashrc, or in a file of the folder
# ~/.local/share/bash-completion/completions that is named dealcli.
_dealcli() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} pair='' command='' word i
    local words='' files='' ends_open='' argument=0
    if [[ $current == '=' ]]; then
        current='' pair=1
    elif [[ $previous == '=' ]]; then
        previous=${COMP_WORDS[COMP_CWORD - 2]} pair=1
    fi
"""
COUNT = """\
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ -z $command ]]; then
            [[ $word == -* ]] || command=$word
            continue
        fi
        case "$command $word" in
            %s)
                [[ ${COMP_WORDS[i + 1]} != '=' ]] || ((i++))
                ((i++))
                ;;
            *' =') ((i++)) ;;
            *' -'*) ;;
            *) ((argument++)) ;;
        esac
    done
"""
TAIL = """\
    COMPREPLY=()
    while IFS= read -r word; do
        [[ -z $word ]] || COMPREPLY+=("$word")
    done < <(compgen -W "$words" -- "$current"; [[ -z $files ]] || compgen -f -- "$current")
    [[ -z $files ]] || compopt -o filenames 2>/dev/null
    [[ -z $ends_open ]] || compopt -o nospace 2>/dev/null
    return 0
}
complete -F _dealcli dealcli
"""


def script(commands: Sequence[Command]) -> Iterator[str]:
    """The script, piece by piece."""
    yield HEAD
    yield COUNT % (" | ".join(_after(command, option) for command in commands for option in _valued(command)) or "''")
    yield "    if [[ -n $pair && $previous != -* ]]; then\n        files=1\n    else\n"
    yield '        case "$command $previous" in\n'
    for command in commands:
        for option in _valued(command):
            yield f"            {_after(command, option)}) {_offer(option)} ;;\n"
    yield "            *)\n                if [[ $current == -* ]]; then\n                    case $command in\n"
    for command in commands:
        names = " ".join(name for option in command.options for name in option.names)
        yield f"                        '{command.name}') words='{names}' ;;\n"
    yield '                    esac\n                else\n                    case "$command $argument" in\n'
    yield f"                        ' '*) words='{' '.join(one.name for one in commands if one.name)}' ;;\n"
    for command in commands:
        for number, argument in enumerate(command.arguments):
            place = "*" if argument.repeatable else str(number)
            yield f"                        '{command.name} '{place}) {_offer(argument)} ;;\n"
    yield "                    esac\n                fi\n                ;;\n        esac\n    fi\n"
    yield TAIL


def _valued(command: Command) -> list[Parameter]:
    return [option for option in command.options if option.takes_value]


def _after(command: Command, option: Parameter) -> str:
    return " | ".join(f"'{command.name} {name}'" for name in option.names)


def _offer(parameter: Parameter) -> str:
    """The assignments that say what may stand here; ``:`` where that cannot be known."""
    if parameter.is_pair:
        return f"words='{' '.join(f'{word}=' for word in parameter.words)}' ends_open=1"
    words = [f"words='{' '.join(parameter.words)}'"] if parameter.words else []
    return " ".join([*words, *(["files=1"] if parameter.takes_file else [])]) or ":"
