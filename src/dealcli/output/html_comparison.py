"""A comparison as one HTML file: what differs in words, and both histories on one timeline."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dealcli.output.comparing import comparison_screen
from dealcli.output.html_page import page, screen_parts
from dealcli.output.lanes import Lane, Span, day_of, lanes, span_of, ticks
from dealcli.output.picture import WIDTH, labelled
from dealcli.output.view import DocumentTree, Entry
from dealcli.output.words import Names, stage_words

Tree = dict[str, Any]


def comparison_page(found: Entry, before: DocumentTree, after: DocumentTree) -> str:
    """A comparison as a page: what differs in words, and the lanes of what stands differently, one above the other."""
    changed = {(row["clause"], row["key"], row["bearer"]) for row in found["positions"]}
    old, new = ([lane for lane in lanes(document) if lane.slot[:3] in changed] for document in (before, after))
    span = span_of([*old, *new], max(day_of(before["as_of"]), day_of(after["as_of"])))
    story = [*after["story"], *(entry for entry in before["story"] if entry not in after["story"])]
    names = Names(after)
    rows = [{"title": names.whose(row), "before": _bare(old, row, span), "after": _bare(new, row, span),
             "stages": _stages(row, after)} for row in found["positions"]]  # fmt: skip
    return page("compare.html", {**screen_parts(comparison_screen(found)), "rows": rows, "span": span, "version": after["tool"]["version"],
                                 "above": labelled(story, span, ticks(span))})  # fmt: skip


def _bare(found: Iterable[Lane], row: Entry, span: Span) -> Tree:
    """The stretches of the first position that a row of a comparison means; none where it is not there."""
    named = (row["clause"], row["key"], row["bearer"])
    lane = next((lane for lane in found if lane.slot[:3] == named), None)
    stretches = lane.stretches if lane is not None else ()
    return {"text": "; ".join(f"{stage_words(s.stage)} from {s.start}" for s in stretches),
            "bars": [(span.share(s.start, WIDTH), span.extent(s.start, s.end, WIDTH), s.stage) for s in stretches]}  # fmt: skip


def _stages(row: Entry, after: DocumentTree) -> Tree:
    """The stage on both sides; where it is the same, it is not told among what changed."""
    changed = row["fields"].get("stage")
    if changed is not None:
        return dict(changed)
    named = (row["clause"], row["key"], row["bearer"])
    same = next((p["stage"] for p in after["positions"] if (p["clause"], p["key"], p["bearer"]) == named), None)
    return {"before": same, "after": same}


__all__ = ["comparison_page"]
