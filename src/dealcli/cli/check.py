"""``dealcli check``: every problem of some files, in the formats that people, editors and build servers read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from dealcli.cli.options import NoCache
from dealcli.cli.outputs import OutputFiles
from dealcli.cli.streams import tell

if TYPE_CHECKING:
    from datetime import date

    from dealcli.analysis.examination import Examination
    from dealcli.analysis.scenario import Scenario
    from dealcli.cli.choices import Choices
    from dealcli.cli.outputs import Outputs
    from dealcli.diagnostics import Diagnostic
    from dealcli.output.baseline import Baseline
    from dealcli.output.report import Report
    from dealcli.reading.sources import SourceFile

Paths = Annotated[list[str], typer.Argument(metavar="PATHS...", help="Files, folders, or builtin:NAME.")]
FailLevel = Annotated[str, typer.Option(metavar="LEVEL", help="End with 1 from this level on: error, warning, info.")]
Format = Annotated[
    str | None,
    typer.Option("--format", metavar="FORMAT", help="full, concise, json, jsonl, sarif, github, junit, gitlab, markdown."),
]
Ignore = Annotated[
    list[str] | None, typer.Option(metavar="CODES", help="Leave out these questions, such as DC602. Repeatable.")
]
AsOf = Annotated[
    str | None, typer.Option(metavar="DATE", help="Also say what is not known up to this day, and which ignores are over.")
]
BaselineFile = Annotated[str | None, typer.Option(metavar="FILE", help="Leave out the problems that this file lists.")]
NewBaseline = Annotated[
    str | None, typer.Option(metavar="FILE", help="List all problems in this file, to be left out from now on.")
]


def command(
    context: typer.Context,
    paths: Paths,
    fail_level: FailLevel = "error",
    style: Format = None,
    outputs: OutputFiles = None,
    as_of: AsOf = None,
    ignore: Ignore = None,
    baseline: BaselineFile = None,
    write_baseline: NewBaseline = None,
    no_cache: NoCache = False,
) -> int:
    """Find everything that is wrong with agreements, scenarios and suites, without running them.

    Errors cannot be evaluated. Warnings and notes ask whether something is meant: what nothing reads, clauses that are
    never in force, duties that nothing can breach, gaps and conflicts. A code is explained by 'dealcli rule CODE'.
    """
    from dealcli.cli import exits
    from dealcli.cli.choices import Choices
    from dealcli.cli.outputs import targets
    from dealcli.diagnostics import SEVERITIES
    from dealcli.output.baseline import read_baseline
    from dealcli.output.report import FORMATS
    from dealcli.output.rule_pages import questions

    choices = Choices()
    choices.word("--fail-level", fail_level, SEVERITIES)
    choices.words("--ignore", ignore or (), questions())
    wanted = targets(style, outputs or (), FORMATS, choices)
    day = _day(as_of, choices)
    choices.refuse()
    known = read_baseline(baseline) if baseline is not None and write_baseline is None else None
    report = _examined(paths, context, day, fail_level, known)
    if not report.checked and not report.problems:
        tell("nothing to check: no YAML file here")
        return exits.NOTHING_TO_DO
    if write_baseline is not None:
        return _baseline_written(report, write_baseline)
    _write(report, wanted)
    return report.exit_code


def _baseline_written(report: Report, file: str) -> int:
    """Keep what was found as known; errors no longer count, but a missing file still does."""
    from dealcli.cli import exits
    from dealcli.cli.streams import write_answer
    from dealcli.output.baseline import baseline_of
    from dealcli.output.words import count

    write_answer(baseline_of(report.problems, report.sources), file)
    tell(f"{count(len(report.problems), 'problem')} listed in {file}")
    return exits.DONE if report.exit_code == exits.ANSWER_IS_NO else report.exit_code


def _day(text: str | None, choices: Choices) -> date | None:
    from dealcli.dates import parse_date

    choices.day("--as-of", text, instant=False)
    return parse_date(text) if text is not None and not choices.problems else None


def _examined(paths: Sequence[str], context: typer.Context, day: date | None, fail_level: str, known: Baseline | None) -> Report:
    from dealcli.analysis.examination import examine_files
    from dealcli.cli import exits
    from dealcli.cli.paths import from_here
    from dealcli.diagnostics import SEVERITIES, Refused
    from dealcli.output.report import Report
    from dealcli.output.rule_pages import questions
    from dealcli.reading.files import BUILTIN, NO_YAML_HERE, yaml_files

    sources: dict[str, SourceFile] = context.obj
    files: list[str] = []
    missing: list[Diagnostic] = []
    for path in map(from_here, paths):
        try:
            files.extend(file if file.startswith(BUILTIN) else _tidy(file) for file in yaml_files(path))
        except Refused as refused:
            missing.extend(one for one in refused.diagnostics if one.code != NO_YAML_HERE)
    found = examine_files(files, sources, day, _wrong_names, questions())
    problems = (*missing, *_left(found, context))
    if known is not None:
        problems = known.new_among(problems, sources)
    failing = SEVERITIES[: [str(one) for one in SEVERITIES].index(fail_level) + 1]
    code = exits.ANSWER_IS_NO if any(one.severity in failing for one in problems) else exits.DONE
    return Report(problems, sources, found.checked, exits.COULD_NOT if missing else code, failing)


def _left(found: Examination, context: typer.Context) -> list[Diagnostic]:
    """The problems whose codes are not ignored: on the command line, else by the configuration nearest to their file."""
    from dealcli.cli.configured import each_nearest

    paths = dict.fromkeys((*found.checked, *(one.place.path for one in found.problems)))
    ignored = each_nearest(context, "ignore", paths)
    codes = {path: {code.strip() for text in texts or () for code in text.split(",")} for path, texts in ignored.items()}
    return [one for one in found.problems if one.code not in codes[one.place.path]]


def _wrong_names(scenario: Scenario) -> list[Diagnostic]:
    """The agreements, terms and readings that a scenario names and its deal does not have."""
    from dealcli.cli.known_names import check_names
    from dealcli.diagnostics import Refused

    try:
        check_names(scenario, {}, {})
    except Refused as refused:
        return list(refused.diagnostics)
    return []


def _tidy(path: str) -> str:
    """One spelling for each file, so that it is read once."""
    return os.path.normpath(path).replace(os.sep, "/")


def _write(report: Report, wanted: Outputs) -> None:
    from dealcli.cli.streams import write_answer
    from dealcli.output.report import FORMATS
    from dealcli.output.words import count

    for name, file in wanted:
        write_answer(FORMATS[name](report), file)
        if name == "github":
            _summarize(report)
    if not report.problems:
        tell(f"no problems in {count(len(report.checked), 'file')}")


def _summarize(report: Report) -> None:
    """Add the problems to the summary of the job, where GitHub names a file for it."""
    from dealcli.output.report import FORMATS

    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return
    try:
        with open(path, "a", encoding="utf-8", newline="\n") as stream:
            stream.writelines(["## dealcli check\n\n", *FORMATS["markdown"](report), "\n"])
    except (OSError, ValueError):
        tell("the summary of the job cannot be written")
