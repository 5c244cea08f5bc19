"""What options say: words of a fixed choice, days, ``name=value``. What is wrong is collected and told together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dealcli.diagnostics import Diagnostic, Place, Refused, did_you_mean

UNKNOWN_WORD = "DC501"
NOT_A_PAIR = "DC502"
GIVEN_TWICE = "DC503"
NO_DAY = "DC504"
NO_VALUE = "DC505"
UNKNOWN_NAME = "DC506"
AMBIGUOUS_NAME = "DC507"
NO_SCENARIO = "DC508"
WHICH_SCENARIO = "DC509"
WHICH_POSITION = "DC515"

COLOURS = ("auto", "always", "never")
EXTENTS = ("default", "all")
"""Over which readings an answer is judged."""


class Choices:
    """Checks the words of options, and keeps what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[Diagnostic] = []

    def refuse(self) -> None:
        """Raise ``Refused`` with everything that was wrong so far."""
        if self.problems:
            raise Refused(*self.problems)

    def problem(self, code: str, option: str, message: str, hint: str = "", expected: str = "") -> None:
        """One thing that is wrong with an option."""
        self.problems.append(Diagnostic(code, message, Place(option), expected, hint))

    def word(self, option: str, word: str, known: Iterable[str]) -> str:
        """One word of those that are known."""
        names = list(known)
        if word not in names:
            expected = "one of " + ", ".join(names) if names else ""
            self.problem(UNKNOWN_WORD, option, f"there is no '{word}'", did_you_mean(word, names), expected)
        return word

    def words(self, option: str, texts: Sequence[str], known: Iterable[str]) -> tuple[str, ...]:
        """Words with commas between them, from an option that may be given several times."""
        names = frozenset(known)
        found = tuple(word.strip().replace(" ", "_") for text in texts for word in text.split(","))
        for word in found:
            if word not in names:
                message = f"there is no '{word}'" if word else "a word is missing between the commas"
                self.problem(UNKNOWN_WORD, option, message, did_you_mean(word, names))
        return found

    def pairs(self, option: str, texts: Sequence[str], example: str) -> dict[str, str]:
        """``name=value``, each name once."""
        found: dict[str, str] = {}
        for text in texts:
            name, sign, value = (part.strip() for part in text.partition("="))
            if not sign or not name or not value:
                self.problem(NOT_A_PAIR, option, f"'{text}' does not say what is set to what", expected=example)
            elif name in found:
                self.problem(GIVEN_TWICE, option, f"'{name}' is set twice: to '{found[name]}' and to '{value}'")
            else:
                found[name] = value
        return found

    def day(self, option: str, text: str | None, *, instant: bool) -> str | None:
        """A date; where ``instant``, also one with a time, or an approximate one such as 2026-01."""
        if text is None:
            return None
        from datetime import datetime

        from dealcli.dates import day_meant, parse_approximate, parse_date

        expected = "a date such as 2026-01-31"
        try:
            if parse_date(text) is not None:
                return text
            if instant and (approximate := parse_approximate(text)) is not None:
                if approximate.last is None:
                    self.problem(NO_DAY, option, f"'{text}' has no last day", expected=expected)
                return text
            if instant and text[10:11] in ("T", " "):
                datetime.fromisoformat(text)
                return text
        except ValueError:
            self.problem(NO_DAY, option, f"there is no such date: {text}", expected=expected)
            return text
        meant = day_meant(text)
        self.problem(NO_DAY, option, f"'{text}' is no date", f"write {meant}" if meant else "", expected)
        return text

    def values(self, option: str, terms: Mapping[str, str]) -> None:
        """Values of terms, each of which must be one literal: a number, an amount, a duration, a date, a word."""
        if not terms:
            return
        from dealcli.engine.definitions import literal_value
        from dealcli.language.tree import LanguageError

        for name, value in terms.items():
            try:
                literal_value(value)
            except LanguageError as error:
                self.problem(
                    NO_VALUE,
                    option,
                    f"'{value}' is no value for {name}: {error.message}",
                    error.hint,
                    "such as 30 days, USD 5 million, 20%, 2026-01-31",
                )
            except ValueError:
                self.problem(NO_VALUE, option, f"there is no such date: {value}", expected="a date such as 2026-01-31")

    def name(self, option: str, name: str, known: Iterable[str], what: str) -> None:
        """A name that the deal must know; ``agreement.name`` or the name alone."""
        names = set(known)
        if name not in names:
            self.problem(UNKNOWN_NAME, option, f"no {what} is called '{name}'", did_you_mean(name, names))
