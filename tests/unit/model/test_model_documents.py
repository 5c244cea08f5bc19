"""The four kinds of document, the whole example of the language, and where problems are placed."""

from __future__ import annotations

import copy
import subprocess
import sys
from typing import Any

import pytest

from dealcli.diagnostics import did_you_mean
from dealcli.language import lexer
from dealcli.model import kind_of, validate
from dealcli.model.words import GRAMMAR_WORDS

POST = {
    "title": "A post", "publisher": "Microsoft", "published": "2025-01-21", "url": "https://example.org/post",
    "standing": "official", "read": "reproduction",
}  # fmt: skip

CHANGE_OF_2025: dict[str, Any] = {
    "agreement": "rofr_2025",
    "title": "Partnership change of January 2025",
    "from": "2025-01-21",
    "until": "2030-12-31",
    "parties": {"microsoft": "Microsoft", "openai": "OpenAI"},
    "sources": {
        "company_post": POST,
        "press_jan": {"title": "A report", "publisher": "A paper", "published": "2025-01-24", "standing": "press"},
    },
    "default_source": "company_post",
    "events": {
        "compute_requested": {"by": "party", "request": "id", "capacity_mw?": "number"},
        "capacity_accepted": {"by": "party", "request": "id"},
        "capacity_declined": {"by": "party", "request": "id"},
        "third_party_contracted": {"by": "party", "request": "id", "provider": "text"},
    },
    "terms": {
        "reply_window": {
            "title": "Time Microsoft has to answer",
            "value": "undisclosed",
            "plausible": ["10 days", "30 days", "60 days"],
        }
    },
    "clauses": {
        "first_refusal": {
            "kind": "power",
            "bearer": "microsoft",
            "title": "Right of first refusal on new capacity",
            "for_each": "compute_requested",
            "key": "request",
            "act": "capacity_accepted",
            "within": "reply_window",
            "waived_by": "capacity_declined",
        },
        "go_elsewhere": {
            "kind": "permission",
            "bearer": "openai",
            "title": "Buy from a rival what Microsoft did not take",
            "for_each": "compute_requested",
            "key": "request",
            "while": "first_refusal is (waived, lapsed)",
            "act": "third_party_contracted",
            "exception_to": "no_rival_cloud",
            "sources": ["press_jan"],
        },
        "no_rival_cloud": {
            "kind": "prohibition",
            "bearer": "openai",
            "title": "No new capacity from rivals",
            "act": "third_party_contracted",
        },
    },
}


def test_the_agreement_that_explains_the_language_is_accepted() -> None:
    assert validate(CHANGE_OF_2025) == []


@pytest.mark.parametrize("section", ["sources", "events", "terms", "clauses"])
def test_a_misspelt_key_anywhere_in_it_is_found_at_the_key(section: str) -> None:
    tree = copy.deepcopy(CHANGE_OF_2025)
    entry = next(iter(tree[section]))
    tree[section][entry]["titel!"] = "A title"
    (problem,) = [problem for problem in validate(tree) if "titel!" in problem.place.route]
    assert problem.place.route == (section, entry, "titel!")
    assert problem.place.on_key


@pytest.mark.parametrize(
    ("tree", "kind"),
    [
        ({"vocabulary": "shared"}, "vocabulary"),
        ({"agreement": "a"}, "agreement"),
        ({"scenario": "s"}, "scenario"),
        ({"suite": "s"}, "suite"),
        ({"title": "t", "agreement": "a"}, None),
        ({}, None),
        (["agreement"], None),
    ],
)
def test_the_first_key_tells_the_kind(tree: object, kind: str | None) -> None:
    assert kind_of(tree) == kind


@pytest.mark.parametrize(
    ("tree", "hint"),
    [
        ({"agrement": "a"}, "did you mean 'agreement'?"),
        ({"title": "t", "agreement": "a"}, "move 'agreement' to the top"),
        ({"xyz": "a"}, did_you_mean("xyz", ("vocabulary", "agreement", "scenario", "suite"))),
    ],
)
def test_another_first_key_is_an_error_that_lists_the_four(tree: dict[str, str], hint: str) -> None:
    (problem,) = validate(tree, "deal.yaml", 3)
    assert (problem.code, problem.hint) == ("DC200", hint)
    assert problem.expected == "vocabulary, agreement, scenario or suite as the first key"
    assert (problem.place.path, problem.place.document, problem.place.on_key) == ("deal.yaml", 3, True)


@pytest.mark.parametrize("tree", [{}, [], ["agreement"], "agreement", None])
def test_what_is_no_mapping_is_no_document(tree: object) -> None:
    assert [problem.code for problem in validate(tree)] == ["DC200"]


def test_a_vocabulary_has_parties_sources_events_terms_facts_and_measures() -> None:
    tree = {
        "vocabulary": "shared",
        "parties": {"bank": "The bank"},
        "sources": {"s": {"title": "S", "standing": "contract"}},
        "events": {"signed": {}},
        "terms": {"fee": {"value": "USD 5"}},
        "facts": {"live": {"starts": "signed"}},
        "measures": {"signatures": {"count": "signed"}},
    }
    assert validate(tree) == []


@pytest.mark.parametrize("key", ["clauses", "effects", "from", "until"])
def test_a_vocabulary_has_no_clauses_or_dates_of_its_own(key: str) -> None:
    (problem,) = validate({"vocabulary": "shared", key: {}})
    assert problem.message == f"unknown key '{key}' in a vocabulary"
    assert "of its own" in problem.hint


