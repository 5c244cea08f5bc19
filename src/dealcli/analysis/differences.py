"""Two versions of a scenario as a list of edits that lead from one to the other, each of which can be made alone."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from dealcli.analysis.evaluation import Options
from dealcli.analysis.scenario import Scenario
from dealcli.diagnostics import Place
from dealcli.engine.declare import Text
from dealcli.slotted import dataclass, replace

SECTIONS = ("parties", "sources", "events", "terms", "facts", "measures", "clauses")
Written = tuple[Mapping[str, Any], Place]
"""A row of a timeline as written, and where."""


@dataclass(frozen=True, slots=True)
class Side:
    """A scenario with the options under which it is run."""

    scenario: Scenario
    options: Options


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to an input. ``kind``: event, term, reading, definition, agreement, day or knowledge; ``text`` says what.

    ``option`` is how it is written on the command line, for those that can be: the option, and its value. ``row`` is the
    row of the timeline that is added, or as it becomes.
    """

    kind: str
    text: str
    change: Callable[[Side], Side]
    place: Place | None = None
    option: tuple[str, str] | None = None
    row: Mapping[str, Any] | None = None


def edited(side: Side, edits: Iterable[Edit]) -> Side:
    """A scenario with some edits made, in their order."""
    for edit in edits:
        side = edit.change(side)
    return side


# --- single edits ----------------------------------------------------------------------------------------------------


def added(row: Mapping[str, Any], place: Place) -> Edit:
    """A row more in the timeline."""
    text = row_text(row)
    return Edit("event", f"add {text}", lambda side: _with_rows(side, (*side.scenario.rows, (row, place))), place, ("--add", text), row)


def dropped(written: Written, number: int = 0) -> Edit:
    """A row less in the timeline. ``number`` is its place in it, from 1, where that is known."""
    row, place = written
    option = ("--drop", str(number)) if number else None
    return Edit("event", f"drop {row_text(row)}", lambda side: _with_rows(side, _exchanged(side, place, ())), place, option)


def exchanged(written: Written, row: Mapping[str, Any], number: int = 0) -> Edit:
    """A row of the timeline with other values: of another date it is moved. ``number`` is its place in it, from 1."""
    old, place = written
    changed = {key for key in {*old, *row} if old.get(key) != row.get(key)}
    moved = changed <= {"date", "at"}
    to = f"to {_moment(row)}" if moved else f"to {row_text(row)}"
    text = f"{'move' if moved else 'change'} {row_text(old)} {to}"
    option = ("--move", f"{number}={_moment(row)}") if number and moved else None
    return Edit("event", text, lambda side: _with_rows(side, _exchanged(side, place, ((row, place),))), place, option, row)


def term_set(name: str, value: str | None) -> Edit:
    """A term filled in; with None as it is written in the deal."""
    text = f"set {name} = {value}" if value is not None else f"leave {name} as written"
    return Edit("term", text, _chosen("terms", name, value), option=("--set", f"{name}={value}") if value is not None else None)


def reading_chosen(name: str, choice: str | None) -> Edit:
    """A reading chosen; with None the default one."""
    text = f"read {name} as {choice}" if choice is not None else f"read {name} by default"
    option = ("--reading", f"{name}={choice}") if choice is not None else None
    return Edit("reading", text, _chosen("readings", name, choice), option=option)


def row_text(row: Mapping[str, Any]) -> str:
    """A row of a timeline in one line: its date, its event, its attributes."""
    name = str(row.get("event") or row.get("exercise") or "note")
    left = ("date", "at", "event", "exercise", "sources", "note", "hypothetical", "reported", "happened")
    told = [f"{key}={shlex.quote(_listed(value))}" for key, value in row.items() if key not in left]
    told += [f"{key}={shlex.quote(str(row[key]))}" for key in ("reported", "happened") if key in row]
    return " ".join([_moment(row), *(["exercise"] if "exercise" in row else []), name, *told])


