"""Mutants: single small changes of the modules that carry the meaning, and how many of them something notices.

``python tests/properties/mutants.py --count 200 --seed 1`` draws that many of all mutants of ``language``, ``engine``, ``dates``
and ``money``, tries each in a process of its own against the comparisons, the unit tests, the stored cases and the laws until
one fails, and prints the share that was noticed and every survivor. ``--list`` counts them only.

``equivalent.toml`` names the changes that change no meaning, each with the reason: they are printed apart, and a row that no
longer fits its module is an error.
"""

from __future__ import annotations

import argparse
import ast
import os
import resource
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from planted import HERE, SOURCE, plant

TESTS = HERE.parent
EQUIVALENT = HERE / "equivalent.toml"
SECONDS = 150
"""A mutant that has used so much of a processor goes on for ever: it is noticed."""

SWAPS: dict[type[Any], type[Any]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot,
    ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
}  # fmt: skip


def modules() -> list[str]:
    """The modules that carry the meaning."""
    package = SOURCE / "dealcli"
    files = sorted([*package.glob("language/*.py"), *package.glob("engine/*.py"), package / "dates.py", package / "money.py"])
    return [".".join(file.relative_to(package).with_suffix("").parts) for file in files if file.name != "__init__.py"]


def text_of(module: str) -> str:
    return SOURCE.joinpath("dealcli", *module.split(".")).with_suffix(".py").read_text("utf-8")


Change = Callable[[ast.AST], None]


def changes(node: ast.AST) -> Iterator[tuple[str, Change]]:
    """Every mutation of one node: what it is called, and what to do to a copy of the node."""
    if isinstance(node, ast.Compare):
        for number, operator in enumerate(node.ops):
            if type(operator) in SWAPS:
                yield f"{type(operator).__name__} to {SWAPS[type(operator)].__name__}", _operator(number)
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in SWAPS:
        yield f"{type(node.op).__name__} to {SWAPS[type(node.op)].__name__}", _only_operator
    elif isinstance(node, ast.If | ast.IfExp | ast.While) and not isinstance(node.test, ast.Compare | ast.BoolOp):
        yield "condition turned round", _turned
    elif isinstance(node, ast.Constant) and type(node.value) in (int, bool):
        yield f"{node.value} to {_other(node.value)}", _constant
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield "statement left out", _nothing
    elif isinstance(node, ast.Continue):
        yield "continue left out", _nothing


def _operator(number: int) -> Change:
    def change(node: Any) -> None:
        node.ops[number] = SWAPS[type(node.ops[number])]()

    return change


def _only_operator(node: Any) -> None:
    node.op = SWAPS[type(node.op)]()


def _turned(node: Any) -> None:
    node.test = ast.UnaryOp(ast.Not(), node.test)


def _other(value: Any) -> Any:
    return not value if isinstance(value, bool) else value + 1


def _constant(node: Any) -> None:
    node.value = _other(node.value)


def _nothing(node: Any) -> None:
    node.__class__ = ast.Pass
    node._fields = ()


def sites(tree: ast.Module) -> list[tuple[ast.AST, str, Change]]:
    """Every place and kind of mutation of a module, in the order of the text; annotations, asserts and messages are left out."""
    found: list[tuple[ast.AST, str, Change]] = []

    def go(node: ast.AST) -> None:
        if isinstance(node, ast.Assert | ast.Raise | ast.JoinedStr | ast.Import | ast.ImportFrom):
            return
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return
        found.extend((node, name, change) for name, change in changes(node))
        for field, value in ast.iter_fields(node):
            if field in ("annotation", "returns", "decorator_list"):
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    go(child)

    go(tree)
    return found


def mutated(module: str, number: int) -> tuple[str, str]:
    """The text of a module with one mutation, and where and what that is."""
    tree = ast.parse(text_of(module))
    node, name, change = sites(tree)[number]
    line = getattr(node, "lineno", 0)
    before = ast.unparse(node).splitlines()[0]
    change(node)
    return ast.unparse(ast.fix_missing_locations(tree)), f"{module}:{line}: {name}: {before[:110]}"


# --- what is known to change no meaning ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Equivalent:
    """``change``, wherever it can be made on a line with that text, changes no meaning; ``why`` says so."""

    module: str
    line: str
    change: str
    why: str


def equivalents() -> list[Equivalent]:
    return [Equivalent(**row) for row in tomllib.loads(EQUIVALENT.read_text("utf-8"))["equivalent"]]


def line_and_change(module: str, number: int) -> tuple[str, str]:
    """The text of the line that a mutant changes, and what it changes."""
    text = text_of(module)
    node, name, _ = sites(ast.parse(text))[number]
    return text.splitlines()[getattr(node, "lineno", 1) - 1].strip(), name


