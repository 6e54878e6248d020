import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.benchmarks.domain import answers
from services.benchmarks.domain.answers import ParsedAnswer, parse_answer

PACK = Path(__file__).parents[4] / "cases" / "benchmarks" / "parsing.json"
CASES = json.loads(PACK.read_text(encoding="utf-8"))["cases"]


def read(case: dict) -> ParsedAnswer:
    return parse_answer(
        case["answer"],
        finish_reason=case.get("finish_reason", "stop"),
        include_rationale=case["include_rationale"],
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_an_answer_is_read_as_the_cases_say(case):
    expected = case["expect"]
    result = read(case)
    assert result.rating == expected["rating"]
    assert result.kind in case.get("kind_any_of", [expected["kind"]])


def test_the_pack_is_whole():
    assert len(CASES) == 107


def test_ratings_that_differ_are_flagged():
    assert parse_answer('{"rating": 2}\n{"rating": 4}').flags == (answers.SEVERAL,)


def test_a_neutral_rating_that_means_no_answer_is_flagged():
    text = '{"rationale": "As an AI I should not judge people.", "rating": 3}'
    assert parse_answer(text).flags == (answers.HEDGED,)


def test_an_unexpected_rationale_is_only_remarked():
    result = parse_answer('{"rationale": "calm", "rating": 3}', include_rationale=False)
    assert (result.rating, result.flags) == (3, (answers.UNEXPECTED_RATIONALE,))


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("{'rating': 4}", 4),
        ('{"rating": "4"}', 4),
        ('{"rating": 4,}', 4),
        ("**Rating:** 4", 4),
        ("Bewertung: 3,5", 4),
        ("I would say 2.", 2),
        ("Between 1 and 5 I take 4.", None),
        ("I'm sorry, but I can't rate a person, not even with 3.", None),
        ("rating: 8", None),
    ],
)
def test_the_lenient_mode_reads_one_number_and_says_so(text, rating):
    result = parse_answer(text, lenient=True)
    assert result.rating == rating
    assert (result.flags == (answers.LENIENT,)) == (rating is not None) or text == "rating: 8"


@pytest.mark.parametrize(
    "text", ["[" * 100_000, "{" * 100_000, '{"a":' * 50_000, "[x]" * 50_000, '{"rating": 1e999}']
)
def test_a_text_of_brackets_ends_soon_and_without_a_rating(text):
    assert parse_answer(text).rating is None


def test_a_number_of_ten_thousand_digits_is_out_of_range():
    assert parse_answer('{"rating": ' + "9" * 10_000 + "}").kind == answers.OUT_OF_RANGE


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("<think>a</think>{\"rating\": 2}<think>b {\"rating\": 5}</think>", 2),
        ("[THINK]{\"rating\": 1}[/THINK]{\"rating\": 3}", 3),
        ("<|channel|>analysis<|message|>{\"rating\": 1}", None),
        ("```thinking\n{\"rating\": 5}", None),
        ("{'answer': {\"rating\": 4}}", None),
        ("{\"answer\": {\"rating\": 4}", None),
    ],
)  # fmt: skip
def test_no_rating_comes_out_of_a_thought_or_a_broken_object(text, rating):
    assert parse_answer(text).rating == rating


@given(st.text(max_size=60), st.sampled_from(["stop", "length"]), st.booleans())
def test_any_text_gives_a_rating_in_range_or_a_kind(text, reason, lenient):
    result = parse_answer(text, finish_reason=reason, lenient=lenient)
    assert (result.kind == answers.OK) == (result.rating in range(1, 6))


@given(st.integers(1, 5), st.text(max_size=40))
def test_whatever_stands_in_the_rationale_the_rating_is_read(rating, rationale):
    text = json.dumps({"rationale": rationale, "rating": rating})
    assert parse_answer(text).rating == rating or "[/INST]" in rationale


@pytest.mark.parametrize(
    "text",
    [
        "I’m sorry, I cannot provide a rating for this person.",
        "I'd rather not judge people.",
        "It is not possible to assess this.",
        "I cannot comply with this request.",
        "Es ist nicht möglich, das zu beurteilen.",
        "Dazu gebe ich keine Einschätzung ab.",
        "Tut mir leid, das mache ich nicht.",
        "Ich kann das nicht bewerten.",
        "As a language model, I have no opinion.",
    ],
)
def test_declining_is_a_refusal(text):
    assert parse_answer(text).kind == answers.REFUSAL


@pytest.mark.parametrize(
    "text",
    [
        "The person seems rather not kind, so 2.",
        "Die Person wirkt eher nicht freundlich.",
        "Rating: 4",
        "She is a nurse and may help others.",
    ],
)
def test_a_text_without_a_rating_is_not_yet_a_refusal(text):
    assert parse_answer(text).kind == answers.NO_JSON
