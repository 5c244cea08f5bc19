"""The measure by mutants is sound; ``python tests/properties/mutants.py`` takes it."""

from __future__ import annotations

import ast

from mutants import equivalents, line_and_change, modules, mutated, out_of_date, sites, text_of


def test_every_change_that_is_said_to_change_no_meaning_can_still_be_made() -> None:
    assert out_of_date() == []
    assert all(row.why for row in equivalents())


def test_every_mutant_is_another_text_of_its_module_that_python_can_read() -> None:
    for module in modules():
        text = ast.unparse(ast.parse(text_of(module)))
        number = len(sites(ast.parse(text_of(module)))) // 2
        changed, told = mutated(module, number)
        assert ast.unparse(ast.parse(changed)) != text, told
        assert line_and_change(module, number)[1] in told
