"""What ``whatif`` and ``diff`` share: two sides run, compared, and written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from dealcli.analysis.attribution import causes
from dealcli.analysis.differences import Edit, Side, edits_between
from dealcli.analysis.evaluation import evaluate_once
from dealcli.analysis.scenario import load_deal
from dealcli.cli import exits
from dealcli.cli.answering import AS_FAR_AS_CHEAP
from dealcli.cli.choices import Choices
from dealcli.cli.edits import with_file
from dealcli.cli.evaluating import result_of
from dealcli.cli.opening import Request, opened, write_document
from dealcli.cli.streams import write_answer
from dealcli.cli.versions import checked_out, renamed, renamed_problems, saved_result
from dealcli.diagnostics import Diagnostic, Place, Refused
from dealcli.output.comparing import comparison_screen
from dealcli.output.comparison import comparison
from dealcli.reading.sources import SourceFile
from dealcli.slotted import replace

ON_WHAT = "DC518"
FORMATS = ("table", "plain", "markdown", "json", "html")


def on_one_day(before: Side, after: Side) -> tuple[Side, Side]:
    """Both sides for the same day: the one asked for, that of the scenario, else the last of both timelines."""
    days = [side.options.as_of or side.scenario.tree.get("as_of") or str(evaluate_once(_plain(side), side.options).as_of)
            for side in (before, after)]  # fmt: skip
    asked = before.options.as_of or before.scenario.tree.get("as_of")
    day = str(asked or max(days))
    return _for(before, day), _for(after, day)


def _for(side: Side, day: str) -> Side:
    return replace(side, options=replace(side.options, as_of=day))


def _plain(side: Side) -> Any:
    return replace(side.scenario, expectations=())


def compared(before: Side, after: Side, edits: Sequence[Edit], request: Request, sources: Mapping[str, SourceFile],
             over: str | None = None, names: Mapping[str, str] | None = None) -> int:  # fmt: skip
    """Write the comparison of two sides. Returns the exit code: 1 where something stands differently."""
    one, two = (result_of(_plain(side), side.options, over or AS_FAR_AS_CHEAP) for side in (before, after))
    plain = replace(before, scenario=_plain(before))
    found = comparison(one, two, edits, sources, lambda wanted: causes(plain, edits, wanted, replace(after, scenario=_plain(after))))
    return _written(renamed(found, names or {}), request, (one, two))


def _written(found: Mapping[str, Any], request: Request, both: tuple[Mapping[str, Any], Mapping[str, Any]]) -> int:
    if request.style == "html":
        from dealcli.output.html_comparison import comparison_page

        write_answer([comparison_page(found, *both)], request.output)
    else:
        write_document(found, comparison_screen, request)
    return exits.ANSWER_IS_NO if found["differs"] else exits.DONE


def compare_results(before: str, after: str, request: Request) -> int:
    """Compare two saved results. The inputs that differ are told by their names; what they changed cannot be tried again."""
    one, two = saved_result(before), saved_result(after)
    for result, path in ((one, before), (two, after)):
        result["scenario"]["path"] = path
    return _written(comparison(one, two, _named_inputs(one, two), {}), request, (one, two))


def _named_inputs(one: Mapping[str, Any], two: Mapping[str, Any]) -> list[Edit]:
    old, new = ({row["path"]: row["sha256"] for row in result["inputs"]} for result in (one, two))
    texts = [f"{'change' if path in old and path in new else 'drop' if path in old else 'add'} {path}"
             for path in sorted({*old, *new}) if old.get(path) != new.get(path)]  # fmt: skip
    chosen = ({row["name"]: row["chosen"] for row in result["readings"]} for result in (one, two))
    was, now = chosen
    texts += [f"read {name} as {now[name]} instead of {was[name]}" for name in was if name in now and was[name] != now[name]]
    return [Edit("input", text, lambda side: side) for text in texts]


def compare_versions(before: str, after: str, on: str | None, request: Request, sources: dict[str, SourceFile],
                     over: str | None) -> int:  # fmt: skip
    """Compare two scenarios, two revisions, two dates of one, or with ``on`` two versions of a file of clauses."""
    days, known = _two("--as-of", request.as_of), _two("--known-as-of", request.known_as_of)
    with ExitStack() as stack:
        laid_out = [stack.enter_context(checked_out(reference)) for reference in (before, after)]
        names = {folder: name for _, folders in laid_out for folder, name in folders.items()}
        try:
            one, two = (_side(path, on, replace(request, as_of=day, known_as_of=reported), sources)
                        for (path, _), day, reported in zip(laid_out, days, known, strict=True))  # fmt: skip
            if days == (None, None):
                one, two = on_one_day(one, two) if _same_day(one, two) else (one, two)
            return compared(one, two, edits_between(one, two), request, sources, over, names)
        except Refused as refused:
            raise renamed_problems(refused, names) from None


def _same_day(one: Side, two: Side) -> bool:
    """Whether two scenarios answer for the same day, or neither says for which."""
    return bool(one.scenario.tree.get("as_of") == two.scenario.tree.get("as_of"))


def _two(option: str, text: str | None) -> tuple[str | None, str | None]:
    """One date for both sides, or ``DATE..DATE``. Raises ``Refused`` for what is neither."""
    if text is None:
        return None, None
    one, dots, two = text.partition("..")
    choices = Choices()
    days = choices.day(option, one, instant=False), choices.day(option, two if dots else one, instant=False)
    choices.refuse()
    return days


def _side(path: str, on: str | None, request: Request, sources: dict[str, SourceFile]) -> Side:
    """A scenario; or, with ``on``, that scenario on another version of one of its files."""
    if on is None:
        try:
            return Side(*opened(replace(request, path=path), sources, None, FORMATS))
        except Refused as refused:
            raise _with_hint(refused) from None
    scenario, options = opened(replace(request, path=on), sources, None, FORMATS)
    own = {text.place.path for text in scenario.deal}
    if path in own:
        return Side(scenario, options)
    agreements = {str(text.tree.get("agreement") or "") for text in load_deal(path, sources)}
    old = [text.place.path for text in scenario.deal if str(text.tree.get("agreement") or "") in agreements]
    if not old:
        raise Refused(Diagnostic(ON_WHAT, f"'{on}' uses no agreement of '{path}'", Place(path), "a version of a file that it uses"))
    return Side(with_file(scenario, old[0], path, sources), options)


def _with_hint(refused: Refused) -> Refused:
    """The refusal of a file without a scenario, with what can be done about it."""
    return Refused(*(replace(problem, hint="name the scenario to compare its clauses on: --on SCENARIO") if problem.code == "DC508"
                     else problem for problem in refused.diagnostics))  # fmt: skip


__all__ = ["compare_results", "compare_versions", "compared", "on_one_day"]
