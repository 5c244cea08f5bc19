"""The JSON Schema of what dealcli gives out, as shipped with it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any


def evaluation_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the result document, format ``dealcli.evaluation/1``."""
    text = (files(__name__) / "evaluation.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
