"""Which clause acts on which, as a graph: ``dealcli.graph/1``, Mermaid, the DOT language, SVG."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from dealcli.analysis.links import Edge
from dealcli.engine.program import Clause, Program
from dealcli.output.text import safe, xml_text

FORMAT = "dealcli.graph/1"
DASHED = ("replaces", "restates")
WIDTH, HEIGHT, GAP, ROW = 300, 34, 140, 46
"""The boxes of a drawing, the room between its columns, and from one row to the next."""
LONGEST = 44

Tree = Mapping[str, Any]


def graph(program: Program, found: Sequence[Edge], every: Iterable[Clause] = ()) -> dict[str, Any]:
    """The clauses that edges join, and ``every`` other that is wanted, with the edges."""
    wanted = {edge.source for edge in found} | {edge.target for edge in found} | set(every)
    shown = [clause for clause in program.clauses if clause in wanted]
    agreements = {agreement.name: agreement.title for agreement in program.agreements}
    return {
        "format": FORMAT,
        "agreements": [{"name": name, "title": title} for name, title in agreements.items() if any(c.agreement == name for c in shown)],
        "clauses": [{"clause": c.full, "agreement": c.agreement, "title": c.title, "kind": c.kind} for c in shown],
        "edges": [{"from": edge.source.full, "to": edge.target.full, "how": edge.how.replace("_", " ")} for edge in found],
    }  # fmt: skip


def _numbered(found: Tree) -> dict[str, str]:
    return {row["clause"]: f"c{number}" for number, row in enumerate(found["clauses"], 1)}


# --- Mermaid and DOT -------------------------------------------------------------------------------------------------


def mermaid(found: Tree) -> Iterator[str]:
    """A flowchart that code hosts draw in Markdown."""
    ids = _numbered(found)
    yield "flowchart LR\n"
    for number, agreement in enumerate(found["agreements"], 1):
        yield f'  subgraph a{number}["{_in_mermaid(agreement["title"])}"]\n'
        for row in _of(found, agreement):
            yield f'    {ids[row["clause"]]}["{_in_mermaid(row["title"])}"]\n'
        yield "  end\n"
    for edge in found["edges"]:
        arrow = "-.->" if edge["how"] in DASHED else "-->"
        yield f"  {ids[edge['from']]} {arrow}|{edge['how']}| {ids[edge['to']]}\n"


def _in_mermaid(text: str) -> str:
    """Text inside a quoted label: what would end it or be read as markup becomes an entity."""
    return "".join(character if character.isalnum() or character in " .,:-/()$%+" else f"#{ord(character)};" for character in safe(text))


def dot(found: Tree) -> Iterator[str]:
    """The DOT language, for Graphviz."""
    ids = _numbered(found)
    yield "digraph deal {\n  rankdir=LR;\n  node [shape=box];\n"
    for number, agreement in enumerate(found["agreements"], 1):
        yield f"  subgraph cluster_{number} {{\n    label={_in_dot(agreement['title'])};\n"
        for row in _of(found, agreement):
            yield f"    {ids[row['clause']]} [label={_in_dot(row['title'])}, tooltip={_in_dot(row['clause'])}];\n"
        yield "  }\n"
    for edge in found["edges"]:
        style = ", style=dashed" if edge["how"] in DASHED else ""
        yield f"  {ids[edge['from']]} -> {ids[edge['to']]} [label={_in_dot(edge['how'])}{style}];\n"
    yield "}\n"


def _in_dot(text: str) -> str:
    escaped = safe(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _of(found: Tree, agreement: Tree) -> list[Tree]:
    return [row for row in found["clauses"] if row["agreement"] == agreement["name"]]


# --- SVG -------------------------------------------------------------------------------------------------------------


def svg(found: Tree) -> Iterator[str]:
    """A drawing: a column for each agreement in the order of the deal, its clauses below each other, arrows between them."""
    at = {row["clause"]: (column, number) for column, agreement in enumerate(found["agreements"])
          for number, row in enumerate(_of(found, agreement))}  # fmt: skip
    across = max(len(found["agreements"]) * (WIDTH + GAP) - GAP, WIDTH) + 40
    down = max((number for _, number in at.values()), default=0) * ROW + HEIGHT + 80
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {down}" font-family="sans-serif" font-size="12">\n'
    yield "<title>Which clause acts on which</title>\n"
    yield '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>\n'  # noqa: E501
    for column, agreement in enumerate(found["agreements"]):
        yield f'<text x="{20 + column * (WIDTH + GAP)}" y="28" font-weight="bold">{xml_text(_short(agreement["title"]))}</text>\n'
    for edge in found["edges"]:
        yield _arrow(edge, at)
    for row in found["clauses"]:
        x, y = _corner(at[row["clause"]])
        yield (f'<g><title>{xml_text(row["clause"])}</title><rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="4" fill="#fff" '
               f'stroke="#333"/><text x="{x + 8}" y="{y + 21}">{xml_text(_short(row["title"]))}</text></g>\n')  # fmt: skip
    yield "</svg>\n"


def _corner(place: tuple[int, int]) -> tuple[int, int]:
    column, number = place
    return 20 + column * (WIDTH + GAP), 44 + number * ROW


def _arrow(edge: Tree, at: Mapping[str, tuple[int, int]]) -> str:
    """A curve from box to box, out of the side that faces the other; inside a column round its right side."""
    (x1, y1), (x2, y2) = (_corner(at[edge[end]]) for end in ("from", "to"))
    right = x2 > x1
    start, end = (x1 + WIDTH, x2) if right else (x1 + WIDTH, x2 + WIDTH) if x1 == x2 else (x1, x2 + WIDTH)
    bend = 60 if right or x1 == x2 else -60
    middle1, middle2 = y1 + HEIGHT // 2, y2 + HEIGHT // 2
    back = bend if x1 == x2 else -bend
    dashed = ' stroke-dasharray="5 4"' if edge["how"] in DASHED else ""
    path = f"M{start} {middle1}C{start + bend} {middle1} {end + back} {middle2} {end} {middle2}"
    return f'<path d="{path}" fill="none" stroke="#777"{dashed} marker-end="url(#tip)"><title>{xml_text(edge["how"])}</title></path>\n'


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


__all__ = ["FORMAT", "dot", "graph", "mermaid", "svg"]
