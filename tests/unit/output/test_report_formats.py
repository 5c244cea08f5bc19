"""One problem in many renderings: what each reader needs, and what no text of a file can do to it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from junitparser import Failure, JUnitXml
from sarif_kit.validate import validation_errors

from dealcli.diagnostics import SEVERITIES, Diagnostic, Place, Severity
from dealcli.output.as_sarif import MOST_RESULTS
from dealcli.output.problem_rows import with_fingerprints
from dealcli.output.report import FORMATS, Report
from dealcli.output.rule_pages import rules
from dealcli.reading.sources import SourceFile
from dealcli.reading.yaml_tree import read_yaml

TEXT = "agreement: loan\ntitle: A l\u00f6an \U0001f4b6 x\nfrom: 2026-01-01\n"
EVIL = "x\r\n::set-env name=A::b\n::error::c\x1b[31m\x00 %0A"


def sources(path: str = "loan.yaml", text: str = TEXT) -> dict[str, SourceFile]:
    return {path: read_yaml(path, text.encode())[0]}


def problem(severity: Severity = "error", message: str = "not so", path: str = "loan.yaml", key: str = "from") -> Diagnostic:
    return Diagnostic("DC302", message, Place(path, (key,)), "a day", "try this", severity)


def rendered(style: str, *problems: Diagnostic, files: dict[str, SourceFile] | None = None, code: int = 1) -> str:
    known = sources() if files is None else files
    return "".join(FORMATS[style](Report(problems, known, tuple(known), code)))


# --- SARIF -----------------------------------------------------------------------------------------------------------


def sarif(*problems: Diagnostic, files: dict[str, SourceFile] | None = None, code: int = 1) -> dict[str, Any]:
    """The run of a log that fits the schema of the standard and has what code scanning needs besides."""
    told: dict[str, Any] = json.loads(rendered("sarif", *problems, files=files, code=code))
    assert validation_errors(told) == []
    (run,) = told["runs"]
    for rule in run["tool"]["driver"]["rules"]:
        texts = (rule["shortDescription"]["text"], rule["fullDescription"]["text"], rule["help"]["text"], rule["help"]["markdown"])
        assert all(texts)
        assert len(rule["properties"]["tags"]) <= 20
    assert len(run["results"]) <= MOST_RESULTS
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
        assert result["partialFingerprints"]["primaryLocationLineHash"]
        for location in (*result["locations"], *result.get("relatedLocations", ())):
            place = location["physicalLocation"]
            assert re.fullmatch(r"(?!/|\./)[A-Za-z0-9%/._~:-]+", place["artifactLocation"]["uri"])
            assert min(place["region"][name] for name in ("startLine", "startColumn", "endLine", "endColumn")) >= 1
    return run


def test_the_schema_of_the_standard_misses_what_is_wrong_with_a_log() -> None:
    told = json.loads(rendered("sarif", problem()))
    told["runs"][0]["results"][0]["level"] = "info"
    del told["runs"][0]["results"][0]["message"]
    assert len(validation_errors(told)) == 2


def test_a_log_with_a_result_for_every_rule_fits_the_schema() -> None:
    every = [Diagnostic(code, rule.what, Place("loan.yaml", ("from",)), severity=SEVERITIES[0]) for code, rule in rules().items()]
    run = sarif(*every)
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(rules())


def test_a_log_that_is_cut_says_so_and_keeps_the_worst() -> None:
    (run,) = json.loads(rendered("sarif", *[problem("info")] * MOST_RESULTS, problem()))["runs"]
    assert len(run["results"]) == MOST_RESULTS
    assert run["results"][0]["level"] == "error"
    (notice,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"] == "1 of 25001 results are left out, the least severe ones"


def test_a_log_of_code_scanning_has_what_it_needs() -> None:
    run = sarif(problem(), problem("info", key="title"))
    assert [result["level"] for result in run["results"]] == ["error", "note"]
    assert run["invocations"] == [{"executionSuccessful": True, "exitCode": 1}]
    rule = run["tool"]["driver"]["rules"][run["results"][0]["ruleIndex"]]
    assert rule["id"] == "DC302"
    assert rule["shortDescription"]["text"] == "A name that nothing bears"
    assert "```yaml" in rule["help"]["markdown"]


def test_a_clean_log_has_no_results() -> None:
    assert sarif(code=0)["results"] == []


def test_columns_count_characters() -> None:
    place = Place("loan.yaml", ("title",)).inside(9, 1)
    region = sarif(Diagnostic("DC302", "x", place))["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 17, "endLine": 2, "endColumn": 18}


def test_an_address_is_relative_and_encoded() -> None:
    path = "./a b/l\u00f6an,1.yaml"
    address = sarif(problem(path=path), files=sources(path))["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert address == {"uri": "a%20b/l%C3%B6an%2C1.yaml", "uriBaseId": "%SRCROOT%"}


def test_a_problem_without_a_line_is_shown_in_the_first() -> None:
    run = sarif(Diagnostic("DC101", "x", Place("gone.yaml")), code=2)
    assert run["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 1
    assert run["invocations"][0]["executionSuccessful"] is False


def test_labels_on_other_places_become_related_locations() -> None:
    two = Diagnostic("DC615", "x", Place("loan.yaml", ("from",)), related=((Place("loan.yaml", ("title",)), "here"),))
    related = sarif(two)["results"][0]["relatedLocations"]
    assert [(one["id"], one["message"]["text"], one["physicalLocation"]["region"]["startLine"]) for one in related] == [(1, "here", 2)]


# --- fingerprints ----------------------------------------------------------------------------------------------------


def prints(text: str) -> list[str]:
    files = sources(text=text)
    return [mark for _, _, mark in with_fingerprints([problem(), problem(key="title")], files)]


def test_lines_added_above_do_not_change_a_fingerprint() -> None:
    assert prints(TEXT) == prints(f"# a remark\n\n{TEXT}")


def test_two_problems_that_are_alike_have_fingerprints_of_their_own() -> None:
    marks = [mark for _, _, mark in with_fingerprints([problem(), problem()], sources())]
    assert [mark.partition(":")[2] for mark in marks] == ["1", "2"]


def test_another_text_is_another_fingerprint() -> None:
    assert prints(TEXT)[1] != prints(TEXT.replace("2026-01-01", "2027-01-01"))[1]


# --- GitHub ----------------------------------------------------------------------------------------------------------


def test_an_annotation_names_file_lines_columns_and_code() -> None:
    assert rendered("github", problem()) == (
        "::error file=loan.yaml,line=3,col=7,endLine=3,endColumn=17,title=dealcli DC302"
        "::loan.yaml:3:7: not so%0Aexpected: a day%0Atry this\n"
    )


def test_the_worst_annotations_come_first_and_more_than_ten_are_counted() -> None:
    lines = rendered("github", *(problem("info") for _ in range(12)), problem("warning"), problem()).splitlines()
    assert [line.split(" ")[0] for line in lines[:3]] == ["::error", "::warning", "::notice"]
    assert lines[-1] == "::notice title=dealcli::2 more in the log of this step"


def test_no_text_becomes_a_workflow_command() -> None:
    path = "::set-env name=A::b,c%.yaml"
    evil = Diagnostic("DC302", EVIL, Place(path, ("title",)), EVIL, EVIL)
    for style in FORMATS:
        out = rendered(style, evil, files=sources(path))
        commands = [line for line in out.splitlines() if line.strip().startswith("::") and not line.strip().startswith(":::")]
        assert len(commands) == (1 if style == "github" else 0), style
        assert "\x1b" not in out
        assert "\r" not in out
    line = rendered("github", evil, files=sources(path))
    assert line.startswith("::error file=%3A%3Aset-env name=A%3A%3Ab%2Cc%25.yaml,line=2,")
    assert "%250A" in line


# --- JUnit -----------------------------------------------------------------------------------------------------------


def read(told: str) -> list[tuple[str, str, list[type]]]:
    """The cases of a report as a reader of JUnit finds them: suite, name, and what each came to."""
    return [(suite.name, case.name, [type(one) for one in case.result]) for suite in JUnitXml.fromstring(told.encode()) for case in suite]


def test_a_clean_check_has_a_passing_case() -> None:
    told = rendered("junit", code=0)
    assert read(told) == [("loan.yaml", "no problems", [])]
    assert JUnitXml.fromstring(told.encode()).failures == 0


def test_only_what_makes_the_answer_a_no_fails() -> None:
    told = rendered("junit", problem("info"), problem())
    report = JUnitXml.fromstring(told.encode())
    assert (report.tests, report.failures) == (2, 1)
    assert [outcome for _, _, outcome in read(told)] == [[], [Failure]]
    passing, failing = (case for suite in report for case in suite)
    assert "info[DC302]: not so" in passing.system_out
    assert (failing.result[0].type, failing.result[0].message) == ("DC302", "error: not so")


def test_characters_that_xml_forbids_are_taken_out() -> None:
    nasty = "a\x00b\x0b\ufffe\ud800<&\"'>"
    (suite,) = JUnitXml.fromstring(rendered("junit", problem(message=nasty)).encode("utf-8"))
    assert "<&\"'>" in next(iter(suite)).result[0].message


# --- GitLab, JSON, Markdown ------------------------------------------------------------------------------------------


def test_a_code_quality_report_has_its_five_fields() -> None:
    (row,) = json.loads(rendered("gitlab", problem("warning")))
    assert row.pop("fingerprint")
    assert row == {
        "description": "DC302: not so",
        "check_name": "DC302",
        "severity": "minor",
        "location": {"path": "loan.yaml", "lines": {"begin": 3}},
    }
    assert json.loads(rendered("gitlab", code=0)) == []


def test_json_counts_and_tells_every_problem() -> None:
    told = json.loads(rendered("json", problem(), problem("warning", key="title")))
    assert told["format"] == "dealcli.diagnostics/1"
    assert told["summary"] == {"files": 1, "error": 1, "warning": 1, "info": 0}
    assert told["diagnostics"][1]["place"] == {
        "path": "loan.yaml", "line": 3, "column": 7, "end_line": 3, "end_column": 17, "route": ["from"],
    }  # fmt: skip


def test_markdown_of_a_clean_check_says_so() -> None:
    assert rendered("markdown", code=0) == "No problems in 1 file.\n"


def test_a_bar_or_a_tag_in_a_message_stays_in_its_cell() -> None:
    row = rendered("markdown", problem(message="a | b <script> @me")).splitlines()[-1]
    assert row.count(" | ") == 3
    assert "<script>" not in row


@pytest.mark.parametrize("style", [style for style in FORMATS if style not in ("full", "concise", "github")])
def test_every_format_ends_its_last_line(style: str) -> None:
    for one in ((), (problem(),)):
        assert rendered(style, *one).endswith("\n")


