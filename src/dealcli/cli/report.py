"""``dealcli report``: the whole answer as one HTML file."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Annotated

import typer

from dealcli.cli.options import AsOf, Events, KnownAsOf, Name, NoCache, Over, Readings, ScenarioFile, Source, Terms

if TYPE_CHECKING:
    from dealcli.analysis.evaluation import Evaluation, Options
    from dealcli.analysis.scenario import Scenario
    from dealcli.output.picture import Alternative, Told
    from dealcli.output.view import DocumentTree, Entry

Target = Annotated[str, typer.Option("--output", "-o", metavar="FILE", help="The file to write; - is standard output.")]
MOST_EXPLAINED = 2_000
"""More positions than this make no page that anybody reads."""


def command(
    context: typer.Context,
    scenario: ScenarioFile,
    output: Target = "report.html",
    as_of: AsOf = None,
    known_as_of: KnownAsOf = None,
    events: Events = None,
    terms: Terms = None,
    readings: Readings = None,
    according_to: Source = None,
    over: Over = None,
    name: Name = None,
    no_cache: NoCache = False,
) -> int:
    """Write the answer as one HTML file: in words, as a timeline, and position by position.

    The file needs nothing else: no network, and no script to be read.
    """
    from dealcli.cli import exits
    from dealcli.cli.opening import Request, check_words, opened
    from dealcli.cli.streams import tell, write_answer
    from dealcli.output.html_report import report

    check_words(over=over)
    request = Request(scenario, name, as_of, known_as_of, events, terms, readings, according_to, output=None if output == "-" else output)
    told = _told(*opened(request, context.obj), over)
    write_answer([report(told)], request.output)
    if request.output is not None:
        tell(f"wrote {output}")
    return exits.DONE


def _told(scenario: Scenario, options: Options, over: str | None) -> Told:
    from dealcli.analysis.asking import from_standard_input
    from dealcli.analysis.evaluation import evaluate_once, with_log
    from dealcli.analysis.questions import meanings
    from dealcli.analysis.views import through
    from dealcli.cli.answering import AS_FAR_AS_CHEAP
    from dealcli.cli.evaluating import result_of
    from dealcli.output.picture import Told
    from dealcli.reading.logs import standard_input
    from dealcli.slotted import replace

    log = BytesIO(standard_input().read()) if from_standard_input(scenario, options) else None
    document = result_of(scenario, options, over or AS_FAR_AS_CHEAP, log)
    evaluation = evaluate_once(scenario, options, _again(log))
    explanations = list(_explanations(evaluation, document))
    if log is not None:
        scenario, options = with_log(scenario, options, _again(log)), replace(options, events=None)
    views = through(replace(scenario, expectations=()), options, evaluation)
    return Told(document, explanations, list(_alternatives(scenario, options, document)), views, meanings(scenario, evaluation.program))


def _again(log: BytesIO | None) -> BytesIO | None:
    """Standard input from its beginning."""
    return None if log is None else BytesIO(log.getbuffer())


def _explanations(evaluation: Evaluation, document: DocumentTree) -> Iterator[Entry]:
    """The explanation of each position of a document, in its order. Raises ``Refused`` where there are too many."""
    from dealcli.diagnostics import Diagnostic, Refused
    from dealcli.output.document import in_order
    from dealcli.output.explanation import Asked, explanation

    if len(document["positions"]) > MOST_EXPLAINED:
        message = f"{len(document['positions']):,} positions are too many for one page"
        hint = "evaluate --format jsonl lists them for a program"
        raise Refused(Diagnostic("DC531", message, evaluation.scenario.place, expected=f"at most {MOST_EXPLAINED:,}", hint=hint))
    clauses = {clause.full: clause for clause in evaluation.program.clauses}
    left = {name: in_order(evaluation.run.state.positions_of[clause]) for name, clause in clauses.items()}
    for row in document["positions"]:
        mine = left[row["clause"]]
        asked = Asked(clauses[row["clause"]], mine.pop(0) if mine and row["stage"] != "none" else None, depth=3)
        yield explanation(evaluation, None, asked, dict(document)) | {"position": row}


def _alternatives(scenario: Scenario, options: Options, document: DocumentTree) -> Iterator[Alternative]:
    """The result under each other answer to each disputed question."""
    from dealcli.analysis.evaluation import evaluate_once
    from dealcli.analysis.questions import existing
    from dealcli.analysis.views import through
    from dealcli.output.document import document as document_of
    from dealcli.output.picture import Alternative
    from dealcli.slotted import replace

    written = {name: choice for name, choice in (scenario.tree.get("readings") or {}).items() if name not in options.readings}
    plain = replace(scenario, expectations=())
    for dispute in document["disputes"]:
        for choice in dispute["choices"]:
            if choice["name"] != dispute["default"]:
                chosen = existing(scenario, {**written, **options.readings, dispute["question"]: choice["name"]})
                asked = replace(options, as_of=document["as_of"], readings=chosen)
                ran = evaluate_once(plain, asked)
                yield Alternative(dispute["question"], dispute["title"], choice["name"], document_of(ran), through(plain, asked, ran))
