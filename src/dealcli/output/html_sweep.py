"""A sweep as one HTML file: the share of the runs in which each position has which stage, by date, drawn and as a table."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from dealcli.output.html_page import page, screen_parts
from dealcli.output.lanes import UNDRAWN, Span, day_of, ticks
from dealcli.output.picture import WIDTH, labelled
from dealcli.output.sweeping import percent, sweep_screen
from dealcli.output.view import Entry
from dealcli.output.words import OVER, Names, listed, stage_words
from dealcli.slotted import replace

HEIGHT = 100
"""Units of a chart from no run to all of them."""
DRAWN = "HOW OFTEN IT STANDS HOW"
"""A section that the charts tell."""
Tree = dict[str, Any]
Looks = Sequence[tuple[str, Sequence[Entry]]]
"""The days on which was looked, each with the stages, their runs and their shares."""


def sweep_page(found: Mapping[str, Any]) -> str:
    """The page of a sweep."""
    shown = sweep_screen(found)
    shown = replace(shown, sections=tuple(section for section in shown.sections if not section.heading.startswith(DRAWN)))
    looks = [_looks(row, found) for row in found["positions"]]
    span = _span(looks, found)
    names = Names({"parties": found["parties"], "agreements": [], "positions": [], "facts": [], "measures": []})
    rows = [{"title": names.whose(row), **_chart(seen, span)} for row, seen in zip(found["positions"], looks, strict=True)]
    stages = sorted({one["stage"] for seen in looks for _, stages in seen for one in stages} - set(UNDRAWN), key=_order)
    context = {"rows": rows, "span": span, "stages": stages, "above": labelled((), span, ticks(span)),
               "runs": found["runs"] - found["refused"], "version": found["tool"]["version"]}  # fmt: skip
    return page("sweep.html", {**screen_parts(shown), **context})


def _looks(row: Entry, found: Entry) -> Looks:
    return [*((one["date"], one["stages"]) for one in row["through_time"]), (found["as_of"][:10], row["stages"])]


def _span(looks: Sequence[Looks], found: Entry) -> Span:
    """From the last day on which nothing was there yet in any run to the as-of date."""
    last = day_of(found["as_of"])
    days = [day_of(on) for on, _ in looks[0]] if looks else [last]
    there = [place for place in range(len(days)) if any(one["stage"] not in UNDRAWN for seen in looks for one in seen[place][1])]
    return Span(min(days[max(min(there, default=0) - 1, 0)], last - timedelta(days=1)), last)


def _order(stage: str) -> tuple[bool, bool, str]:
    """What holds stands at the bottom, what is over at the top."""
    return stage != "in_force", stage in OVER, stage


def _chart(seen: Looks, span: Span) -> Tree:
    """One chart: up to each day on which was looked a column, its stages on top of each other; and its numbers as a table."""
    moved = [(on, stages) for on, stages in seen if day_of(on) >= span.first]
    columns = [part for (start, _), (end, stages) in itertools.pairwise(moved) for part in _column(start, end, stages, span)]
    changing = list(_changing(moved))
    rows = [(on, {one["stage"]: percent(one["share"]) for one in stages}) for on, stages in changing]
    known = sorted({stage for _, shares in rows for stage in shares}, key=_order)
    return {"columns": columns, "stages": known, "table": [(on, [shares.get(stage, "-") for stage in known]) for on, shares in rows],
            "text": "; ".join(f"{on}: {_told(stages)}" for on, stages in changing), "last": _told(moved[-1][1])}  # fmt: skip


def _changing(moved: Looks) -> Iterator[tuple[str, Sequence[Entry]]]:
    """The days on which the shares are other than on the day before on which was looked."""
    before: Sequence[Entry] | None = None
    for on, stages in moved:
        if stages != before:
            yield on, stages
        before = stages


def _column(start: str, end: str, stages: Sequence[Entry], span: Span) -> Iterator[tuple[int, int, int, int, str]]:
    whole, below = sum(one["runs"] for one in stages), 0
    x, width = span.share(day_of(start), WIDTH), span.extent(day_of(start), day_of(end), WIDTH)
    for one in sorted(stages, key=lambda one: _order(one["stage"])):
        if one["stage"] in UNDRAWN:
            continue
        bottom, below = below, below + one["runs"]
        low, high = bottom * HEIGHT // whole, below * HEIGHT // whole
        yield x, HEIGHT - high, width, high - low, one["stage"]


def _told(stages: Sequence[Entry]) -> str:
    return listed(f"{stage_words(one['stage'])} {percent(one['share'])}" for one in stages)


__all__ = ["sweep_page"]
