"""Dependency cones: from each definition to everything that it may depend on, under any reading, as far as names tell.

Static and wider than need be: a name that is mentioned counts as looked at. What is not in a cone cannot matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dealcli.analysis.written import texts_in

Node = tuple[str, str]
"""The kind of a thing (``events terms facts measures clauses agreement reading plausible binding``) and its full name."""

SECTIONS = ("events", "terms", "facts", "measures", "clauses")
PROSE = frozenset({
    "title", "text", "means", "sources", "against", "rejected", "assumed", "note", "unit", "default", "kind", "binding",
    "replaces", "restates", "exception_to", "plausible",
})  # fmt: skip
VERBS = ("terminate", "suspend", "resume", "waive", "discharge", "complete", "extend", "assign")
MOVED_BY = ("starts", "ends", "count", "sum", "min", "max", "first", "latest", "initial", "updates", "upon")
_NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
_TEXT = re.compile(r"'[^']*'")


class Cones:
    """What each definition of a deal may depend on."""

    def __init__(self, trees: Iterable[Mapping[str, Any]]) -> None:
        documents = [tree for tree in trees if "agreement" in tree or "vocabulary" in tree]
        self.agreements = {str(tree["agreement"]) for tree in documents if "agreement" in tree}
        self.named: dict[tuple[str, str], dict[str, Node]] = {}
        self.edges: dict[Node, set[Node]] = {}
        self._payers: dict[str, set[Node]] = {}
        self._excepted: set[Node] = set()
        for tree in documents:
            self._declare(tree, str(tree.get("agreement") or ""))
        for tree in documents:
            self._define(tree, str(tree.get("agreement") or ""))
        for debts in self._payers.values():
            for debt in debts:
                self._depends(debt, debts)
        for clause in self._excepted:  # what it reads goes on with it
            for node in self.reached_from(clause):
                if node[0] in ("facts", "measures"):
                    self._depends(node, {clause})

    def reached_from(self, node: Node) -> frozenset[Node]:
        """Everything that a thing may depend on, itself included."""
        seen: set[Node] = set()
        waiting = [node]
        while waiting:
            one = waiting.pop()
            if one not in seen:
                seen.add(one)
                waiting.extend(self.edges.get(one, ()))
        return frozenset(seen)

    # --- names ------------------------------------------------------------------------------------------------------

    def _declare(self, tree: Mapping[str, Any], owner: str) -> None:
        for section in SECTIONS:
            for name in tree.get(section) or ():
                full = f"{owner}.{name}" if owner else name
                self.named.setdefault((section, name), {})[owner] = (section, full)

    def _called(self, name: str, owner: str, sections: Iterable[str] = SECTIONS) -> Iterator[Node]:
        """What a name may mean in an agreement: its own definition of each kind, else every one of that name."""
        agreement, dot, inner = name.partition(".")
        if dot and agreement in self.agreements:
            yield from (n for s in sections for o, n in self.named.get((s, inner.partition(".")[0]), {}).items() if o == agreement)
        for word in name.split("."):
            if word in self.agreements:
                yield ("agreement", word)
            for section in sections:
                found = self.named.get((section, word), {})
                yield from [found[owner]] if owner in found else found.values()

    def _mentioned(self, written: Any, owner: str) -> set[Node]:
        return {node for word in _words(written) for node in self._called(word, owner)}

    def _depends(self, node: Node, on: Iterable[Node]) -> None:
        self.edges.setdefault(node, set()).update(on)

    # --- definitions ------------------------------------------------------------------------------------------------

    def _define(self, tree: Mapping[str, Any], owner: str) -> None:
        for section in SECTIONS:
            for name, written in (tree.get(section) or {}).items():
                self._definition((section, f"{owner}.{name}" if owner else name), written or {}, owner)
        if not owner:
            return
        agreement: Node = ("agreement", owner)
        self._depends(agreement, self._mentioned([tree.get(k) for k in ("from", "until", "completed_by")], owner))
        if isinstance(tree.get("binding"), Mapping):
            self._depends(("binding", owner), {("reading", f"{owner}.binding")} | self._givens(tree["binding"], owner))
        self._effects(tree.get("effects") or (), agreement, owner)
        self._replacements(tree.get("replaces"), agreement, owner)

    def _definition(self, node: Node, written: Mapping[str, Any], owner: str) -> None:
        section, full = node
        if written.get("readings"):
            self._depends(node, {("reading", full)})
            self._depends(("reading", full), self._givens(written, owner))
        if section == "terms":
            self._depends(node, {("plausible", full)} if written.get("plausible") else ())
            return
        self._depends(node, self._mentioned(_attributes_left_out(written) if section == "events" else written, owner))
        versions = [written, *(reading or {} for reading in (written.get("readings") or {}).values())]
        if owner and (section == "clauses" or any(key in version for version in versions for key in MOVED_BY)):
            self._depends(node, {("agreement", owner)})
        if section == "clauses":
            self._depends(("binding", full), {("binding", owner)})
            for version in versions:
                self._clause(node, version, owner)

    def _clause(self, node: Node, written: Mapping[str, Any], owner: str) -> None:
        if "binding" in written:
            self._depends(("binding", node[1]), {("reading", node[1])})
        for target in _listed(written.get("exception_to")):
            for excepted in self._called(str(target), owner, ("clauses",)):
                self._depends(excepted, {node})
        if "paid_with" in written:
            for event in self._mentioned(written.get("act"), owner):
                if event[0] == "events":
                    self._payers.setdefault(event[1], set()).add(node)
        self._effects(written.get("effects") or (), node, owner)
        self._replacements(written.get("replaces"), node, owner)

    def _givens(self, written: Mapping[str, Any], owner: str) -> set[Node]:
        """The questions that the ``given`` of a reading asks about."""
        return self._mentioned([(r or {}).get("given") for r in (written.get("readings") or {}).values()], owner)

    # --- what reaches into other definitions ------------------------------------------------------------------------

    def _effects(self, rows: Iterable[Mapping[str, Any]], source: Node, owner: str) -> None:
        """What an effect changes depends on what uses it, and on everything that the effect mentions."""
        for row in rows:
            for verb in VERBS:
                target = row.get(verb)
                if target is None:
                    continue
                changed = [("agreement", owner)] if target == "agreement" else self._called(str(target), owner, ("clauses",))
                for node in changed:
                    self._depends(node, {source} | self._mentioned({k: v for k, v in row.items() if k != verb}, owner))

    def _replacements(self, raw: Any, successor: Node, owner: str) -> None:
        """What is replaced depends on its successor, and on the condition of the replacement."""
        for row in _listed(raw):
            tree: Mapping[str, Any] = row if isinstance(row, Mapping) else {"clauses": [row]}
            causes = {successor} | self._mentioned(tree.get("when"), owner)
            old: list[Node] = [("agreement", str(tree["agreement"]))] if tree.get("agreement") else []
            inside = str(tree.get("agreement") or owner)
            for key, where in (("clauses", owner), ("except", inside)):
                for name in _listed(tree.get(key)):
                    named = tuple(self._called(str(name), where, ("clauses",)))
                    old.extend(named)
                    self._excepted.update(named if key == "except" else ())
            for node in old:
                self._depends(node, causes)


def _listed(raw: Any) -> list[Any]:
    return list(raw) if isinstance(raw, list) else [] if raw is None else [raw]


def _attributes_left_out(written: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"valid": written.get("valid")}


def _words(written: Any) -> Iterator[str]:
    for text in texts_in(written, PROSE):
        yield from _NAME.findall(_TEXT.sub(" ", text))


__all__ = ["Cones", "Node"]
