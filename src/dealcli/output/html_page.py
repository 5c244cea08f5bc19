"""A page that needs nothing else: its style and its script in it, a policy that lets nothing in, and all text of others escaped."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from dealcli.output.picture import percent, shortened
from dealcli.output.screen import Screen, Section
from dealcli.output.text import safe
from dealcli.output.words import day, mark, stage_words
from dealcli.slotted import replace

ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Tree = dict[str, Any]


def page(name: str, context: Mapping[str, Any], script: str | None = None) -> str:
    """The page of a template, with the script of a name in it where there is one."""
    style, code = _asset("report.css"), None if script is None else _asset(script)
    made: str = _template(name).render(style=style, script=code, policy=_policy(style, code), **context)
    return made


def screen_parts(shown: Screen) -> Tree:
    """A screen as the templates take it; hints at other commands are left out, for who reads a page has no terminal before them."""
    return {"title": shown.title, "as_of": shown.as_of, "remarks": shown.remarks, "sections": [section_parts(s) for s in shown.sections],
            "closing": [line for line in shown.closing if "dealcli " not in line]}  # fmt: skip


def section_parts(section: Section) -> Tree:
    heading = section.heading.partition("  (")[0]
    rows = [replace(row, cells=tuple(cell.replace("; --all lists them", "") for cell in row.cells)) for row in section.rows]
    return {"heading": heading, "columns": section.columns, "rows": rows, "dates_first": section.dates_first}


def _template(name: str) -> Any:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(loader=FunctionLoader(_asset), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
                              lstrip_blocks=True, finalize=_shown)  # fmt: skip
    environment.filters.update(day=day, stage_words=stage_words, mark=mark, percent=percent, shortened=shortened, dated=_dated)
    return environment.get_template(name)


def _asset(name: str) -> str:
    return (files("dealcli.output") / "templates" / name).read_text(encoding="utf-8")


def _shown(value: Any) -> Any:
    """What a place in the template is filled with: text as one line without anything that moves it."""
    return safe(value) if type(value) is str else "" if value is None else value


def _dated(text: str) -> Any:
    """A text whose dates are marked as such: they are not broken at the end of a line."""
    from markupsafe import Markup, escape

    return Markup(ISO_DAY.sub(r"<time>\g<0></time>", str(escape(safe(text)))))  # noqa: S704 what was escaped, and a tag


def _policy(style: str, script: str | None = None) -> str:
    """The content security policy: this style and this script, and nothing from anywhere else."""
    only = "script-src 'none'" if script is None else f"script-src {_hash(script)}"
    return f"default-src 'none'; style-src {_hash(style)}; {only}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


__all__ = ["page", "screen_parts", "section_parts"]
