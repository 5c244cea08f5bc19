"""The rules of the house: where things may stand, what may know what, how large a thing may grow."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports
from packaging.requirements import Requirement

import dealcli

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "dealcli"
MODULES = sorted(PACKAGE.rglob("*.py"))
SEMANTICS = sorted([*PACKAGE.glob("language/*.py"), *PACKAGE.glob("engine/*.py")])

MODULE_LINES = 400
FUNCTION_LINES = 40

LONG_MODULES: tuple[tuple[str, int, str], ...] = ()
"""Modules over the bound: the module, the lines it may have today, why. A bound may only fall, and goes when unneeded."""
LONG_FUNCTIONS: tuple[tuple[str, str, int, str], ...] = ()
"""The same for functions: module, name, lines, why."""

TOP_LEVEL = {
    "src", "clauses", "examples", "tests", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "action.yml",
    "requirements-dev.txt", "requirements.txt",
}  # fmt: skip

NOT_OURS = re.compile(
    r"pypi[.]org|python[h]osted|npm[j]s|deb[.]debian|[.]library/"  # where packages come from
    r"|(?<![\w.:/])/(?:work|farm|root|home|tmp|opt)/"  # where one machine keeps things
)
IMPURE_CALLS = {"print", "input", "open", "breakpoint", "exec", "eval", "hash"}


def named(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def functions(path: Path) -> dict[str, int]:
    """The lines of each function of a module, by its name in the module ("Position.__init__")."""
    found: dict[str, int] = {}
    waiting: list[tuple[str, ast.AST]] = [("", parsed(path))]
    while waiting:
        within, node = waiting.pop()
        for child in ast.iter_child_nodes(node):
            name = within
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{within}.{child.name}".lstrip(".")
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                found[name] = (child.end_lineno or child.lineno) - child.lineno + 1
            waiting.append((name, child))
    return found


def called(path: Path) -> dict[str, int]:
    """The plain names that a module calls, each with the last line of a call."""
    calls = [node for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)]
    return {call.func.id: call.lineno for call in calls if isinstance(call.func, ast.Name)}


def tracked() -> list[str]:
    """The files of the repository, by their path in it; those about to be added count too."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        found = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("the sources are not in a git checkout")
    return sorted(name for name in found.stdout.split("\0") if name and (ROOT / name).is_file())


def test_arrows_between_the_rooms_point_one_way(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename="pyproject.toml", no_cache=True, no_logo=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_no_module_outgrows_the_house() -> None:
    bounds = {module: lines for module, lines, _ in LONG_MODULES}
    sizes = {named(path): len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {name: size for name, size in sizes.items() if size > bounds.get(name, MODULE_LINES)} == {}
    assert [module for module in bounds if sizes.get(module, 0) <= MODULE_LINES] == [], "no longer an exception"


def test_no_function_outgrows_the_house() -> None:
    bounds = {(module, function): lines for module, function, lines, _ in LONG_FUNCTIONS}
    sizes = {(named(path), name): size for path in MODULES for name, size in functions(path).items()}
    assert {name: size for name, size in sizes.items() if size > bounds.get(name, FUNCTION_LINES)} == {}
    assert [name for name in bounds if sizes.get(name, 0) <= FUNCTION_LINES] == [], "no longer an exception"


def test_numbers_are_never_binary_fractions() -> None:
    assert [(named(path), called(path)["float"]) for path in MODULES if "float" in called(path)] == []


def test_language_and_engine_neither_print_nor_read_nor_depend_on_the_process() -> None:
    found = [(named(path), name) for path in SEMANTICS for name in sorted(IMPURE_CALLS & called(path).keys())]
    assert found == []


def test_language_and_engine_know_neither_clock_nor_chance() -> None:
    clock = {("date", "today"), ("datetime", "today"), ("datetime", "now"), ("datetime", "utcnow")}
    found = [
        (named(path), node.lineno)
        for path in SEMANTICS
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in clock
    ]
    assert found == []


def test_the_top_level_holds_only_what_the_plan_names() -> None:
    names = {name.partition("/")[0] for name in tracked()}
    assert {name for name in names if not name.startswith(".")} - TOP_LEVEL == set()


def test_no_file_names_a_registry_or_a_place_on_one_machine() -> None:
    found = []
    for name in tracked():
        text = (ROOT / name).read_bytes().decode("utf-8", "replace")
        found += [(name, n, line[:100]) for n, line in enumerate(text.splitlines(), 1) if NOT_OURS.search(line)]
    assert found == []


def test_the_package_imports_nothing_before_it_knows_the_command() -> None:
    assert [
        node for node in ast.walk(parsed(PACKAGE / "__init__.py")) if isinstance(node, ast.Import | ast.ImportFrom)
    ] == []


def test_classes_of_fields_are_made_by_the_package_itself() -> None:
    taken = [(named(path), node.lineno) for path in MODULES for node in ast.walk(parsed(path)) if isinstance(node, ast.ImportFrom)
             and node.module == "dataclasses"]  # fmt: skip
    assert taken == [], "dealcli.slotted has the same dataclass, field and replace, and compiles nothing at import"


def test_the_version_is_answered_without_loading_the_command_line() -> None:
    program = (
        "import sys; sys.argv = ['dealcli', '--version']; from dealcli.__main__ import run; run(); "
        "print(sorted(name for name in sys.modules if name.partition('.')[0] in "
        "('dealcli', 'typer', 'rich', 'pydantic', 'yaml')))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert ran.stdout == f"dealcli {dealcli.__version__}\n['dealcli', 'dealcli.__main__']\n"


def test_the_version_is_the_same_wherever_it_is_written() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] == dealcli.__version__
    assert f"## [{dealcli.__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_every_dependency_is_locked_within_its_range() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [
        Requirement(text) for text in [*declared["project"]["dependencies"], *declared["dependency-groups"]["dev"]]
    ]
    lock = (ROOT / "requirements-dev.txt").read_text("utf-8")
    locked = dict(re.findall(r"^([a-z0-9-]+)==(\S+)", lock, re.MULTILINE))
    outside = [str(need) for need in wanted if not need.specifier.contains(locked.get(need.name.lower(), "0"))]
    assert outside == []


def test_every_check_of_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8").splitlines()
    commands = [line for line in readme if "-m pytest" in line]
    assert len(commands) == 1
    assert commands[0].count(" && ") == 3
