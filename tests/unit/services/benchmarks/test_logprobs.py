import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.benchmarks.domain.logprobs import option_agreement, option_score
from services.benchmarks.domain.option_logprobs import option_logprobs
from tests.unit.services.benchmarks.cases import assert_met, of_kind


def scored(top):
    """Return the score of an answer that is one digit, as it goes from a server to the tables."""
    alternatives = [{"token": token, "logprob": logprob} for token, logprob in top]
    content = [{"token": "3", "logprob": -9999.0, "top_logprobs": alternatives}]
    options = option_logprobs({"content": content}, "3") or {}
    return option_score({str(option): math.exp(value) for option, value in options.items()})


@of_kind("option_logprobs")
def test_the_score_of_option_probabilities(case):
    top = [(one["token"], one["logprob"]) for one in case["params"]["top_logprobs"]]
    score = scored(top)
    assert_met(score, case["expected"], case["tolerance"])
    assert score.scorable == (case["expected"]["mass_on_options"] >= 0.5)


@given(shares=st.lists(st.floats(0.01, 1), min_size=5, max_size=5))
def test_probabilities_sum_to_1_and_their_mean_is_a_rating(shares):
    total = sum(shares)
    top = [(str(n + 1), math.log(share / total)) for n, share in enumerate(shares)]
    score = scored(top)
    assert sum(score.probabilities.values()) == pytest.approx(1)
    assert 1 <= score.expected_rating <= 5
    assert score.mass_on_options == pytest.approx(1)


def test_the_marks_of_tokenizers_are_no_part_of_an_option():
    assert scored([("▁2", -1.0), ("Ġ2", -1.0), ("22", -1.0)]).argmax == 2


def test_nothing_but_other_tokens_has_no_rating():
    score = scored([("I", -0.1)])
    assert (score.expected_rating, score.argmax, score.scorable) == (None, None, False)


def test_mismatches_are_counted_over_what_can_be_scored():
    likely, unlikely = scored([("4", -0.1)]), scored([("4", -3.0)])
    agreement = option_agreement([4, 5, 5], [likely, likely, unlikely])
    assert (agreement.n_scorable, agreement.mismatches, agreement.mismatch_rate) == (2, 1, 0.5)
    assert option_agreement([], []).mean_mass is None