def test_parties_of_a_vocabulary_are_no_list() -> None:
    assert [problem.code for problem in validate({"vocabulary": "shared", "parties": ["bank"]})] == ["DC203"]


def test_an_unknown_key_is_named_with_what_was_meant() -> None:
    (problem,) = validate({"agreement": "a", "clauses": {"c": {"kind": "recital", "bearr": "x"}}})
    assert (problem.code, problem.message) == ("DC201", "unknown key 'bearr' in a clause")
    assert problem.hint == "did you mean 'bearer'?"
    assert problem.place.route == ("clauses", "c", "bearr")
    assert problem.place.on_key


def test_a_key_that_begins_another_document_asks_for_a_new_one() -> None:
    (problem,) = validate({"agreement": "a", "suite": "s"})
    assert problem.hint == "begin a new document with a line of ---"


def test_a_missing_key_is_placed_at_its_mapping() -> None:
    (problem,) = validate({"agreement": "a", "sources": {"s": {"standing": "press"}}})
    assert (problem.code, problem.message) == ("DC202", "a source needs the key 'title'")
    assert problem.place.route == ("sources", "s")
    assert not problem.place.on_key


def test_every_problem_of_a_document_is_told_in_the_order_of_routes() -> None:
    tree = {
        "agreement": "A",
        "month_end": "last",
        "sources": {"s": {"title": "S", "standing": "offical"}},
        "terms": {"t": {"value": "1", "text": "one"}},
        "clauses": {"c": {"kind": "moral", "bearer": "x"}},
    }
    routes = [problem.place.route for problem in validate(tree)]
    assert routes == [
        ("agreement",),
        ("clauses", "c", "kind"),
        ("month_end",),
        ("sources", "s", "standing"),
        ("terms", "t", "text"),
    ]


def test_an_unknown_key_at_the_top_hides_no_missing_key_below() -> None:
    codes = [problem.code for problem in validate({"agreement": "a", "titel": "t", "clauses": {"c": {"bearer": "x"}}})]
    assert sorted(codes) == ["DC201", "DC202"]


def test_a_misspelt_key_is_not_told_a_second_time_as_missing() -> None:
    problems = validate({"agreement": "a", "facts": {"f": {"strats": "signed"}}})
    assert [problem.message for problem in problems] == ["unknown key 'strats' in a fact"]


@pytest.mark.parametrize(
    ("tree", "route"),
    [
        ({"agreement": "a", "title": None}, ("title",)),
        ({"agreement": None}, ("agreement",)),
        ({"agreement": "a", "terms": {"t": {"value": None}}}, ("terms", "t", "value")),
        ({"agreement": "a", "parties": ["x", None]}, ("parties", 1)),
        ({"scenario": "s", "terms": {"t": ["1", None]}}, ("terms", "t", 1)),
        ({"agreement": "a", "clauses": None}, ("clauses",)),
    ],
)
def test_an_empty_value_is_told_once(tree: object, route: tuple[str | int, ...]) -> None:
    assert [(problem.code, problem.place.route) for problem in validate(tree)] == [("DC210", route)]


def test_an_event_without_attributes_is_written_with_braces() -> None:
    assert validate({"agreement": "a", "events": {"signed": {}}}) == []
    (problem,) = validate({"agreement": "a", "events": {"signed": None}})
    assert problem.hint == "write {} for an event without attributes"


def test_a_comma_that_ended_an_expression_in_braces_is_recognised() -> None:
    tree = {"agreement": "a", "facts": {"f": {"starts": "c becomes (waived", "lapsed)": None}}}
    (problem,) = validate(tree)
    assert problem.hint == "inside {} a comma ends the text: put an expression that has one in quotes"


def test_a_value_without_a_key_is_an_error_of_its_mapping() -> None:
    (problem,) = validate({"agreement": "a", "events": {"signed": {}, None: {}}})
    assert problem.message == "'events' has a value without a key"


def test_tags_of_unions_never_show_in_a_route() -> None:
    tree = {
        "agreement": "a",
        "parties": {":mapping": {"titel": "x"}, "b": {":text": "y"}},
        "clauses": {"c": {"kind": "recital", "while": {"all": [{"any": ["x", {":mapping": "y"}]}]}}},
    }
    routes = {problem.place.route for problem in validate(tree)}
    assert routes == {
        ("parties", ":mapping"),
        ("parties", ":mapping", "titel"),
        ("parties", "b", ":text"),
        ("clauses", "c", "while", "all", 0, "any", 1, ":mapping"),
    }


def test_the_word_that_marks_a_key_may_be_an_unknown_key_itself() -> None:
    (problem,) = validate({"agreement": "a", "clauses": {"c": {"kind": "recital", "[key]": "x"}}})
    assert problem.place.route == ("clauses", "c", "[key]")


def test_no_problem_speaks_in_the_words_of_the_validator() -> None:
    tree = {
        "agreement": ["a"], "title": {}, "binding": [], "sources": [], "events": "e", "terms": {"t": []},
        "clauses": {"c": "x", "d": {"kind": [], "act": {}, "unless": ["x"], "effects": "none"}},
    }  # fmt: skip
    for problem in validate(tree):
        words = f"{problem.message} {problem.expected} {problem.hint}".lower()
        assert not [word for word in ("input", "dictionary", "instance", "string", ":text") if word in words]


def test_the_words_that_are_no_names_are_those_of_the_grammar() -> None:
    assert GRAMMAR_WORDS == lexer.WORDS


def test_telling_the_kind_does_not_load_pydantic() -> None:
    script = "import sys; from dealcli.model import kind_of; kind_of({}); sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
