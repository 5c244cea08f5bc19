"""Problems are shown with the line they are in."""

from __future__ import annotations

from dealcli.diagnostics import Diagnostic, Place
from dealcli.output.problems import render_problems
from dealcli.reading.yaml_tree import read_yaml


def shown(text: str, *problems: Diagnostic, concise: bool = False, most: int | None = None) -> str:
    source, _ = read_yaml("deal.yaml", text.encode())
    return "".join(render_problems(problems, {"deal.yaml": source}, concise=concise, most=most))


def at(*route: str | int, on_key: bool = False) -> Place:
    return Place("deal.yaml", tuple(route), on_key=on_key)


def test_a_problem_is_shown_with_its_line_and_a_mark_under_it() -> None:
    text = "agreement: a\nparties:\n  payer: Acme Holdngs\n"
    problem = Diagnostic("DC301", "no such party", at("parties", "payer"), "a party", "did you mean 'Acme Holdings'?")
    assert shown(text, problem) == (
        "error[DC301]: no such party\n"
        " --> deal.yaml:3:10\n"
        "  |\n"
        "3 |   payer: Acme Holdngs\n"
        "  |          ^^^^^^^^^^^^\n"
        "  = expected: a party\n"
        "  = help: did you mean 'Acme Holdings'?\n"
        "\n"
        "1 error in 1 file\n"
    )


def test_a_key_can_be_marked() -> None:
    assert "1 | agrement: a\n  | ^^^^^^^^\n" in shown(
        "agrement: a\n", Diagnostic("DC201", "unknown key", at("agrement", on_key=True))
    )


def test_one_line_is_enough_for_an_editor() -> None:
    problem = Diagnostic("DC301", "no such party", at("agreement"), "a party", "try b")
    assert shown("agreement: a\n", problem, concise=True).splitlines()[0] == (
        "deal.yaml:1:12: error[DC301]: no such party (expected a party; try b)"
    )


def test_problems_come_in_the_order_of_the_lines() -> None:
    text = "agreement: a\nzeta: b\nbeta: c\n"
    lines = shown(
        text, *(Diagnostic("DC201", key, at(key)) for key in ("beta", "zeta", "agreement")), concise=True
    ).splitlines()
    assert [line.rpartition(": ")[2] for line in lines[:3]] == ["agreement", "zeta", "beta"]


def test_a_line_of_a_log_has_a_number_and_no_excerpt() -> None:
    problem = Diagnostic("DC405", "no such date", Place("log.ndjson", line=12, column=1))
    assert shown("a: b\n", problem) == "error[DC405]: no such date\n  --> log.ndjson:12:1\n\n1 error in 1 file\n"


def test_an_option_of_the_command_line_is_no_file() -> None:
    assert shown("a: b\n", Diagnostic("DC405", "no such date", Place("--as-of"))).splitlines()[-1] == "1 error"


def test_the_last_line_counts_every_kind() -> None:
    problems = [Diagnostic("DC1", "a", at("a")), Diagnostic("DC1", "b", at("a")),
                Diagnostic("DC1", "c", Place("other.yaml"), severity="warning"),
                Diagnostic("DC1", "d", at("a"), severity="info")]  # fmt: skip
    assert shown("a: b\n", *problems).splitlines()[-1] == "2 errors, 1 warning, 1 note in 2 files"


def test_more_problems_than_wanted_are_counted() -> None:
    problems = [Diagnostic("DC1", str(number), at("a")) for number in range(5)]
    assert shown("a: b\n", *problems, concise=True, most=2).splitlines()[2:] == [
        "... 3 more problems not shown",
        "5 errors in 1 file",
    ]


def test_a_related_place_is_shown_with_what_it_is() -> None:
    problem = Diagnostic("DC2", "twice", at("b"), related=((at("a"), "first here"),))
    assert " ::: deal.yaml:1:4\n  |\n1 | a: x\n  |    - first here\n" in shown("a: x\nb: x\n", problem)


def test_a_long_line_is_shown_around_what_matters() -> None:
    text = f"{{before: {'a' * 300}, wrong: here, after: {'b' * 300}}}\n"
    lines = shown(text, Diagnostic("DC1", "x", at("wrong"))).splitlines()
    assert len(lines[3]) < 120
    start = lines[4].index("^")
    assert lines[3][start : start + 4] == "here"


def test_a_mark_stands_under_its_word_after_wide_and_hidden_characters() -> None:
    lines = shown('{"株式\u00a0": 1, wrong: here}\n', Diagnostic("DC1", "x", at("wrong"))).splitlines()
    before = lines[3].index("here")
    assert lines[4].index("^") == before + 2


def test_nothing_in_a_message_or_path_is_obeyed() -> None:
    text = shown("a: b\n", Diagnostic("DC1", "bad \x1b[2J", Place("x\x1b]0;y\x07.yaml"), hint="a\nb"))
    assert not [c for c in text if ord(c) < 32 and c != "\n"]
    assert "help: a b\n" in text


def test_no_problem_gives_no_output() -> None:
    assert shown("a: b\n") == ""
