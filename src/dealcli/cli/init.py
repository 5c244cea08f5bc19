"""``dealcli init``: a small project that works, to be changed into one's own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Annotated

import typer

SERVERS = ("github", "gitlab", "none")
THERE_ALREADY = "DC544"
"""The code of a file that would be overwritten."""

SCHEMAS = ("agreement", "vocabulary", "scenario", "suite", "configuration")
SERVER_FILES = {"github": ".github/workflows/dealcli.yml", "gitlab": ".gitlab-ci.yml"}
NEXT = ("dealcli check .", "dealcli test .", "dealcli evaluate scenarios/late_delivery.yaml")
"""What may be run in the new project."""


def command(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="The folder of the project; made if it is not there.")] = ".",
    server: Annotated[
        str, typer.Option("--ci", metavar="SERVER", help="Checks on every push for github, gitlab or none.")
    ] = "github",
) -> int:
    """Write a small project: an agreement, a scenario, a suite, schemas for editors, options, and a CI file.

    Nothing is overwritten: where one of the files is there already, nothing is written.
    """
    from dealcli.cli import exits
    from dealcli.cli.choices import Choices
    from dealcli.cli.streams import write_answer
    from dealcli.diagnostics import Diagnostic, Place, Refused
    from dealcli.reading.files import shown_path

    choices = Choices()
    choices.word("--ci", server, SERVERS)
    choices.refuse()
    files = _files(server)
    there = [name for name in files if os.path.lexists(os.path.join(folder, name))]
    if there:
        hint = "choose another folder, or move it away"
        raise Refused(*(Diagnostic(THERE_ALREADY, "this file is there already, and nothing was written",
                                   Place(shown_path(os.path.join(folder, name))), hint=hint) for name in there))  # fmt: skip
    _write({os.path.join(folder, name): text for name, (_, text) in files.items()})
    write_answer(_told(folder, {name: about for name, (about, _) in files.items()}))
    return exits.DONE


def _files(server: str) -> dict[str, tuple[str, str]]:
    """Every file of the project: what it is and its text."""
    from importlib.resources import files

    from dealcli import __version__
    from dealcli.cli.schema import schema_text

    starter = files("dealcli.cli") / "starter"

    def text(name: str) -> str:
        return starter.joinpath(*name.split("/")).read_text(encoding="utf-8").replace("VERSION", __version__)

    found = {
        "clauses/supply.yaml": ("an agreement with two clauses", text("clauses/supply.yaml")),
        "scenarios/late_delivery.yaml": ("a timeline, and what is expected of it", text("scenarios/late_delivery.yaml")),
        "scenarios/suite.yaml": ("short scenarios over the same agreement", text("scenarios/suite.yaml")),
        "dealcli.toml": ("options of the commands", text("dealcli.toml")),
    }
    for kind in SCHEMAS:
        found[f"schemas/{kind}.schema.json"] = ("for editors: 'dealcli schema " + kind + "'", schema_text(kind))
    if server in SERVER_FILES:
        found[SERVER_FILES[server]] = ("checks and tests on every push", text(f"{server}.yml"))
    return found


def _write(files: Mapping[str, str]) -> None:
    """Write all files, or none: what was written is taken away where another one cannot be. Raises ``Refused``."""
    from dealcli.cli.streams import write_file

    written: list[str] = []
    try:
        for path, text in files.items():
            _make_folder(os.path.dirname(path))
            write_file([text], path)
            written.append(path)
    except BaseException:
        for path in written:
            os.unlink(path)
        raise


def _make_folder(path: str) -> None:
    """Make a folder with those above it. Raises ``Refused`` where that cannot be done."""
    from dealcli.cli.streams import refuse_unwritten

    try:
        os.makedirs(path or ".", exist_ok=True)
    except (OSError, ValueError) as error:
        refuse_unwritten(path, error)


def _told(folder: str, files: Mapping[str, str]) -> Iterator[str]:
    from dealcli.cli.layout import Room, columns
    from dealcli.output.text import safe

    yield f"Written in {safe(folder)}\n"
    yield from columns(list(files.items()), Room())
    yield "\nNext\n"
    if folder != ".":
        import shlex

        yield f"  cd {safe(shlex.quote(folder))}\n"
    yield from (f"  {line}\n" for line in NEXT)
