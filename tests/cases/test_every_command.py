"""The commands about one scenario end well on every example and every published case."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dealcli.analysis.scenario import load
from dealcli.cli.main import main

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("examples/*.yaml"), *ROOT.glob("tests/cases/*/suite.yaml")])
SMALL = [path for path in FILES if path.stem != "road_fines"]
Command = Callable[..., tuple[int, str]]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command in the folder of a file. Gives its exit code and its answer."""

    def run(path: Path, *arguments: str) -> tuple[int, str]:
        monkeypatch.chdir(path.parent)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        told = capsys.readouterr()
        assert ended.value.code in (0, 1), told.err
        return int(ended.value.code), told.out

    return run


@pytest.mark.parametrize("path", SMALL, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_each_command_about_a_scenario_answers(path: Path, command: Command, tmp_path: Path) -> None:
    titles = [scenario.title for scenario in load(str(path), {})]
    for title in titles[:1]:
        scenario = (path.name, "--scenario", title)
        saved = str(tmp_path / "result.json")
        command(path, "evaluate", *scenario, "--readings", "default", "--format", "json", "-o", saved)
        assert command(path, "verify-result", saved)[0] == 0
        text = Path(saved).read_text("utf-8")
        assert " at 0x" not in text
        result = json.loads(text)
        told = next((p for p in reversed(result["positions"]) if p["because"]), result["positions"][-1])
        chosen = ("--key", told["key"]) if told["key"] else ("--party", told["bearer"]) if told["bearer"] and told["because"] else ()
        assert told["title"] in command(path, "explain", *scenario[:1], told["clause"], *scenario[1:], *chosen)[1]
        command(path, "why-not", path.name, told["clause"], "suspended", *scenario[1:], *chosen, "--tries", "20")
        assert command(path, "agenda", *scenario, "--format", "ics")[1].startswith("BEGIN:VCALENDAR")
        assert command(path, "diff", *scenario, "--readings", "default")[0] == 0
        if result["story"] and any(entry["kind"] == "event" for entry in result["story"]):
            _, page = command(path, "whatif", *scenario, "--drop", "1", "--readings", "default", "--format", "markdown")
            assert page.startswith("## ")
