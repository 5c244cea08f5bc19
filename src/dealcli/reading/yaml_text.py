"""Plain trees written as YAML that reads back as the same tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

WIDTH = 110


class _Writer(yaml.SafeDumper):
    """Writes every scalar as text: plain where that is possible, as it is read back."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - replaces that of its base class

    def ignore_aliases(self, data: Any) -> bool:
        return True


def yaml_text(tree: Mapping[str, Any], flow: tuple[str, ...] = ()) -> str:
    """A tree as YAML, its keys in the order in which they stand; the rows under the keys in ``flow`` one a line."""
    parts = []
    for key, value in tree.items():
        if key in flow and isinstance(value, list):
            rows = "".join(f"  - {_flow(row)}\n" for row in value)
            parts.append(f"{key}:\n{rows}" if value else f"{key}: []\n")
        else:
            parts.append(yaml.dump({key: value}, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=WIDTH))
    return "".join(parts)


def _flow(value: Any) -> str:
    written: str = yaml.dump(value, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=10**6, default_flow_style=True)
    return written.removesuffix("...\n").strip()


__all__ = ["yaml_text"]
