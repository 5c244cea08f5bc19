"""Two results beside each other as a document: ``dealcli.diff/1``. What stands differently, and because of which input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from dealcli import __version__
from dealcli.analysis.attribution import Attribute, Thing
from dealcli.analysis.differences import Edit
from dealcli.analysis.standings import WAITING
from dealcli.output.view import DocumentTree, Entry
from dealcli.reading.sources import SourceFile, locate

FORMAT = "dealcli.diff/1"
MOVED = ("stage", "since", "due", "until", "amount", "breaches")
"""What the run of a position gives."""
BESIDE = ("binding", "verdict")
"""What the documents and the judgement over all readings give."""
OF_AGREEMENTS = ("stage", "since", "until", "binding")

Row = dict[str, Any]


def comparison(before: DocumentTree, after: DocumentTree, edits: Sequence[Edit], sources: Mapping[str, SourceFile],
               attribute: Attribute | None = None) -> Row:  # fmt: skip
    """What differs between two results. ``attribute`` finds the edits behind each position that changed."""
    judged = before["judged"] is not None and after["judged"] is not None
    positions = list(_positions(before, after, (*MOVED, *(BESIDE if judged else BESIDE[:1]))))
    _attribute(positions, edits, attribute)
    for row in positions:
        del row["slot"]
    rows = {
        "positions": positions,
        "agreements": list(_others(before["agreements"], after["agreements"], OF_AGREEMENTS, ("name",))),
        "facts": list(_others(before["facts"], after["facts"], ("value",), ("name", "key"))),
        "measures": list(_others(before["measures"], after["measures"], ("value",), ("name", "key"))),
        "findings": _findings(before, after),
    }
    return {
        "format": FORMAT,
        "tool": {"name": "dealcli", "version": __version__},
        "before": _head(before),
        "after": _head(after),
        "edits": [_edit(number, edit, sources) for number, edit in enumerate(edits, 1)],
        **rows,
        "parties": list({p["name"]: p for p in (*before["parties"], *after["parties"])}.values()),
        "differs": bool(positions or rows["agreements"] or rows["facts"] or rows["measures"] or rows["findings"]),
        "summary": {"positions": len(after["positions"]), "changed": len(positions),
                    "stages": sum("stage" in row["fields"] for row in positions), "edits": len(edits)},
    }  # fmt: skip


def _head(document: DocumentTree) -> Row:
    return {"title": document["scenario"]["title"], "path": document["scenario"]["path"], "as_of": document["as_of"],
            "known_as_of": document["known_as_of"]}  # fmt: skip


def _edit(number: int, edit: Edit, sources: Mapping[str, SourceFile]) -> Row:
    span = locate(edit.place, sources) if edit.place is not None else None
    path = edit.place.path if edit.place is not None and span is not None else None
    return {"number": number, "kind": edit.kind, "text": edit.text, "path": path, "line": span.line if span else None}


# --- positions -------------------------------------------------------------------------------------------------------


def _positions(before: DocumentTree, after: DocumentTree, fields: Sequence[str]) -> Iterator[Row]:
    old, new = (dict(_slotted(document["positions"])) for document in (before, after))
    for slot in dict.fromkeys([*new, *old]):
        waiting = (slot[0], WAITING)
        one, two = (rows.get(slot, rows.get(waiting)) for rows in (old, new))
        if slot == waiting and (one is None or two is None) and any(node == slot[0] for node, _ in (*old, *new) if (node, _) != slot):
            continue  # its positions are told instead
        found = _changed(one, two, fields if slot in old and slot in new else ("stage",))
        if found:
            known = two or one
            assert known is not None
            change = "changed" if one and two else "gone" if one else "new"
            yield {"slot": slot, **{key: known[key] for key in ("clause", "key", "bearer", "title", "kind", "sources")},
                   "period": known.get("period"), "change": change, "fields": found, "because": [], "together": False}  # fmt: skip


def _slotted(rows: Iterable[Entry]) -> Iterator[tuple[Thing, Entry]]:
    """Each position under what tells it from all others; a clause that has none yet has one row, under no bearer."""
    seen: dict[tuple[Any, ...], int] = {}
    for row in rows:
        named = (row["clause"], row["key"], row["bearer"])
        number = seen[named] = seen.get(named, -1) + 1
        waiting = not row["because"] and row["since"] is None and row["key"] is None and row["stage"] != "none"
        yield (("clauses", row["clause"]), WAITING if waiting else (row["key"], str(row["bearer"]), number)), row


def _changed(one: Entry | None, two: Entry | None, fields: Sequence[str]) -> Row:
    if one is None or two is None:
        known = one or two
        return {"stage": {"before": one["stage"] if one else None, "after": two["stage"] if two else None}} if known else {}
    return {name: {"before": one[name], "after": two[name]} for name in fields if _mark(name, one[name]) != _mark(name, two[name])}


def _mark(name: str, value: Any) -> Any:
    """What two values are compared by: breaches by their dates."""
    return [breach["date"] for breach in value] if name == "breaches" else value


def _attribute(rows: list[Row], edits: Sequence[Edit], attribute: Attribute | None) -> None:
    """Put the numbers of the edits behind each row; ``together`` where no one of them would do."""
    if attribute is None:
        return
    wanted = {row["slot"]: [name for name in row["fields"] if name in MOVED] for row in rows if any(n in MOVED for n in row["fields"])}
    found = attribute(wanted)
    for row in rows:
        numbers = found.get(row["slot"], [0] if len(edits) == 1 else [])
        row["because"] = [number + 1 for number in numbers]
        row["together"] = len(edits) > 1 and not numbers and row["slot"] in wanted


# --- the rest --------------------------------------------------------------------------------------------------------


def _others(before: Iterable[Entry], after: Iterable[Entry], fields: Sequence[str], names: Sequence[str]) -> Iterator[Row]:
    old, new = ({tuple(row[name] for name in names): row for row in rows} for rows in (before, after))
    for slot in dict.fromkeys([*new, *old]):
        one, two = old.get(slot), new.get(slot)
        found = {name: {"before": one[name] if one else None, "after": two[name] if two else None} for name in fields
                 if (one or {}).get(name) != (two or {}).get(name)}  # fmt: skip
        if found:
            known = two or one
            assert known is not None
            yield {**{name: known[name] for name in names}, "title": known["title"], "fields": found}


def _findings(before: DocumentTree, after: DocumentTree) -> list[Row]:
    """Findings that only one of the two has."""
    told = ("kind", "severity", "date", "clause", "key", "event", "text")
    old, new = ([{key: row[key] for key in told} for row in document["findings"]] for document in (before, after))
    return [*({**row, "change": "new"} for row in new if row not in old), *({**row, "change": "gone"} for row in old if row not in new)]


__all__ = ["FORMAT", "comparison"]
