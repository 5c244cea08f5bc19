"""``dealcli why-not``: the nearest changes under which a position would have another stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dealcli.cli import exits
from dealcli.cli.options import AsOf, Colour, Format, KnownAsOf, Name, NoCache, Output, Readings, ScenarioFile, Terms

if TYPE_CHECKING:
    from dealcli.analysis.counterfactuals import Goal
    from dealcli.analysis.evaluation import Evaluation
    from dealcli.engine.program import Clause

Most = Annotated[int, typer.Option("--tries", min=1, max=1_000_000, metavar="N", help="The most sets of changes to try.")]
Save = Annotated[str | None, typer.Option(metavar="FILE", help="Write the scenario with the first change to this file.")]


def command(
    context: typer.Context,
    scenario: ScenarioFile,
    clause: Annotated[str, typer.Argument(metavar="CLAUSE", help="A clause, with its agreement where that is needed.")],
    stage: Annotated[str, typer.Argument(metavar="STAGE", help="The stage it might have had, or several with commas.")],
    key: Annotated[str | None, typer.Option(metavar="KEY", help="Which position, where the clause has several.")] = None,
    party: Annotated[str | None, typer.Option(metavar="PARTY", help="Whose position, where several bear it.")] = None,
    as_of: AsOf = None,
    known_as_of: KnownAsOf = None,
    terms: Terms = None,
    readings: Readings = None,
    most: Most = 3000,
    save: Save = None,
    name: Name = None,
    style: Format = None,
    output: Output = None,
    colour: Colour = "auto",
    no_cache: NoCache = False,
) -> int:
    """Find the nearest changes under which a position would have another stage.

    Events added, left out or moved, terms set, readings chosen: the smallest sets, each run. Ends with 1 where none is found.
    """
    from dealcli.analysis.counterfactuals import search
    from dealcli.analysis.differences import Side, edited
    from dealcli.analysis.evaluation import evaluate_once
    from dealcli.cli.opening import Request, opened, write_document
    from dealcli.cli.saving import save_scenario
    from dealcli.output.counterfactual import counterfactual, counterfactual_screen

    request = Request(scenario, name, as_of, known_as_of, None, terms, readings, None, style, output, colour)
    side = Side(*opened(request, context.obj))
    evaluation = evaluate_once(side.scenario, side.options)
    goal = _goal(evaluation, clause, stage, (key, party))
    found = None if goal.reached(evaluation.run) else search(side, evaluation, goal, most)
    write_document(counterfactual(evaluation, goal, found), counterfactual_screen, request)
    if found is not None and found.found and save is not None:
        save_scenario(edited(side, found.found[0]), save)
    return exits.DONE if found is None or found.found else exits.ANSWER_IS_NO


def _goal(evaluation: Evaluation, clause: str, stage: str, which: tuple[str | None, str | None]) -> Goal:
    """What is to be reached. Raises ``Refused`` for a clause, stage or position that there is not."""
    from dealcli.analysis.counterfactuals import Goal
    from dealcli.cli.clause_page import named_clause
    from dealcli.cli.which_position import which_position

    named = named_clause(evaluation.program, clause)
    stages = _stages(stage, named)
    position = which_position(evaluation, named, *which)
    key, party = which
    return Goal(named, stages, position.key_text if position is not None else key, party)


def _stages(text: str, clause: Clause) -> frozenset[str]:
    """The stages of a list with commas. Raises ``Refused`` for a word that is none, or that the clause never has."""
    from dealcli.cli.choices import UNKNOWN_WORD, Choices
    from dealcli.diagnostics import did_you_mean
    from dealcli.engine.lifecycle import reachable

    choices = Choices()
    words = tuple(word.strip().replace(" ", "_") for word in text.split(","))
    known = reachable(clause.group, clause.kind)
    for word in words:
        if word not in known:
            expected = f"one of {', '.join(known)}"
            article = "an" if clause.kind[0] in "aeiou" else "a"
            choices.problem(UNKNOWN_WORD, "STAGE", f"{article} {clause.kind} is never '{word}'", did_you_mean(word, known), expected)
    choices.refuse()
    return frozenset(words)
