"""What ships for continuous integration, step by step: the scripts are read out of the YAML and run as a server runs them.

Nothing is fetched: the package is built from the sources with what is installed beside the tests.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from junitparser import JUnitXml

import dealcli
from dealcli.cli.init import SERVER_FILES

Run = Callable[..., Any]
ROOT = Path(__file__).resolve().parents[2]
SYSTEM = [str(Path(sys.executable).parent), *os.defpath.split(os.pathsep)]
INSTALLED = sysconfig.get_paths()["purelib"]
pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="the scripts are run by bash"),
    pytest.mark.skipif(not (ROOT / "action.yml").exists(), reason="needs a checkout"),
]
OFFLINE = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
WRONG = ("clauses/supply.yaml", "within: delivery_time", "within: delivery_tme")
UNMET = ("scenarios/suite.yaml", "amount: EUR 3600", "amount: EUR 3500")


def environment(path: list[str], **more: str) -> dict[str, str]:
    """What a fresh machine knows; PYTHONPATH stands for the packages that pip would have fetched."""
    return {"PATH": os.pathsep.join(path), "PYTHONPATH": INSTALLED, "LANG": "C.UTF-8", "CI": "true", **OFFLINE, **more}


def bash(script: str, folder: Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=120)


def spoilt(project: Path, fault: tuple[str, str, str]) -> None:
    """Write one wrong word into a file of the project."""
    name, right, wrong = fault
    text = (project / name).read_text("utf-8")
    assert right in text
    (project / name).write_text(text.replace(right, wrong), encoding="utf-8")


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nobody's own settings count."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(OFFLINE, "HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package, built from the sources."""
    folder = tmp_path_factory.mktemp("wheels")
    built = bash(f"python -m pip wheel --quiet --wheel-dir {shlex.quote(str(folder))} {shlex.quote(str(ROOT))}", ROOT, environment(SYSTEM))
    assert built.returncode == 0, built.stderr
    return folder


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a fresh Python, without dealcli."""
    folder = tmp_path_factory.mktemp("machine") / "python"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder / "bin"


@pytest.fixture
def project(run: Run, here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh project in a repository of its own."""
    folder = here / "project"
    assert run("init", "project").code == 0
    (folder / ".git").mkdir()
    return folder


# --- the hooks of pre-commit -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hooks(machine: Path) -> dict[str, Any]:
    """The hooks by their ids, with the package installed as pre-commit installs it: from the sources, into a Python of its own."""
    installed = bash(f"python -m pip install --quiet {shlex.quote(str(ROOT))}", ROOT, environment([str(machine), *SYSTEM[1:]]))
    assert installed.returncode == 0, installed.stderr
    return {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}


@pytest.fixture
def commit(hooks: dict[str, Any], machine: Path) -> Callable[..., list[tuple[str, int, str]]]:
    """Run all hooks, or some, as pre-commit does on files of a folder; gives each hook's id, exit code and output."""

    def run_hooks(folder: Path, files: list[str], *ids: str) -> list[tuple[str, int, str]]:
        found = []
        for hook in (hooks[name] for name in ids or hooks):
            assert hook["language"] == "python"
            assert hook["types"] == ["yaml"]
            chosen = [file for file in files if file.endswith((".yaml", ".yml")) and not re.search(hook["exclude"], file)]
            names = chosen if hook.get("pass_filenames", True) else []
            line = shlex.join([*shlex.split(hook["entry"]), *hook.get("args", []), *names])
            done = bash(line, folder, environment([str(machine), *SYSTEM[1:]]))
            found.append((hook["id"], done.returncode, done.stdout + done.stderr))
        return found

    return run_hooks


