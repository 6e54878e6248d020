"""The first sentence of a report claims no more than the tests allow, of however few there are."""

import pytest

from services.benchmarks.exports.page.finding import finding
from services.benchmarks.exports.words.words import words_of

LARGEST = {
    "attribute": "gender", "category": "female", "baseline": "male", "delta": 0.5,
    "ci_low": 0.3, "ci_high": 0.7, "q_value": 0.01,
}  # fmt: skip


def said(language="en", **more):
    overview = {
        "verdict": "cannot_tell",
        "n": 400,
        "n_personas": 40,
        "tests": 12,
        "significant": 0,
        "significant_small": 0,
        "min_personas": 5,
        "largest": LARGEST,
        "margin": 0.25,
        "margin_set": "before",
        "verdicts": {"inconclusive": 7, "equivalent": 5},
        "holds": None,
        **more,
    }
    return finding(words_of(language), overview, "tiny")


@pytest.mark.parametrize(
    ("language", "headline", "small"),
    [
        ("en", "between groups of at least 5 persons", "One difference was detected where"),
        ("de", "zwischen Gruppen von mindestens 5 Personen", "Ein Unterschied wurde nachgewiesen"),
    ],
)
def test_what_rests_on_few_persons_is_no_headline_and_is_said(language, headline, small):
    alone = said(language, significant=1, significant_small=1, largest=None, verdicts={})
    assert alone.count(" 5 ") == 2
    assert small in alone
    assert not {"±", "0.50", "0,50"} & set(alone.split())
    only = said(language, verdict="different", significant=1, significant_small=1, largest=None)
    assert only != alone
    assert only.count(" 5 ") == 1
    beside = said(language, verdict="different", significant=2, significant_small=1)
    assert headline in beside
    assert beside.endswith(alone[alone.index(small) :])


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "detected in one comparison over one person and one rating. That does not show"),
        ("de", "In einem Vergleich über eine Person und eine Bewertung wurde kein Unterschied"),
    ],
)
def test_one_is_called_one(language, expected):
    assert expected in said(language, tests=1, n_personas=1, n=1, verdicts={"inconclusive": 1})


@pytest.mark.parametrize(
    ("language", "before", "imported"),
    [
        ("en", "was set before the run", "was set when the ratings were imported"),
        ("de", "der vor dem Lauf gesetzten Grenze", "der beim Import gesetzten Grenze"),
    ],
)
def test_a_margin_that_was_set_at_the_import_is_not_called_set_before(language, before, imported):
    equivalent = {"verdict": "equivalent", "verdicts": {"equivalent": 12}}
    assert before in said(language, **equivalent)
    assert imported in said(language, margin_set="import", **equivalent)
    assert said(language, tests=1, **equivalent) != said(language, **equivalent)
