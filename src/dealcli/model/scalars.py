"""What one text may say: a name, a date, a number, yes or no. Each check gives the text back, or refuses it in our own words.

pydantic is loaded only to carry a refusal, so that a sound document does without it.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from dealcli.dates import ApproximateDate, day_meant, parse_approximate, parse_date
from dealcli.model.words import GRAMMAR_WORDS, NAME_RULE, is_name, is_reference, name_like, quoted

if TYPE_CHECKING:
    from pydantic_core import PydanticCustomError

_WHOLE = re.compile(r"0|[1-9][0-9]{0,11}")
_LITERAL_NUMBER = re.compile(r"[-+]?[0-9][0-9_.]*")
_DAY_LIKE = re.compile(r"[0-9]{4}-[0-9]{2}(-[0-9]{2})?.*")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:?[0-9]{2})?")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?(Z|[+-][0-9]{2}:?[0-9]{2})?")
_URL = re.compile(r"https?://[^\s/?#]+\S*", re.IGNORECASE)

A_DAY = "a day such as 2025-01-31"
A_MOMENT = (
    "a day (2025-01-31), an instant (2025-01-31T17:00Z) or an approximate date (2025-01, 2025-01~, 2025-01/2025-03)"
)
A_PUBLICATION_DATE = "a day (2025-01-31) or an approximate date (2025-01, 2025-01~, 2025-01/2025-03, 2025-01-31/..)"


def refusal(code: str, message: str, expected: str = "", hint: str = "") -> PydanticCustomError:
    """A problem in our own words, which pydantic carries and ``translation`` unpacks."""
    from pydantic_core import PydanticCustomError

    return PydanticCustomError(code, "{message}", {"message": message, "expected": expected, "hint": hint})


def check_text(text: str) -> str:
    if not text.strip():
        raise refusal("DC210", "the text is blank", hint="write something, or leave the key out")
    return text


def check_name(text: str) -> str:
    if is_name(text):
        return text
    if text in GRAMMAR_WORDS:
        raise refusal("DC205", f"{quoted(text)} is a word of the language and cannot be a name")
    near = name_like(text)
    raise refusal("DC205", f"{quoted(text)} is not a name", NAME_RULE, f"for example {near}" if near else "")


def check_reference(text: str) -> str:
    if not is_reference(text):
        raise refusal("DC205", f"{quoted(text)} is not a name", f"a name ({NAME_RULE}), or agreement.name")
    return text


def _approximate(text: str, expected: str) -> ApproximateDate:
    try:
        found = parse_approximate(text)
    except (ValueError, OverflowError):
        raise _no_such_date(text, expected) from None
    if found is None:
        raise refusal("DC206", f"{quoted(text)} is not a date", expected, _usual(text))
    return found


def _usual(text: str) -> str:
    """How a day that is written otherwise is written here."""
    day = day_meant(text)
    return f"write {day}" if day else ""


def _no_such_date(text: str, expected: str) -> PydanticCustomError:
    if "/" in text:
        return refusal(
            "DC206", f"{quoted(text)} is not a date: an interval runs forwards, between days that exist", expected
        )
    return refusal("DC206", f"there is no such date as {text}", expected)


def check_day(text: str) -> str:
    try:
        found = parse_date(text)
    except ValueError:
        raise _no_such_date(text, A_DAY) from None
    if found is None:
        hint = _usual(text) or ("only a whole day is possible here" if _DAY_LIKE.fullmatch(text) else "")
        raise refusal("DC206", f"{quoted(text)} is not a day", A_DAY, hint)
    return text


def check_moment(text: str) -> str:
    if _INSTANT.fullmatch(text):
        try:
            datetime.fromisoformat(text)
        except ValueError:
            raise _no_such_date(text, A_MOMENT) from None
        return text
    if _approximate(text, A_MOMENT).last is None:
        raise refusal("DC206", f"{quoted(text)} has no end: an event happened at some time", A_MOMENT)
    return text


def check_publication_date(text: str) -> str:
    _approximate(text, A_PUBLICATION_DATE)
    return text


def check_clock(text: str) -> str:
    if not _CLOCK.fullmatch(text):
        raise refusal(
            "DC206", f"{quoted(text)} is not a time of day", "a time such as 17:00, 17:00:30, 17:00Z or 17:00+02:00"
        )
    return text


def check_boolean(text: str) -> str:
    if text not in ("true", "false"):
        meant = {"yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"}.get(
            text.lower()
        )
        meant = meant or (text.lower() if text.lower() in ("true", "false") else None)
        raise refusal(
            "DC207", f"{quoted(text)} is neither true nor false", "true or false", f"write {meant}" if meant else ""
        )
    return text


def check_open_boolean(text: str) -> str:
    return text if text == "undisclosed" else check_boolean(text)


def check_true(text: str) -> str:
    if text != "true":
        raise refusal("DC207", f"{quoted(text)} is not possible here", "true", "leave the key out where it is not so")
    return text


def check_whole(text: str) -> str:
    if not _WHOLE.fullmatch(text):
        raise refusal("DC208", f"{quoted(text)} is not a whole number", "a whole number such as 12")
    return text


def check_times(text: str) -> str:
    check_text(text)
    if _LITERAL_NUMBER.fullmatch(text) and (not _WHOLE.fullmatch(text) or text == "0"):
        raise refusal(
            "DC208",
            f"{quoted(text)} is no number of times",
            "a whole number from 1 on, or an expression that gives one",
        )
    return text


def check_url(text: str) -> str:
    if not _URL.fullmatch(text):
        raise refusal(
            "DC209", f"{quoted(text)} is not a web address", "an address that begins with https:// or http://"
        )
    return text