def files_of(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_the_hooks_pass_on_a_sound_project(commit: Any, project: Path) -> None:
    assert [(name, code) for name, code, _ in commit(project, files_of(project))] == [("dealcli-check", 0), ("dealcli-test", 0)]


def test_the_hooks_fail_on_a_clause_that_cannot_be_used(commit: Any, project: Path) -> None:
    spoilt(project, WRONG)
    (check, test) = commit(project, files_of(project))
    assert check[1] == 1
    assert "clauses/supply.yaml:25:13" in check[2]
    assert "did you mean delivery_time" in check[2]
    assert test[1] == 2


def test_the_hook_fails_where_an_expectation_fails_whatever_file_was_changed(commit: Any, project: Path) -> None:
    spoilt(project, UNMET)
    (check, test) = commit(project, ["clauses/supply.yaml"])
    assert check[1] == 0
    assert test[1] == 1
    assert "expected EUR 3500" in test[2]


def test_the_hooks_take_the_options_of_the_project(commit: Any, project: Path) -> None:
    spoilt(project, ("clauses/supply.yaml", "terms:\n", "terms:\n  unread: {value: 1}\n"))
    assert [code for _, code, _ in commit(project, files_of(project))] == [1, 0]
    (project / "dealcli.toml").unlink()
    assert [code for _, code, _ in commit(project, files_of(project))] == [0, 0]


# --- the action of GitHub ----------------------------------------------------------------------------------------------


class Runner:
    """Runs the steps of a workflow one after the other, as GitHub does, and keeps what each gave."""

    def __init__(self, folder: Path, temporary: Path, path: list[str], inputs: Mapping[str, str], **more: str) -> None:
        self.folder, self.path, self.inputs = folder, path, inputs
        self.paths_file = temporary / "path"
        self.paths_file.write_text("", encoding="utf-8")
        self.summary = temporary / "summary.md"
        self.known = {"RUNNER_TEMP": str(temporary), "GITHUB_PATH": str(self.paths_file), "GITHUB_STEP_SUMMARY": str(self.summary),
                      "GITHUB_ACTIONS": "true", **more}  # fmt: skip
        self.told: dict[str, subprocess.CompletedProcess[str]] = {}

    def run(self, steps: list[dict[str, Any]]) -> list[str]:
        """The names of the steps that failed."""
        failed: list[str] = []
        for step in steps:
            if "run" not in step or not self._applies(step.get("if", ""), failed):
                continue
            own = {name: self._filled_in(str(value)) for name, value in step.get("env", {}).items()}
            added = self.paths_file.read_text("utf-8").split()[::-1]
            done = bash(step["run"], self.folder, environment([*added, *self.path], **self.known, **own))
            self.told[step["name"]] = done
            if done.returncode:
                failed.append(step["name"])
        return failed

    def _applies(self, condition: str, failed: list[str]) -> bool:
        wanted = re.search(r"inputs\.([a-z-]+) != ''", condition)
        return (not failed or "!cancelled()" in condition) and (wanted is None or self.inputs[wanted[1]] != "")

    def _filled_in(self, text: str) -> str:
        return re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda found: self.inputs[found[1]], text)


ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8")) if (ROOT / "action.yml").exists() else {}
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"] if ACTION else []


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a runner in which the first step of the action has installed dealcli."""
    temporary = tmp_path_factory.mktemp("runner")
    runner = Runner(ROOT, temporary, SYSTEM, {}, GITHUB_ACTION_PATH=str(ROOT))
    assert runner.run(STEPS[:1]) == [], runner.told["Install dealcli"].stderr
    return temporary


@pytest.fixture
def act(installed: Path, tmp_path: Path) -> Callable[..., tuple[list[str], Runner]]:
    """Run the other steps of the action in a folder, with inputs; gives what failed, and the runner."""

    def one(folder: Path, **inputs: str) -> tuple[list[str], Runner]:
        defaults = {name: str(given["default"]) for name, given in ACTION["inputs"].items()}
        temporary = tmp_path / "runner"
        temporary.mkdir(exist_ok=True)
        runner = Runner(folder, temporary, SYSTEM, {**defaults, **{name.replace("_", "-"): value for name, value in inputs.items()}})
        added = (installed / "path").read_text("utf-8")
        runner.paths_file.write_text(added, encoding="utf-8")
        return runner.run(STEPS[1:]), runner

    return one


def test_the_action_passes_on_a_sound_project(act: Any, project: Path) -> None:
    failed, runner = act(project)
    assert failed == []
    assert set(runner.told) == {"Check the clauses", "Run the scenarios"}
    assert "12 expectations hold" in runner.told["Run the scenarios"].stdout


def test_the_action_fails_on_a_clause_that_cannot_be_used_and_says_where(act: Any, project: Path) -> None:
    spoilt(project, WRONG)
    failed, runner = act(project, sarif="problems.sarif")
    assert failed == ["Check the clauses", "Run the scenarios"]
    assert runner.told["Check the clauses"].stdout.startswith("::error file=clauses/supply.yaml,line=25,col=13,")
    assert "| `clauses/supply.yaml:25:13` | DC302 |" in runner.summary.read_text("utf-8")
    results = json.loads((project / "problems.sarif").read_text("utf-8"))["runs"][0]["results"]
    assert [one["ruleId"] for one in results] == ["DC302"]


def test_the_action_fails_where_an_expectation_fails(act: Any, project: Path) -> None:
    spoilt(project, UNMET)
    assert act(project)[0] == ["Run the scenarios"]


def test_the_action_takes_several_paths_whatever_is_in_their_names(act: Any, project: Path) -> None:
    odd = project / "more * $(touch x); clauses"
    odd.mkdir()
    (odd / "-o.yaml").write_text((project / "clauses" / "supply.yaml").read_text("utf-8"), encoding="utf-8")
    failed, runner = act(project, paths=f"clauses\n{odd.name}\n", test="", fail_level="info")
    assert failed == []
    assert set(runner.told) == {"Check the clauses"}
    assert "no problems in 2 files" in runner.told["Check the clauses"].stderr
    assert not (project / "x").exists()


def test_the_level_of_the_action_comes_before_that_of_the_project(act: Any, project: Path) -> None:
    spoilt(project, ("clauses/supply.yaml", "terms:\n", "terms:\n  unread: {value: 1}\n"))
    assert act(project)[0] == ["Check the clauses"]
    assert act(project, fail_level="error")[0] == []


def test_no_script_has_an_input_written_into_it() -> None:
    assert [step["name"] for step in STEPS if "${{" in step["run"]] == []


def test_every_input_of_the_action_is_described_and_used() -> None:
    text = (ROOT / "action.yml").read_text("utf-8")
    for name, given in ACTION["inputs"].items():
        assert given["description"].endswith(".")
        assert f"inputs.{name} " in text


# --- what init writes --------------------------------------------------------------------------------------------------


@pytest.fixture
def fresh(tmp_path: Path, wheels: Path) -> tuple[list[str], dict[str, str]]:
    """The programs of a machine that has not seen dealcli, and where pip finds it there."""
    folder = tmp_path / "fresh"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    # a machine on which these tests run may have dealcli among its own packages already
    return [str(folder / "bin"), *SYSTEM[1:]], {"PIP_FIND_LINKS": str(wheels), "PIP_IGNORE_INSTALLED": "1"}


@pytest.mark.parametrize(
    ("fault", "failing"), [(None, []), (WRONG, ["Check the clauses", "Run the scenarios"]), (UNMET, ["Run the scenarios"])]
)
def test_the_workflow_that_init_writes_for_github_fails_only_on_a_fault(
    project: Path, tmp_path: Path, fresh: tuple[list[str], dict[str, str]], fault: Any, failing: list[str]
) -> None:
    if fault is not None:
        spoilt(project, fault)
    (job,) = yaml.safe_load((project / SERVER_FILES["github"]).read_text("utf-8"))["jobs"].values()
    runner = Runner(project, tmp_path, fresh[0], {}, **fresh[1])
    assert runner.run(job["steps"]) == failing
    assert runner.told["Install dealcli"].returncode == 0


@pytest.mark.parametrize(("fault", "code"), [(None, 0), (WRONG, 1), (UNMET, 1)])
def test_the_job_that_init_writes_for_gitlab_fails_only_on_a_fault(
    run: Run, here: Path, fresh: tuple[list[str], dict[str, str]], fault: Any, code: int
) -> None:
    assert run("init", "project", "--ci", "gitlab").code == 0
    project = here / "project"
    if fault is not None:
        spoilt(project, fault)
    job = yaml.safe_load((project / SERVER_FILES["gitlab"]).read_text("utf-8"))["dealcli"]
    done = bash("\n".join(job["script"]), project, environment(fresh[0], **fresh[1]))
    assert done.returncode == code, done.stderr
    reports = job["artifacts"]["reports"]
    quality = json.loads((project / reports["codequality"]).read_text("utf-8"))
    assert [row["location"]["path"] for row in quality] == (["clauses/supply.yaml"] if fault is WRONG else [])
    if fault is not WRONG:
        assert JUnitXml.fromfile(str(project / reports["junit"])).failures == code


# --- this repository ---------------------------------------------------------------------------------------------------


def test_the_repository_checks_itself_with_its_own_action(act: Any) -> None:
    (job,) = yaml.safe_load((ROOT / ".github" / "workflows" / "dealcli.yml").read_text("utf-8"))["jobs"].values()
    (step,) = (step for step in job["steps"] if step.get("uses") == "./")
    failed, runner = act(ROOT, **step["with"])
    assert failed == [], runner.told


def test_the_repository_passes_its_own_hook_under_its_own_options(commit: Any, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [f"{folder}/{name}" for folder in ("clauses", "examples") for name in files_of(ROOT / folder)]
    ((_, code, told),) = commit(ROOT, files, "dealcli-check")
    assert code == 0, told
    monkeypatch.chdir(ROOT)
    assert re.search(r"^check.ignore +DC601, .* pyproject.toml:\d+$", run("config", "check", "clauses").out, re.MULTILINE)


def test_the_version_that_init_pins_is_this_one() -> None:
    starter = ROOT / "src" / "dealcli" / "cli" / "starter"
    assert ["==VERSION" in (starter / f"{name}.yml").read_text("utf-8") for name in SERVER_FILES] == [True, True]
    assert re.fullmatch(r"[0-9]+(\.[0-9]+)+", dealcli.__version__)


def test_the_manual_shows_what_ships() -> None:
    page = (ROOT / "src" / "dealcli" / "docs" / "workflow.md").read_text("utf-8")
    shown = [yaml.safe_load(block) for block in re.findall(r"```yml\n(.*?)```", page, re.DOTALL)]
    hooks, (step,), job = shown
    ids = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    assert {hook["id"] for hook in hooks["repos"][0]["hooks"]} == ids
    assert set(step["with"]) <= set(ACTION["inputs"])
    assert set(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)) == set(ACTION["inputs"])
    starter = (ROOT / "src" / "dealcli" / "cli" / "starter" / "gitlab.yml").read_text("utf-8")
    assert job == yaml.safe_load(starter.replace("VERSION", dealcli.__version__))
    assert hooks["repos"][0]["rev"] == f"v{dealcli.__version__}"
    assert step["uses"].endswith(f"@v{dealcli.__version__}")