def out_of_date() -> list[Equivalent]:
    """The rows whose line no longer stands in the module, or cannot be changed so."""
    known = {module: [line_and_change(module, n) for n in range(len(sites(ast.parse(text_of(module)))))]
             for module in {row.module for row in equivalents()}}  # fmt: skip
    return [row for row in equivalents() if (row.line, row.change) not in known[row.module]]


# --- trying one, inside a process of its own ---------------------------------------------------------------------------------


def noticed() -> str:
    """The first thing that notices the mutant; nothing where none does."""
    import pytest

    def tests(*paths: str, more: tuple[str, ...] = ()) -> bool:
        arguments = ["-x", "-q", "--no-header", "--no-summary", "-p", "no:cacheprovider", "-c", str(TESTS.parent / "pyproject.toml"), *more]
        return pytest.main([*arguments, *(str(TESTS / path) for path in paths)]) != 0

    if _compared(6, 60):
        return "comparison"
    if tests("unit/test_dates.py", "unit/test_money.py", "unit/language", "unit/engine", "properties/test_found.py"):
        return "unit tests"
    if tests("docs/test_messages.py", "docs/test_docs.py", "unit/analysis", "cases", "cli/test_golden.py", "cli/test_check.py"):
        return "cases and manual"
    if _compared(120, 600):
        return "comparison"
    if tests("properties/test_laws.py", more=("-k", "not machine")):
        return "laws"
    return ""


def _compared(contracts: int, small: int) -> bool:
    from planted import checks

    found = checks()
    for name, most in (("comparison", contracts), ("small scope", small)):
        for seed in range(most):
            try:
                if found[name](seed):
                    return True
            except Exception as error:
                if type(error).__name__ not in ("Refuses", "ReferenceRefused", "DoesNotSettle"):
                    return True
    return False


def inside(module: str, number: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    text, _ = mutated(module, number)
    plant(module, lambda _: text)
    out, sys.stdout = sys.stdout, sys.stderr
    found = noticed()
    print(f"noticed: {found}", file=out, flush=True)


# --- the command -----------------------------------------------------------------------------------------------------------------


def attempt(mutant: tuple[str, int]) -> tuple[tuple[str, int], str]:
    """What notices a mutant; a crash on import and an endless run are noticed as well."""
    arguments = [sys.executable, str(Path(__file__)), "--inside", mutant[0], str(mutant[1])]
    ran = subprocess.run(arguments, capture_output=True, text=True, check=False, env=os.environ | {"DEALCLI_LAWS": "15"})
    if ran.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return mutant, "endless"
    told = [line for line in ran.stdout.splitlines() if line.startswith("noticed: ")]
    return mutant, told[-1].removeprefix("noticed: ") if told else "crash"


def drawn(count: int, seed: int, within: str = "") -> list[tuple[str, int]]:
    """So many of all mutants, each as likely as any other."""
    every = [(module, number) for module in modules() if within in module for number in range(len(sites(ast.parse(text_of(module)))))]
    return sorted(Random(seed).sample(every, min(count, len(every))))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--module", default="", help="only modules whose name holds this")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--inside", nargs=2)
    chosen = parser.parse_args()
    if chosen.inside:
        inside(chosen.inside[0], int(chosen.inside[1]))
        return 0
    if chosen.list:
        for module in modules():
            print(f"{module}: {len(sites(ast.parse(text_of(module))))}")
        return 0
    for row in (stale := out_of_date()):
        print(f"equivalent.toml is out of date: {row.module}: {row.change}: {row.line}")
    harmless = {(row.module, row.line, row.change): row.why for row in equivalents()}
    mutants = drawn(chosen.count, chosen.seed, chosen.module)
    by: dict[str, int] = {}
    known = 0
    with ThreadPoolExecutor(chosen.processes) as workers:
        for mutant, found in workers.map(attempt, mutants):
            why = "" if found else harmless.get((mutant[0], *line_and_change(*mutant)), "")
            known += bool(why)
            by[found] = by.get(found, 0) + 1
            print(f"{found or (f'no change of meaning ({why})' if why else 'SURVIVES')}: {mutated(*mutant)[1]}", flush=True)
    survivors = by.pop("", 0)
    shares = ", ".join(f"{name} {number}" for name, number in sorted(by.items(), key=lambda pair: -pair[1]))
    print(f"{len(mutants) - survivors} of {len(mutants)} mutants noticed ({100 * (len(mutants) - survivors) / max(len(mutants), 1):.1f} %): {shares}; "
          f"of the {survivors} others {known} are known to change no meaning")  # fmt: skip
    return 1 if survivors > known or stale else 0


if __name__ == "__main__":
    sys.exit(main())
