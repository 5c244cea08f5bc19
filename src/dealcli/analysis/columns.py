"""What many runs gave, column by column: the values that occur, and for each run the place of its value among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

Name = tuple[Any, ...]
Value = str | None


class Columns:
    """Columns of equal length. A run that gives no value for a column has None in it."""

    def __init__(self) -> None:
        self.length = 0
        self.values: dict[Name, dict[Value, int]] = {}
        self.codes: dict[Name, list[int]] = {}

    def add(self, row: Mapping[Name, Value]) -> None:
        """One run more."""
        for name, value in row.items():
            codes = self.codes.get(name)
            if codes is None:
                codes = self._new(name)
            known = self.values[name]
            code = known.get(value)
            if code is None:
                code = known[value] = len(known)
            codes.append(code)
        self.length += 1
        if len(row) < len(self.codes):
            self._level()

    def fill(self, row: Mapping[Name, Value], runs: Sequence[bool]) -> None:
        """New columns with one value in some runs, and none in the others."""
        for name, value in row.items():
            given = [value if run else None for run in runs]
            known = self.values[name] = {one: code for code, one in enumerate(dict.fromkeys(given))}
            self.codes[name] = [known[one] for one in given]

    def sort(self, key: Callable[[Name], Any]) -> None:
        """Put the columns in another order."""
        self.values = {name: self.values[name] for name in sorted(self.values, key=key)}

    def _new(self, name: Name) -> list[int]:
        self.values[name] = {None: 0} if self.length else {}
        self.codes[name] = [0] * self.length
        return self.codes[name]

    def _level(self) -> None:
        for name, codes in self.codes.items():
            if len(codes) < self.length:
                known = self.values[name]
                codes.extend([known.setdefault(None, len(known))] * (self.length - len(codes)))

    def extend(self, other: Columns) -> None:
        """The runs of another table after these."""
        for name, theirs in other.values.items():
            codes = self.codes[name] if name in self.codes else self._new(name)
            known = self.values[name]
            moved = [known.setdefault(value, len(known)) for value in theirs]
            codes.extend([moved[code] for code in other.codes[name]])
        self.length += other.length
        self._level()

    def selected(self, runs: Sequence[int]) -> Columns:
        """The same columns with some of the runs."""
        found = Columns()
        found.length = len(runs)
        for name, values in self.values.items():
            codes = self.codes[name]
            found.codes[name] = [codes[run] for run in runs]
            left = set(found.codes[name])
            found.values[name] = dict(values)
            if left <= {values.get(None)}:
                del found.values[name], found.codes[name]
        return found

    def filled(self, name: Name, other: Name) -> None:
        """Give a column, which may be new, the values of another one where it has none."""
        own = self.column(name) if name in self.values else [None] * self.length
        mixed = [one if one is not None else two for one, two in zip(own, self.column(other), strict=True)]
        known = self.values[name] = {value: number for number, value in enumerate(dict.fromkeys(mixed))}
        self.codes[name] = [known[value] for value in mixed]

    def drop(self, name: Name) -> None:
        """Take a column away."""
        del self.values[name], self.codes[name]

    def column(self, name: Name) -> Iterator[Value]:
        """The value of each run."""
        values = list(self.values[name])
        return (values[code] for code in self.codes[name])

    def counted(self, name: Name) -> dict[Value, int]:
        """How many runs have each value; of a column that no run has, nothing."""
        if name not in self.values:
            return {}
        values, found = list(self.values[name]), Counter(self.codes[name])
        return {value: found[code] for code, value in enumerate(values) if found[code]}

    def paired(self, name: Name, groups: Iterable[int]) -> dict[int, dict[Value, int]]:
        """How many runs of each group have each value; ``groups`` has the group of each run."""
        values = list(self.values[name])
        found: dict[int, dict[Value, int]] = {}
        for (group, code), runs in sorted(Counter(zip(groups, self.codes[name], strict=True)).items()):
            found.setdefault(group, {})[values[code]] = runs
        return found

    def tree(self) -> dict[str, Any]:
        """The table as plain data; a column with one value has its runs left out."""
        columns = [[list(name), list(values), *([self.codes[name]] if len(values) > 1 else [])] for name, values in self.values.items()]
        return {"length": self.length, "columns": columns}

    @classmethod
    def of(cls, tree: Mapping[str, Any]) -> Columns:
        """The table of plain data. Raises KeyError, TypeError or ValueError for data that is none."""
        found = cls()
        found.length = int(tree["length"])
        for name, values, *codes in tree["columns"]:
            key = tuple(name)
            found.values[key] = {value: number for number, value in enumerate(values)}
            found.codes[key] = list(codes[0]) if codes else [0] * found.length
            if len(found.codes[key]) != found.length or not all(type(c) is int and 0 <= c < len(values) for c in found.codes[key]):
                raise ValueError("a column has not one value for each run")
        return found


__all__ = ["Columns", "Name", "Value"]
