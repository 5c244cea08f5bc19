"""A project to start from: it works as it is written, and never at the cost of what is there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

import dealcli
from dealcli.cli.init import SCHEMAS, SERVER_FILES

Run = Callable[..., Any]
HEADS = ("# yaml-language-server: $schema=", "# $schema: ")


@pytest.fixture
def project(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new project, which is the working folder."""
    assert run("init", "new").code == 0
    monkeypatch.chdir(here / "new")
    return here / "new"


def written(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_what_is_told_is_what_is_written(run: Run, here: Path) -> None:
    ended = run("init", "my deals")
    assert (ended.code, ended.err) == (0, "")
    listed = re.findall(r"^  (\S*[./]\S+)  ", ended.out, re.MULTILINE)
    assert set(listed) == written(here / "my deals")
    assert "\nNext\n  cd 'my deals'\n  dealcli check .\n" in ended.out


def test_the_commands_that_are_told_run_as_they_stand(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = run("init", "new").out.partition("\nNext\n")[2].splitlines()
    assert len(told) == 4
    for line in told:
        program, *arguments = shlex.split(line)
        if program == "cd":
            monkeypatch.chdir(here / arguments[0])
        else:
            assert run(*arguments).code == 0


def test_the_project_raises_no_question_and_all_that_it_expects_holds(run: Run, project: Path) -> None:
    ended = run("check", ".", "--fail-level", "info")
    assert (ended.code, ended.out) == (0, "")
    assert "12 expectations hold in 4 scenarios of 2 files" in run("test", ".").out
    assert run("coverage", "clauses", "scenarios", "--check").code == 0
    assert run("evaluate", "scenarios/late_delivery.yaml", "--fail-on", "expectation").code == 0


def test_every_document_begins_with_the_schema_that_it_fits(run: Run, project: Path) -> None:
    documents = [path for folder in ("clauses", "scenarios") for path in (project / folder).iterdir()]
    assert len(documents) == 3
    for path in documents:
        lines = path.read_text("utf-8").splitlines()
        named = [line.removeprefix(head) for line, head in zip(lines, HEADS, strict=False) if line.startswith(head)]
        assert len(named) == 2
        assert named[0] == named[1]
        schema = path.parent / named[0]
        assert schema.read_text("utf-8") == run("schema", schema.name.partition(".")[0]).out
        tree = yaml.load(path.read_text("utf-8"), yaml.BaseLoader)
        Draft202012Validator(yaml.safe_load(schema.read_text("utf-8"))).validate(tree)


def test_the_schemas_are_those_of_this_version(run: Run, project: Path) -> None:
    for kind in SCHEMAS:
        assert (project / "schemas" / f"{kind}.schema.json").read_text("utf-8") == run("schema", kind).out


def test_the_options_of_the_project_count(run: Run, project: Path) -> None:
    assert (project / "dealcli.toml").read_text("utf-8").startswith("#:schema schemas/configuration.schema.json\n")
    assert re.search(r"^check.fail-level +warning +dealcli.toml:3$", run("config").out, re.MULTILINE)


@pytest.mark.parametrize("server", ["github", "gitlab", "none"])
def test_the_file_of_the_server_is_that_which_was_asked_for(run: Run, here: Path, server: str) -> None:
    run("init", "new", "--ci", server)
    there = written(here / "new") & set(SERVER_FILES.values())
    assert there == ({SERVER_FILES[server]} if server in SERVER_FILES else set())
    for name in there:
        text = (here / "new" / name).read_text("utf-8")
        assert f"dealcli=={dealcli.__version__}\n" in text
        assert yaml.safe_load(text)


def test_nothing_is_overwritten_and_then_nothing_is_written(run: Run, here: Path) -> None:
    (here / "scenarios").mkdir()
    (here / "scenarios" / "suite.yaml").write_text("mine\n", encoding="utf-8")
    (here / "dealcli.toml").symlink_to("nowhere")
    before = written(here)
    ended = run("init")
    assert (ended.code, ended.out) == (2, "")
    told = re.findall(r"error\[DC544\].*\n +--> (\S+)\n", ended.err)
    assert told == ["./dealcli.toml", "./scenarios/suite.yaml"]
    assert written(here) == before
    assert (here / "scenarios" / "suite.yaml").read_text("utf-8") == "mine\n"


def test_what_is_beside_the_project_stays(run: Run, here: Path) -> None:
    before = {path: path.read_bytes() for path in here.iterdir()}
    assert run("init").code == 0
    assert {path: path.read_bytes() for path in before} == before


def test_a_project_is_not_made_inside_a_file(run: Run, here: Path) -> None:
    for folder in ("deal.yaml", "deal.yaml/deeper"):
        ended = run("init", folder)
        assert (ended.code, ended.out) == (2, "")
        assert "error[DC510]" in ended.err


def test_an_unknown_server_is_told_which_there_are(run: Run, here: Path) -> None:
    ended = run("init", "new", "--ci", "gitlb")
    assert ended.code == 2
    assert "did you mean 'gitlab' or 'github'?" in ended.err
    assert not (here / "new").exists()
