"""A word for how far a position is settled, for the screens that have a column for it."""

from __future__ import annotations

from dealcli.output.view import DocumentTree, Entry
from dealcli.output.words import mark


def judged(document: DocumentTree) -> bool:
    """Whether the result was judged over all readings."""
    return document["judged"] is not None


def columns(document: DocumentTree, *names: str) -> tuple[str, ...]:
    """The columns of a section of positions, with one for verdicts where there are any."""
    return (*names, "verdict") if judged(document) else names


def cells(document: DocumentTree, entry: Entry | None, *texts: str) -> tuple[str, ...]:
    """The cells of a position under such columns."""
    return (*texts, verdict_words(document, entry) if entry is not None else "") if judged(document) else texts


def verdict_words(document: DocumentTree, entry: Entry) -> str:
    """The verdict on a position: a contested one with the numbers of the questions that it turns on."""
    verdict = entry["verdict"]
    if verdict == "contested":
        asked = {name for one in entry["contested_by"] for name in one}
        numbers = [str(n) for n, dispute in enumerate(document["disputes"], 1) if dispute["question"] in asked]
        return f"CONTESTED ({', '.join(numbers)})" if numbers else "CONTESTED"
    if verdict == "settled" and entry["verdicts"].get("since", {}).get("verdict") in ("contested", "undetermined"):
        return "settled, not since when"
    return str(verdict or "")


def standing_mark(entry: Entry | None, stage: str | None) -> str:
    """The mark of a stage; a question mark where it is contested."""
    return "?" if entry is not None and entry["verdict"] == "contested" else mark(stage)


__all__ = ["cells", "columns", "judged", "standing_mark", "verdict_words"]
