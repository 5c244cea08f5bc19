"""The runs of a sweep one by one: as CSV, a row a run, and as columns for Parquet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dealcli.analysis.columns import Columns, Name
from dealcli.analysis.inputs import Inputs
from dealcli.analysis.sweeping import REFUSED
from dealcli.output.text import csv_line
from dealcli.output.view import DocumentTree


def run_columns(document: DocumentTree, inputs: Inputs, columns: Columns) -> Mapping[str, Iterable[str | None]]:
    """The inputs of each run, its stages, since when these hold, its measures, and what kept it from running."""
    texts = [inputs.texts(inputs.chosen(number)) for number in range(inputs.runs)]
    found: dict[str, Iterable[str | None]] = {"run": [str(number) for number in range(inputs.runs)]}
    found |= {one.name: [text[place] for text in texts] for place, one in enumerate(inputs.all)}
    told = {(row["clause"], row["key"], row["number"]) for row in document["positions"]}
    slots = [name[1:] for name in columns.values if name[0] == "" and (name[1], name[2], max(name[4], 0)) in told]
    for slot in slots:
        found[_title("stage", slot)] = columns.column(("", *slot))
        days = [day for day in document["days"] if (day, *slot) in columns.codes]
        found |= {_title(f"stage on {day}", slot): columns.column((day, *slot)) for day in days}
        found[_title("since", slot)] = columns.column(("since", *slot))
    measures = [name for name in columns.values if name[0] == "measure"]
    found |= {f"{name[1]} ({name[2]})" if name[2] else name[1]: columns.column(name) for name in measures}
    if REFUSED in columns.codes:
        found["refused"] = columns.column(REFUSED)
    return found


def _title(what: str, slot: Name) -> str:
    clause, key, bearer, number = slot
    told = [str(part) for part in (key, bearer) if part is not None] + ([f"#{number + 1}"] if number > 0 else [])
    return f"{what} {clause} ({', '.join(told)})" if told else f"{what} {clause}"


def csv_rows(found: Mapping[str, Iterable[str | None]]) -> Iterator[str]:
    """A head, then a row a run."""
    yield csv_line(found)
    for row in zip(*found.values(), strict=True):
        yield csv_line(row)


__all__ = ["csv_rows", "run_columns"]