def _listed(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _moment(row: Mapping[str, Any]) -> str:
    return "T".join(str(row[key]) for key in ("date", "at") if row.get(key))


def _with_rows(side: Side, rows: Iterable[Written]) -> Side:
    return replace(side, scenario=replace(side.scenario, rows=tuple(rows)))


def _exchanged(side: Side, place: Place, rows: Iterable[Written]) -> Iterator[Written]:
    for row in side.scenario.rows:
        if row[1] == place:
            yield from rows
        else:
            yield row


def _chosen(section: str, name: str, value: str | None) -> Callable[[Side], Side]:
    def change(side: Side) -> Side:
        tree = dict(side.scenario.tree)
        short = name.rpartition(".")[2]
        kept = {key: old for key, old in (tree.get(section) or {}).items() if key not in (name, short)}
        tree[section] = kept if value is None else {**kept, name: value}
        terms, readings = side.options.terms, side.options.readings
        options = {key: old for key, old in (terms if section == "terms" else readings).items() if key not in (name, short)}
        chosen = replace(side.options, terms=options) if section == "terms" else replace(side.options, readings=options)
        return Side(replace(side.scenario, tree=tree), chosen)

    return change


# --- all that lies between two scenarios -----------------------------------------------------------------------------


def edits_between(before: Side, after: Side) -> list[Edit]:
    """The edits that make one scenario into the other: rows, terms, readings, definitions, days."""
    return [*_days(before, after), *_choices(before, after), *_rows(before.scenario, after.scenario),
            *_definitions(before.scenario, after.scenario)]  # fmt: skip


def _days(before: Side, after: Side) -> Iterator[Edit]:
    for field, kind, words in (("as_of", "day", "answer for"), ("known_as_of", "knowledge", "know what was reported by")):
        old, new = (getattr(side.options, field) or side.scenario.tree.get(field) for side in (before, after))
        if old != new:
            yield Edit(kind, f"{words} {new or 'any day'} instead of {old or 'any day'}", _day(field, new))


def _day(field: str, day: Any) -> Callable[[Side], Side]:
    def change(side: Side) -> Side:
        tree = {key: value for key, value in side.scenario.tree.items() if key != field}
        return Side(replace(side.scenario, tree=tree), replace(side.options, **{field: day}))

    return change


def _choices(before: Side, after: Side) -> Iterator[Edit]:
    for section, make in (("terms", term_set), ("readings", reading_chosen)):
        old, new = ({**(side.scenario.tree.get(section) or {}), **getattr(side.options, section)} for side in (before, after))
        yield from (make(name, new.get(name)) for name in sorted({*old, *new}) if old.get(name) != new.get(name))
    old_without, new_without = (tuple(side.scenario.tree.get("without") or ()) for side in (before, after))
    if old_without != new_without:
        yield Edit("agreement", f"leave out {', '.join(new_without) or 'no agreement'}", _top("without", list(new_without)))


def _top(key: str, value: Any) -> Callable[[Side], Side]:
    return lambda side: replace(side, scenario=replace(side.scenario, tree={**side.scenario.tree, key: value}))


def _rows(before: Scenario, after: Scenario) -> Iterator[Edit]:
    """Rows that only one of two timelines has; one that differs in a date or an attribute alone is one edit."""
    common = Counter(map(_content, before.rows)) & Counter(map(_content, after.rows))
    gone, come = _not_among(before.rows, common), _not_among(after.rows, common)
    for row in gone:
        twin = next((other for other in come if _alike(row[0], other[0])), None)
        if twin is None:
            yield dropped(row)
        else:
            come.remove(twin)
            yield exchanged(row, twin[0])
    yield from (added(*row) for row in come)


def _content(written: Written) -> str:
    return repr(sorted((key, str(value)) for key, value in written[0].items()))


def _not_among(rows: Iterable[Written], common: Counter[str]) -> list[Written]:
    left, found = Counter(common), []
    for row in rows:
        if left[_content(row)]:
            left[_content(row)] -= 1
        else:
            found.append(row)
    return found


def _alike(one: Mapping[str, Any], two: Mapping[str, Any]) -> bool:
    """Whether two rows are of the same event, and all but the date or one other value is the same."""
    if one.get("event") != two.get("event") or one.get("exercise") != two.get("exercise"):
        return False
    differing = {key for key in {*one, *two} if one.get(key) != two.get(key)}
    return len(differing - {"at"}) <= 1


def _definitions(before: Scenario, after: Scenario) -> Iterator[Edit]:
    old, new = ({_name(text): text for text in scenario.deal} for scenario in (before, after))
    for name in [*old, *(name for name in new if name not in old)]:
        if name not in new:
            yield Edit("agreement", f"drop {name}", _without_text(name), old[name].place)
        elif name not in old:
            yield Edit("agreement", f"add {name}", _with_text(new[name]), new[name].place)
        elif old[name].tree != new[name].tree:
            yield from _inside(name, old[name], new[name])


def _name(text: Text) -> str:
    kind = "agreement" if "agreement" in text.tree else "vocabulary"
    return f"{kind} {text.tree[kind]}" if kind == "agreement" else f"vocabulary of {text.tree.get('vocabulary') or text.place.path}"


def _inside(name: str, old: Text, new: Text) -> Iterator[Edit]:
    """The definitions of one document that differ, and its other keys."""
    short = name.removeprefix("agreement ")
    for key in dict.fromkeys([*old.tree, *new.tree]):
        was, now = old.tree.get(key), new.tree.get(key)
        if was == now:
            continue
        if key not in SECTIONS or not (isinstance(was, Mapping | None) and isinstance(now, Mapping | None)):
            yield Edit("definition", f"change {key} of {short}", _put(name, (key,), now), new.place.at(key))
            continue
        one, two = was or {}, now or {}
        for inner in dict.fromkeys([*one, *two]):
            if one.get(inner) != two.get(inner):
                verb = "drop" if inner not in two else "add" if inner not in one else "change"
                fields = _changed_fields(one.get(inner), two.get(inner)) if verb == "change" else ""
                text = f"{verb} {key.removesuffix('s')} {short}.{inner}{fields}"
                place = (old if inner not in two else new).place.at(key, inner, on_key=True)
                yield Edit("definition", text, _put(name, (key, inner), two.get(inner)), place)


def _changed_fields(was: Any, now: Any) -> str:
    if not isinstance(was, Mapping) or not isinstance(now, Mapping):
        return ""
    return ": " + ", ".join(sorted(str(key) for key in {*was, *now} if was.get(key) != now.get(key)))


def _put(name: str, route: tuple[str, ...], value: Any) -> Callable[[Side], Side]:
    def exchange(text: Text) -> Text:
        return text._replace(tree=_with(text.tree, route, value)) if _name(text) == name else text

    return lambda side: replace(side, scenario=replace(side.scenario, deal=tuple(map(exchange, side.scenario.deal))))


def _with(tree: Mapping[str, Any], route: tuple[str, ...], value: Any) -> Mapping[str, Any]:
    key, *rest = route
    inner = _with(tree.get(key) or {}, tuple(rest), value) if rest else value
    if inner is None:
        return {k: v for k, v in tree.items() if k != key}
    return {**tree, key: inner}


def _without_text(name: str) -> Callable[[Side], Side]:
    return lambda side: replace(side, scenario=replace(side.scenario, deal=tuple(t for t in side.scenario.deal if _name(t) != name)))


def _with_text(text: Text) -> Callable[[Side], Side]:
    return lambda side: replace(side, scenario=replace(side.scenario, deal=(*side.scenario.deal, text)))


__all__ = ["Edit", "Side", "added", "dropped", "edited", "edits_between", "exchanged", "reading_chosen", "row_text", "term_set"]
