"""``dealcli verify-result``: a saved result asked for again."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dealcli.cli.options import Colour, Events, Format, NoCache, Output


def command(
    context: typer.Context,
    result: Annotated[str, typer.Argument(metavar="RESULT", help="A file written by evaluate --format json.")],
    events: Events = None,
    style: Format = None,
    output: Output = None,
    colour: Colour = "auto",
    no_cache: NoCache = False,
) -> int:
    """Ask again what a saved result answers, and confirm it.

    It is run from the same folder, with the options that it records. Ends with 1, and says what differs, where it does.
    """
    from dealcli.cli import exits
    from dealcli.cli.evaluating import result_of
    from dealcli.cli.opening import Request, check_words, opened, write_document
    from dealcli.cli.versions import recorded, saved_result
    from dealcli.output.verification import verification, verification_screen
    from dealcli.reading.files import named_in

    check_words(style, colour)
    saved = saved_result(result)
    receipt = recorded(saved, result, events)
    request = Request(
        named_in("", saved["scenario"]["path"]), receipt["scenario"], receipt["as_of"], receipt["known_as_of"], receipt["events"],
        _pairs(receipt["terms"]), _pairs(receipt["readings"]), None, style, output, colour,
    )  # fmt: skip
    found = verification(result, saved, result_of(*opened(request, context.obj), receipt["judged"] or "default"))
    write_document(found, verification_screen, request)
    return exits.DONE if found["confirmed"] else exits.ANSWER_IS_NO


def _pairs(chosen: dict[str, Any]) -> list[str]:
    return [f"{name}={value}" for name, value in chosen.items()]
