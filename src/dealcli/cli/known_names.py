"""The names that options may bear: terms and readings of a deal, and the parties, clauses and stages of a result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dealcli.cli.choices import AMBIGUOUS_NAME, UNKNOWN_NAME, UNKNOWN_WORD, Choices
from dealcli.cli.gate import STAGES
from dealcli.diagnostics import Diagnostic, Place, Refused, did_you_mean
from dealcli.engine.program import Program
from dealcli.output.view import View, names
from dealcli.slotted import replace

if TYPE_CHECKING:
    from dealcli.analysis.scenario import Scenario

DEFINITIONS = ("terms", "facts", "measures", "clauses")
Named = tuple[str, str, Mapping[str, Any]]


def check_names(scenario: Scenario, terms: Mapping[str, str], readings: Mapping[str, str]) -> None:
    """Raise ``Refused`` for an agreement, term or reading that the deal has not, in the scenario or in an option."""
    problems: list[Diagnostic] = []
    agreements = {str(text.tree["agreement"]) for text in scenario.deal if "agreement" in text.tree}
    problems.extend(
        _unknown("agreement", name, agreements, scenario.place.at("without", number))
        for number, name in enumerate(scenario.tree.get("without") or ())
        if name not in agreements
    )
    known, readable = named_in(scenario)
    problems.extend(
        _unknown("term", name, known, _place(scenario, "terms", name, on_key=True))
        for name in scenario.tree.get("terms") or ()
        if name not in known
    )
    problems.extend(_wrong_values(scenario))
    problems.extend(_unknown("term", name, known, Place("--set")) for name in terms if name not in known)
    for section, option, named, found in (
        ("terms", "--set", terms, list(_defined(scenario, ("terms",)))), ("readings", "--reading", readings, list(_read(scenario))),
    ):  # fmt: skip
        for name in scenario.tree.get(section) or ():
            problems.extend(_ambiguous(name, found, _place(scenario, section, name, on_key=True)))
        problems.extend(problem for name in named for problem in _ambiguous(name, found, Place(option)))
    offered = {word: choices for word, (_, choices) in readable.items()}
    for name, choice in (scenario.tree.get("readings") or {}).items():
        key = _place(scenario, "readings", name, on_key=True)
        problems.extend(_wrong_choice(name, choice, offered, key, _place(scenario, "readings", name)))
    for name, choice in readings.items():
        problems.extend(_wrong_choice(name, choice, offered, Place("--reading"), Place("--reading")))
    if problems:
        raise Refused(*problems)


def _ambiguous(name: str, found: Iterable[Named], place: Place) -> Iterator[Diagnostic]:
    """Several agreements have something of this name, and none is called just so."""
    full = dict.fromkeys(full for one, full, _ in found if one == name)
    if len(full) > 1 and name not in full:
        yield Diagnostic(AMBIGUOUS_NAME, f"'{name}' could mean {' or '.join(full)}", place, hint="write agreement.name")


def _wrong_values(scenario: Scenario) -> Iterator[Diagnostic]:
    """What a scenario writes as the value of a term and is no constant; told there and not where the term is defined."""
    from dealcli.engine.definitions import literal_value
    from dealcli.language.tree import LanguageError

    for name, value in (scenario.tree.get("terms") or {}).items():
        if isinstance(value, str):
            try:
                literal_value(value)
            except LanguageError as error:
                place = _place(scenario, "terms", name).inside(error.start, max(error.end - error.start, 1))
                yield Diagnostic(error.code, error.message, place, hint=error.hint)


def named_in(scenario: Scenario) -> tuple[dict[str, str], dict[str, tuple[str, Mapping[str, Any]]]]:
    """The full names of terms, and of what has readings with these, by each name under which they go."""
    terms = {word: full for name, full, _ in _defined(scenario, ("terms",)) for word in (name, full)}
    readings = {word: (full, tree["readings"]) for name, full, tree in _read(scenario) for word in (name, full)}
    return terms, readings


def backed_by(scenario: Scenario, source: str) -> dict[str, str]:
    """The reading of each definition that a source backs. Raises ``Refused`` where the deal has no such source."""
    sources = {name for text in scenario.deal for name in text.tree.get("sources") or ()}
    if source not in sources:
        raise Refused(_unknown("source", source, sources, Place("--according-to")))
    found: dict[str, str] = {}
    for _, full, tree in _read(scenario):
        for choice, reading in tree["readings"].items():
            if source in ((reading or {}).get("sources") or ()) and "rejected" not in reading:
                found.setdefault(full, choice)
    return found


def _unknown(what: str, name: str, known: Iterable[str], place: Place) -> Diagnostic:
    return Diagnostic(UNKNOWN_NAME, f"no {what} is called '{name}'", place, hint=did_you_mean(name, known))


def _wrong_choice(
    name: str, choice: str, offered: Mapping[str, Mapping[str, Any]], key: Place, value: Place
) -> Iterator[Diagnostic]:
    """What is wrong with a choice of a reading: what it is of, or the reading itself."""
    if name not in offered:
        yield Diagnostic(UNKNOWN_NAME, f"nothing called '{name}' has readings", key, hint=did_you_mean(name, offered))
        return
    live = [reading for reading, keys in offered[name].items() if "rejected" not in (keys or {})]
    if choice in offered[name] and choice not in live:
        yield Diagnostic(UNKNOWN_NAME, f"the reading '{choice}' of {name} was rejected and never runs", value)
    elif choice not in live:
        yield Diagnostic(UNKNOWN_NAME, f"{name} has no reading '{choice}'", value, hint=did_you_mean(choice, live))


def _place(scenario: Scenario, section: str, name: str, *, on_key: bool = False) -> Place:
    """Where a scenario writes a name: in itself, or in the suite around it."""
    own = scenario.place
    source = scenario.sources.get(own.path)
    inside = source is not None and source.value_of((*own.route, section, name), own.document) is not None
    return (own if inside else Place(own.path, (), own.document)).at(section, name, on_key=on_key)


def _defined(scenario: Scenario, sections: Iterable[str]) -> Iterator[Named]:
    """Definitions of the deal: name, name with its agreement, and what is written."""
    for text in scenario.deal:
        owner = str(text.tree.get("agreement") or "")
        for section in sections:
            for name, tree in (text.tree.get(section) or {}).items():
                yield name, f"{owner}.{name}" if owner else name, tree or {}


def _read(scenario: Scenario) -> Iterator[Named]:
    """The definitions that have readings, whether an agreement binds among them."""
    for text in scenario.deal:
        binding = text.tree.get("binding")
        if isinstance(binding, Mapping) and binding.get("readings"):
            yield "binding", f"{text.tree['agreement']}.binding", binding
    yield from ((name, full, tree) for name, full, tree in _defined(scenario, DEFINITIONS) if tree.get("readings"))


def check_view(result: Mapping[str, Any], view: View) -> View:
    """The view with a party under its name. Raises ``Refused`` for a party, clause or stage that the result has not."""
    choices = Choices()
    positions = result["positions"]
    if view.party is not None:
        view = replace(view, party=_party(view.party, result, choices))
    if view.clause is not None and not any(replace(view, party=None, stage=None).admits(p) for p in positions):
        known = {name for p in positions for name in (p["clause"], p["clause"].rpartition(".")[2])}
        choices.problem(
            UNKNOWN_NAME, "--clause", f"no clause matches '{view.clause}'", did_you_mean(view.clause, known)
        )
    for word in (view.stage or "").split(",") if view.stage is not None else ():
        stage = word.strip().replace(" ", "_")
        if stage not in STAGES:
            choices.problem(UNKNOWN_WORD, "--stage", f"there is no stage '{word.strip()}'", did_you_mean(stage, STAGES))
    choices.refuse()
    return view


def party_of(party: str, program: Program) -> str:
    """The name of a party of a deal, given by name or title. Raises ``Refused`` where it has none."""
    found = program.resolve_party(party)
    if found is None:
        choices = Choices()
        choices.name("--party", party, program.parties, "party")
        choices.refuse()
    return found or party


def _party(party: str, result: Mapping[str, Any], choices: Choices) -> str:
    known = {p["name"] for p in result["parties"]}
    known |= {name for p in result["positions"] for side in ("bearer", "counterparty") for name in names(p[side])}
    titled = [p["name"] for p in result["parties"] if p["title"] == party]
    if party not in known and len(titled) == 1:
        return str(titled[0])
    choices.name("--party", party, known, "party")
    return party
