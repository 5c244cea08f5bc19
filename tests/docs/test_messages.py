"""The error gallery: what is said of every bad file on the pages of rules, one by one and all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from dealcli.analysis.examination import examine_files
from dealcli.output.problems import span_of
from dealcli.output.rule_pages import Rule, rules
from dealcli.reading.files import yaml_files
from dealcli.reading.sources import SourceFile

from .messages import GOLDEN, messages

FAULTY = [rule for rule in rules().values() if rule.example == "yaml"]
QUESTIONS = [rule for rule in FAULTY if rule.severity != "error"]


def found_under(folder: Path, faulty: list[Rule]) -> set[tuple[str, str, int, int]]:
    """The code and place of everything that is found where each bad file has a folder of its own."""
    for rule in faulty:
        (folder / rule.code).mkdir()
        (folder / rule.code / "bad.yaml").write_text(rule.bad, encoding="utf-8")
    sources: dict[str, SourceFile] = {}
    found = examine_files([file.removeprefix("./") for file in yaml_files(".")], sources).problems
    places = [(problem, span_of(problem.place, sources)) for problem in found]
    return {(p.place.path, p.code, span.line, span.column) for p, span in places if span}


def test_every_message_is_the_one_on_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = "".join(messages())
    assert told == GOLDEN.read_text(encoding="utf-8"), "run tests/docs/messages.py to write them anew"


def test_at_least_sixty_faulty_files_are_shown() -> None:
    assert len(FAULTY) >= 60


def test_one_check_of_all_faulty_files_finds_each_fault_at_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    errors = [rule for rule in FAULTY if rule.severity == "error"]
    found = found_under(tmp_path, errors)
    assert [rule.code for rule in errors if (f"{rule.code}/bad.yaml", rule.code, *(rule.at or (0, 0))) not in found] == []


@pytest.mark.parametrize("rule", QUESTIONS, ids=lambda rule: rule.code)
def test_a_question_is_the_only_one_that_its_file_raises(rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = {code for _, code, _, _ in found_under(tmp_path, [rule])}
    assert found == {rule.code} or (rule.code == "DC618" and found == {"DC618", "DC606"})
