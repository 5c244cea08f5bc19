"""A saved result as far as comparing and confirming it needs: what must be there, and of what kind."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

Moment = str | None
Value = Any


class _Part(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)


class _Tool(_Part):
    version: str


class _Scenario(_Part):
    title: str
    path: str


class _Input(_Part):
    path: str
    sha256: str


class _Receipt(_Part):
    scenario: str
    as_of: Moment
    known_as_of: Moment
    events: str | None
    terms: dict[str, str]
    readings: dict[str, str]
    judged: str | None


class _Reading(_Part):
    name: str
    chosen: str


class _Party(_Part):
    name: str
    title: str | None


class _Agreement(_Part):
    name: str
    title: str
    stage: str
    since: Moment
    until: Value
    binding: bool | str


class _Fluent(_Part):
    name: str
    title: str
    key: str | None
    value: Value


class _Amount(_Part):
    due: str | None
    paid: str | None
    outstanding: str | None
    currency: str | None


class _Breach(_Part):
    date: str


class _Position(_Part):
    clause: str
    key: str | None
    bearer: str | None
    title: str
    kind: str
    stage: str
    since: Moment
    due: Value
    until: Value
    amount: _Amount | None
    breaches: list[_Breach]
    binding: bool | str
    verdict: str | None
    sources: list[str]
    because: list[Any]


class _Finding(_Part):
    kind: str
    severity: str
    date: Moment
    clause: str | None
    key: str | None
    event: str | None
    text: str


class _Result(_Part):
    format: str
    tool: _Tool
    scenario: _Scenario
    as_of: str
    known_as_of: Moment
    inputs: list[_Input]
    receipt: _Receipt
    readings: list[_Reading]
    agreements: list[_Agreement]
    parties: list[_Party]
    judged: dict[str, Any] | None
    positions: list[_Position]
    facts: list[_Fluent]
    measures: list[_Fluent]
    findings: list[_Finding]


def fault_of(tree: Any) -> str:
    """What is wrong with a saved result, as ``where: what``; empty where it can be used."""
    try:
        _Result.model_validate(tree)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc'])) or 'the whole'}: {first['msg'].lower()}"
    return ""


__all__ = ["fault_of"]
