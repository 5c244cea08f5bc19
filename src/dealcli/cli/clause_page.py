"""One clause as a page: what it says, whom it binds, when, what it touches, its readings and sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dealcli.analysis.dependence import Dependence
from dealcli.analysis.links import links
from dealcli.cli.choices import AMBIGUOUS_NAME, UNKNOWN_NAME
from dealcli.cli.contents import truth
from dealcli.cli.deal import DealFiles, question_row
from dealcli.cli.layout import Room, columns, heading, source_cells
from dealcli.diagnostics import Diagnostic, Place, Refused, did_you_mean
from dealcli.engine.program import Clause, Program
from dealcli.output.document import PARTY_KINDS

FIELDS: Mapping[str, tuple[str, ...]] = {
    "made": ("for_each", "key", "every", "first", "times"),
    "span": ("from", "until", "while", "unless"),
    "limit": ("within", "due", "before", "not_before"),
    "doing": (
        "act",
        "performed_by",
        "holds",
        "maintain",
        "prior_performance",
        "breached_by",
        "waived_by",
        "discharged_by",
        "cure",
        "once",
    ),
    "money": ("amount", "accrues", "paid_with"),
    "other": ("survives", "suspension", "binding"),
}
"""The fields of a clause by what they say, in the order in which a page shows them."""

HEADINGS = {"made": "INSTANCES", "span": "SPAN", "limit": "LIMIT", "doing": "ACT", "money": "MONEY", "other": "BESIDES"}


def named_clause(program: Program, name: str) -> Clause:
    """The clause of a name. Raises ``Refused`` where there is none, or several."""
    agreement, _, inner = name.rpartition(".")
    found = [c for c in program.clauses if c.name == inner and (not agreement or c.agreement == agreement)]
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(c.full for c in found)
        raise Refused(
            Diagnostic(AMBIGUOUS_NAME, f"'{name}' is in several agreements: {listed}", Place(), "agreement.clause")
        )
    known = {c.full for c in program.clauses} if agreement else {c.name for c in program.clauses}
    raise Refused(Diagnostic(UNKNOWN_NAME, f"no clause is called '{name}'", Place(), hint=did_you_mean(name, known)))


def clause_page(deal: DealFiles, clause: Clause) -> dict[str, Any]:
    """The page of a clause as plain data."""
    written = deal.written(clause)
    names, named = (_merged(found) for found in links(deal.program, clause))
    return {
        "format": "dealcli.clause/1",
        "clause": clause.full,
        "title": clause.title,
        "kind": clause.kind,
        "text": written.get("text"),
        "bearer": [name for name in clause.bearer_names if name],
        "counterparty": [name for name in clause.counterparty_names if name],
        "correlative": PARTY_KINDS.get(clause.kind),
        "binding": truth(clause.binding),
        "standing": deal.standing(clause.sources, clause.assumed),
        "assumed": clause.assumed or None,
        "fields": {
            group: fields for group, keys in FIELDS.items() if (fields := {k: written[k] for k in keys if k in written})
        },
        "effects": written.get("effects") or [],
        "exceptions": {
            "exception_to": [c.full for c in clause.exception_to],
            "excepted_by": [c.full for c in clause.exceptions],
        },
        "lineage": {
            "replaces": [c.full for c in deal.program.clauses if clause in c.replaced_by],
            "replaced_by": [heir.full for heir in clause.replaced_by],
            "restates": [c.full for c in clause.restates],
            "restated_by": [c.full for c in clause.restated_by],
            "line": _line(deal.program, clause),
        },
        "names": names,
        "named_by": named,
        "readings": _questions(deal, clause),
        "sources": [*deal.source_rows(clause.sources, side="for"), *deal.source_rows(clause.against, side="against")],
        "place": deal.line_of(clause.place),
    }


def _merged(found: list[tuple[str, str]]) -> list[dict[str, Any]]:
    """One row a name with every way in which it is named; that it is read is said only where no field names it."""
    ways: dict[str, list[str]] = {}
    for name, how in found:
        ways.setdefault(name, []).append(how)
    return [{"name": name, "how": [how for how in hows if how != "reads"] or ["reads"]} for name, hows in ways.items()]


def _line(program: Program, clause: Clause) -> list[str]:
    """The succession that a clause stands in, oldest first, along the first clause replaced and the first heir."""
    line = [clause]
    while older := [c for c in program.clauses if line[0] in c.replaced_by and c not in line]:
        line.insert(0, older[0])
    while newer := [c for c in line[-1].replaced_by if isinstance(c, Clause) and c not in line]:
        line.append(newer[0])
    return [c.full for c in line] if len(line) > 1 else []


def _questions(deal: DealFiles, clause: Clause) -> list[dict[str, Any]]:
    """The open questions that a clause turns on: its own, and those of everything it names, however far away."""
    trees = [document.tree for file in deal.sources.values() for document in file.documents]
    found = Dependence(trees).reached_from([clause.full])
    return [question_row(deal, question) for question in deal.program.questions if question.full in found]


# --- as lines --------------------------------------------------------------------------------------------------------


def page_lines(page: Mapping[str, Any], room: Room) -> Iterator[str]:
    """A page for reading."""
    yield heading(page["clause"], room)
    yield from columns([(page["title"],)], room, "")
    yield from columns([(_who(page),)], room, "")
    if page["text"]:
        yield "\n"
        yield from columns([(str(page["text"]),)], room, "")
    for group, fields in page["fields"].items():
        yield from _section(HEADINGS[group], [(key, in_words(value)) for key, value in fields.items()], room)
    yield from _section("EFFECTS", [("", in_words(effect)) for effect in _rows(page["effects"])], room)
    yield from _section("EXCEPTIONS", _lists(page["exceptions"]), room)
    lineage = {**page["lineage"], "line": [" -> ".join(page["lineage"]["line"])]}
    yield from _section("LINEAGE", _lists(lineage), room)
    yield from _section("NAMES", [(row["name"], ", ".join(row["how"])) for row in page["names"]], room)
    yield from _section("NAMED BY", [(row["name"], ", ".join(row["how"])) for row in page["named_by"]], room)
    for row in page["readings"]:
        choices = [_choice(choice, row["default"]) for choice in row["choices"]]
        rejected = [(one["name"], f"rejected: {one['reason']}") for one in row["rejected"]]
        yield from _section(f"READINGS OF {row['name']}: {row['title']}", [*choices, *rejected], room)
    for side, words in (("for", "SOURCES"), ("against", "SOURCES AGAINST IT")):
        cells = [source_cells(row) for row in page["sources"] if row["side"] == side]
        if cells:
            yield f"\n{heading(words, room)}"
            yield from columns(cells, room)
    yield from _section("ASSUMED", [("", page["assumed"] or "")], room)
    place = page["place"]
    yield f"\n{place['path']}{':' + str(place['line']) if place['line'] else ''}\n"


def _choice(choice: Mapping[str, Any], default: str) -> tuple[str, str]:
    """A reading for the page: its name with a star if it is the default; what it says and the sources behind it."""
    sources = f"[{', '.join(choice['sources'])}]" if choice["sources"] else ""
    star = "*" if choice["name"] == default else ""
    return f"{star}{choice['name']}", " ".join(filter(None, (choice["means"], sources))) or "-"


def _who(page: Mapping[str, Any]) -> str:
    """Whose position it is, towards whom, and what that other one has."""
    bearer, other = ", ".join(page["bearer"]) or "nobody named", ", ".join(page["counterparty"])
    correlative = f"; {other or 'the other side'} has a {page['correlative']}" if page["correlative"] else ""
    binding = {False: "; not binding", "unknown": "; whether it binds is not known"}.get(page["binding"], "")
    standing = f"; standing: {page['standing']}" if page["standing"] else ""
    return f"{page['kind']} of {bearer}{' towards ' + other if other else ''}{correlative}{binding}{standing}"


def _section(title: str, rows: list[tuple[str, str]], room: Room) -> Iterator[str]:
    """A heading over lines, if there are any."""
    lines = [row if row[0] else (row[1],) for row in rows if row[1]]
    if lines:
        yield f"\n{heading(title, room)}"
        yield from columns(lines, room)


def _lists(found: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    return [(name.replace("_", " "), ", ".join(names)) for name, names in found.items()]


def _rows(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else [raw]


def in_words(raw: Any) -> str:
    """A field as written, on one line: a list of triggers with "or", a group of conditions with its word."""
    if isinstance(raw, list):
        return " or ".join(map(in_words, raw))
    if isinstance(raw, Mapping):
        if len(raw) == 1 and (word := next(iter(raw))) in ("all", "any", "not"):
            inner = raw[word]
            joined = {"all": " and ", "any": " or "}.get(word, "")
            return f"({joined.join(map(in_words, inner))})" if isinstance(inner, list) else f"{word} {in_words(inner)}"
        return ", ".join(f"{key}: {in_words(value)}" for key, value in raw.items() if value is not None)
    return "" if raw is None else str(raw)


__all__ = ["clause_page", "in_words", "named_clause", "page_lines"]
