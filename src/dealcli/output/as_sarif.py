"""SARIF 2.1.0, as code scanning reads it: rules with help, relative addresses, fingerprints without line numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from dealcli import __version__
from dealcli.diagnostics import SEVERITIES, Diagnostic, Place
from dealcli.output.problem_rows import with_fingerprints
from dealcli.output.problems import Sources, span_of
from dealcli.output.rule_pages import rules
from dealcli.output.text import json_text, safe
from dealcli.reading.sources import Span

if TYPE_CHECKING:
    from dealcli.output.report import Report

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "info": "note"}
BASE = "%SRCROOT%"
MOST_RESULTS = 25_000
"""So many results of a run are taken; the worst come first."""


def sarif(report: Report) -> Iterator[str]:
    """The whole log, with one run."""
    found = sorted(with_fingerprints(report.problems, report.sources), key=lambda one: SEVERITIES.index(one[0].severity))
    codes = sorted({problem.code for problem, _, _ in found})
    run = {
        "tool": {"driver": {"name": "dealcli", "version": __version__, "semanticVersion": __version__,
                            "rules": [_rule(code) for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {BASE: {"description": {"text": "The folder in which dealcli was started."}}},
        "invocations": [_invocation(report.exit_code, len(found))],
        "results": [_result(*one, codes, report.sources) for one in found[:MOST_RESULTS]],
    }  # fmt: skip
    yield json_text(json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)) + "\n"


def _invocation(exit_code: int, results: int) -> dict[str, Any]:
    told: dict[str, Any] = {"executionSuccessful": exit_code in (0, 1), "exitCode": exit_code}
    if results > MOST_RESULTS:
        text = f"{results - MOST_RESULTS} of {results} results are left out, the least severe ones"
        told["toolExecutionNotifications"] = [{"level": "warning", "message": {"text": text}}]
    return told


def _rule(code: str) -> dict[str, Any]:
    rule = rules().get(code)
    title, what = (rule.title, rule.what) if rule else (code, code)
    text = "\n\n".join(filter(None, (what, rule.why, rule.fix))) if rule else what
    return {
        "id": code,
        "shortDescription": {"text": title},
        "fullDescription": {"text": what},
        "help": {"text": text, "markdown": rule.text if rule else what},
        "defaultConfiguration": {"level": LEVELS[rule.severity] if rule else "error"},
        "properties": {"tags": [rule.family if rule else "other"]},
    }


def _result(problem: Diagnostic, span: Span | None, fingerprint: str, codes: Sequence[str], sources: Sources) -> dict[str, Any]:
    more = "; ".join(filter(None, (problem.expected and f"expected {problem.expected}", problem.hint)))
    location = _location(problem.place, span)
    if problem.place.route:
        location["logicalLocations"] = [{"fullyQualifiedName": "/".join(map(str, problem.place.route))}]
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "level": LEVELS[problem.severity],
        "message": {"text": safe(f"{problem.message}.{f' {more}.' if more else ''}")},
        "locations": [location],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint, "dealcli/v1": fingerprint},
    }
    if problem.related:
        result["relatedLocations"] = [
            {"id": number, **_location(place, span_of(place, sources)), "message": {"text": safe(text)}}
            for number, (place, text) in enumerate(problem.related, 1)
        ]
    return result


def _location(place: Place, span: Span | None) -> dict[str, Any]:
    """A place; what has no line of its own is shown in the first one of its file."""
    line, column = (span.line, span.column) if span else (1, 1)
    end_line, end_column = (span.end_line, span.end_column) if span else (1, 2)
    region = {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
    return {"physicalLocation": {"artifactLocation": _address(place.path), "region": region}}


def _address(path: str) -> dict[str, str]:
    """A path as an address relative to the folder of the run; an absolute one stays absolute."""
    if path.startswith("/"):
        return {"uri": f"file://{quote(path, safe='/-._~')}"}
    return {"uri": quote(path.removeprefix("./"), safe="/-._~"), "uriBaseId": BASE}
