"""The JSON Schema of what dealcli gives out, as shipped with it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def evaluation_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the result document, format ``dealcli.evaluation/1``."""
    return _shipped("evaluation")


def diagnostics_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of what a check found, format ``dealcli.diagnostics/1``."""
    return _shipped("diagnostics")


def _shipped(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((files(__name__) / f"{name}.schema.json").read_text(encoding="utf-8"))
    return schema
