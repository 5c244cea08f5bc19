"""The commands and what they are called. Nothing heavy is imported here: ``--help`` must answer at once."""

from __future__ import annotations

from typing import Annotated

import typer

from dealcli import __version__
from dealcli.cli import (
    agenda,
    batch,
    check,
    completion,
    config,
    count,
    coverage,
    diff,
    docs,
    evaluate,
    explain,
    graph,
    init,
    list_deal,
    readings,
    report,
    rule,
    rules,
    schema,
    show,
    sources,
    sweep,
    test,
    timeline,
    verify_result,
    whatif,
    why_not,
)
from dealcli.cli.configured import ConfiguredCommand

CONTEXT = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    help="Say what a deal means for each party on a day: agreements and events in, legal positions with reasons out.",
    epilog="Examples: dealcli evaluate examples/history.yaml --as-of 2025-10-28; dealcli list builtin:microsoft_openai",
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings=CONTEXT,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dealcli {__version__}")
        raise typer.Exit


@app.callback()
def dealcli(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
    no_config: Annotated[bool, typer.Option("--no-config", help="Take no options from files.")] = False,
) -> None:
    """Carry the options that stand before a command."""


for module, name, example in (
    (evaluate, "evaluate", "dealcli evaluate examples/agi_declared.yaml --party microsoft"),
    (explain, "explain", "dealcli explain examples/agi_declared.yaml api_azure_exclusive_until_agi"),
    (why_not, "why-not", "dealcli why-not examples/agi_declared.yaml ms_ip_exclusive in_force"),
    (whatif, "whatif", "dealcli whatif examples/agi_declared.yaml --drop agi_verified"),
    (diff, "diff", "dealcli diff examples/agi_declared.yaml examples/agi_declared_never_verified.yaml"),
    (sweep, "sweep", "dealcli sweep examples/agi_declared.yaml --vary 'event[3].date=2025-11-20..2026-01-31 step 1 week'"),
    (batch, "batch", "dealcli batch examples --jobs 2 -o results.ndjson"),
    (count, "count", "dealcli count examples/road_fines.yaml --as-of 2012-12-31"),
    (agenda, "agenda", "dealcli agenda examples/agi_declared.yaml --party microsoft"),
    (verify_result, "verify-result", "dealcli verify-result result.json"),
    (report, "report", "dealcli report examples/agi_declared.yaml -o report.html"),
    (list_deal, "list", "dealcli list builtin:microsoft_openai --only agreements,clauses"),
    (show, "show", "dealcli show ms_ip_research builtin:microsoft_openai"),
    (graph, "graph", "dealcli graph builtin:microsoft_openai --clause '*exclusive*' --format svg -o graph.svg"),
    (timeline, "timeline", "dealcli timeline examples/history.yaml --party microsoft"),
    (readings, "readings", "dealcli readings examples/agi_declared.yaml"),
    (sources, "sources", "dealcli sources builtin:microsoft_openai --format markdown"),
    (coverage, "coverage", "dealcli coverage builtin:microsoft_openai examples"),
    (check, "check", "dealcli check clauses examples --output sarif=dealcli.sarif"),
    (test, "test", "dealcli test examples --run AGI"),
    (init, "init", "dealcli init deals --ci gitlab"),
    (rules, "rules", "dealcli rules --format json"),
    (rule, "rule", "dealcli rule DC615"),
    (schema, "schema", "dealcli schema scenario > scenario.schema.json"),
    (completion, "completion", "dealcli completion bash > ~/.local/share/bash-completion/completions/dealcli"),
    (docs, "docs", "dealcli docs language"),
):
    app.command(name, cls=ConfiguredCommand, epilog=f"Example: {example}", context_settings=CONTEXT)(module.command)

# what stands behind ``config`` is the command line of another command
WHOLE_LINE = {**CONTEXT, "ignore_unknown_options": True, "allow_interspersed_args": False}
app.command("config", epilog="Example: dealcli config check clauses --fail-level info", context_settings=WHOLE_LINE)(config.command)
