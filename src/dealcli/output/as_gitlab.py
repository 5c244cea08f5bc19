"""A code quality report for GitLab: a list of problems, each with a fingerprint that lines above it do not change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from dealcli.diagnostics import Diagnostic
from dealcli.output.problem_rows import with_fingerprints
from dealcli.output.problems import Sources
from dealcli.output.text import json_text, safe

LEVELS = {"error": "major", "warning": "minor", "info": "info"}


def code_quality(diagnostics: Iterable[Diagnostic], sources: Sources) -> Iterator[str]:
    """The whole report; an empty list where nothing was found."""
    rows = [
        {
            "description": f"{problem.code}: {safe(problem.message)}",
            "check_name": problem.code,
            "fingerprint": fingerprint,
            "severity": LEVELS[problem.severity],
            "location": {"path": problem.place.path, "lines": {"begin": span.line if span else 1}},
        }
        for problem, span, fingerprint in with_fingerprints(diagnostics, sources)
    ]
    yield json_text(json.dumps(rows, indent=2, ensure_ascii=False)) + "\n"
