"""What people write: the four kinds of document, as frozen and strict models with a description on every field.

The package is a gate. ``validate`` says everything that is wrong with a plain tree (nested dict, list and str; an
empty value is None); a tree without problems is what the engine compiles. pydantic is loaded only when a document is not
sound or a schema is asked for: the shape of a sound one is checked against the models as plain data (``shapes``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from dealcli.diagnostics import Diagnostic

Kind = Literal["vocabulary", "agreement", "scenario", "suite"]

KINDS: tuple[Kind, ...] = ("vocabulary", "agreement", "scenario", "suite")


def kind_of(tree: object) -> Kind | None:
    """The kind of a document, which its first key tells; None where the first key is none of the four."""
    first = next(iter(tree), None) if isinstance(tree, dict) else None
    return next((kind for kind in KINDS if kind == first), None)


def validate(tree: object, path: str = "", document_index: int = 0) -> list[Diagnostic]:
    """Every problem of one document, in a fixed order; an empty list means that it may be compiled."""
    kind = kind_of(tree)
    if kind is not None and isinstance(tree, dict):
        from dealcli.model.shapes import fits

        if fits(kind, tree):
            from dealcli.diagnostics import Place
            from dealcli.model.coherence import contradictions

            return sorted(contradictions(kind, tree, Place(path, (), document_index)), key=lambda problem: problem.sort_key)
    from dealcli.model.validation import problems

    return problems(tree, path, document_index)


def json_schema(kind: Kind) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one kind of document, its keys sorted."""
    from dealcli.model.schema import schema_of

    return schema_of(kind)
