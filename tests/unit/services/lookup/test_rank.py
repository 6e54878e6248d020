"""How close a name is to what was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.lookup.domain.rank import Match, in_order_pattern, ranked, requested_kinds

WORDS = {"run": ("run", "lauf"), "study": ("study", "sweep"), "dataset": ("dataset", "daten")}


def named(name: str, number: int = 1, kind: str = "run") -> Match:
    return Match(kind=kind, id=number, name=name)


def test_the_closest_name_comes_first():
    names = ["chest in one", "a chest", "chestnut", "xchest", "chest"]
    ranking = ranked([named(name, 10 + at) for at, name in enumerate(names)], ["chest"], 10)
    assert [match.name for match in ranking] == [
        "chest",
        "chest in one",
        "chestnut",
        "a chest",
        "xchest",
    ]


def test_a_number_finds_the_row_with_that_number_first():
    ranking = ranked([named("run 7", 3), named("other", 7)], ["7"], 10)
    assert [match.id for match in ranking] == [7, 3]


@pytest.mark.parametrize(
    ("text", "kinds", "words"),
    [
        ("sweep lr", ["study"], ["lr"]),
        ("Daten Brust", ["dataset"], ["brust"]),
        ("brust", list(WORDS), ["brust"]),
        ("", list(WORDS), []),
    ],
)
def test_a_word_for_a_kind_narrows_the_search(text, kinds, words):
    assert requested_kinds(text, WORDS) == (kinds, words)


def test_two_letters_are_too_few_for_letters_in_order():
    assert in_order_pattern("ab") is None
    assert in_order_pattern("a%b_c/") == "%a%/%%b%/_%c%//%"


@given(st.lists(st.text(max_size=8)), st.text(max_size=4), st.integers(0, 5))
def test_ranking_keeps_matches_and_never_exceeds_the_limit(names, text, limit):
    matches = [named(name, number + 1) for number, name in enumerate(names)]
    ranking = ranked(matches, text.split(), limit)
    assert len(ranking) == min(limit, len(matches))
    assert all(match in matches for match in ranking)
