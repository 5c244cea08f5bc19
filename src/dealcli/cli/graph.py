"""``dealcli graph``: which clause acts on which."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated

import typer

from dealcli.cli.options import NoCache, Output

if TYPE_CHECKING:
    from dealcli.analysis.links import Edge
    from dealcli.engine.program import Clause

FORMATS = ("mermaid", "dot", "svg", "json")


def command(
    context: typer.Context,
    deal: Annotated[str, typer.Argument(metavar="DEAL", help="A file, a folder, a scenario, or builtin:NAME.")],
    clause: Annotated[
        str | None, typer.Option(metavar="PATTERN", help="Only these clauses and what they touch; * and ? stand for other letters.")
    ] = None,
    style: Annotated[str, typer.Option("--format", metavar="FORMAT", help=", ".join(FORMATS) + ".")] = "mermaid",
    output: Output = None,
    no_cache: NoCache = False,
) -> int:
    """Draw which clause makes, decides, excepts, replaces or ends which."""
    from dealcli.analysis.links import edges
    from dealcli.cli import exits
    from dealcli.cli.choices import Choices
    from dealcli.cli.deal import open_deal
    from dealcli.cli.layout import as_json_text
    from dealcli.cli.streams import not_over, write_answer
    from dealcli.output.graph import dot, graph, mermaid, svg

    choices = Choices()
    choices.word("--format", style, FORMATS)
    choices.refuse()
    program = open_deal(deal, context.obj).program
    chosen = _chosen(program.clauses, clause)
    found = graph(program, [edge for edge in edges(program) if clause is None or _touches(edge, chosen)], chosen if clause else ())
    write = {"mermaid": mermaid, "dot": dot, "svg": svg, "json": as_json_text}[style]
    not_over(output, context.obj)
    write_answer(write(found), output)
    return exits.DONE


def _chosen(clauses: Sequence[Clause], pattern: str | None) -> list[Clause]:
    """The clauses of a pattern. Raises ``Refused`` where it fits none."""
    from dealcli.cli.choices import UNKNOWN_NAME, Choices
    from dealcli.diagnostics import did_you_mean

    if pattern is None:
        return []
    found = [clause for clause in clauses if fnmatchcase(clause.full, pattern) or fnmatchcase(clause.name, pattern)]
    if not found:
        choices = Choices()
        known = {name for clause in clauses for name in (clause.full, clause.name)}
        choices.problem(UNKNOWN_NAME, "--clause", f"no clause matches '{pattern}'", did_you_mean(pattern, known))
        choices.refuse()
    return found


def _touches(edge: Edge, chosen: Sequence[Clause]) -> bool:
    return edge.source in chosen or edge.target in chosen
