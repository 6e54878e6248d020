import math

import pytest

from services.benchmarks.domain.option_logprobs import option_logprobs, option_mass


def token(text, *top):
    return {"token": text, "logprob": -0.1, "top_logprobs": [
        {"token": one, "logprob": value} for one, value in top
    ]}  # fmt: skip


def test_a_digit_in_the_rationale_is_not_the_rating():
    text = '{"rationale": "Of 5 I take 2.", "rating": 4}'
    parts = ['{"rationale": "Of ', "5", " I take ", "2", '.", "rating": ', "4", "}"]
    content = [token(one, (one, -0.2)) for one in parts]
    assert option_logprobs({"content": content}, text) == {4: -0.2}


def test_spellings_of_one_option_count_together():
    content = [token('{"rating":'), token(" 4", (" 4", -1.0), ("4", -1.0), ("3", -2.0)), token("}")]
    options = option_logprobs({"content": content}, '{"rating": 4}')
    assert options[4] == pytest.approx(-1.0 + math.log(2))
    assert option_mass(options) == pytest.approx(2 * math.exp(-1) + math.exp(-2))


def test_reasoning_in_the_tokens_is_stepped_over():
    parts = ["hmm {", '"rating": 2}', '{"rating": ', "5", "}"]
    content = [token(one, (one, -0.3)) for one in parts]
    assert option_logprobs({"content": content}, '{"rating": 5}') == {5: -0.3}


@pytest.mark.parametrize(
    "logprobs",
    [None, {}, [], {"content": None}, {"content": []}, {"content": [7]}, {"tokens": [], "top_logprobs": []},
     {"content": [token("no"), token("match")]}, {"tokens": ["4"], "top_logprobs": [None]},
     {"content": [token('{"rating": '), token("4", ("4", 1e6), ("3", 0.7)), token("}")]}],
)  # fmt: skip
def test_what_is_not_offered_is_none_and_never_zero(logprobs):
    assert option_logprobs(logprobs, '{"rating": 4}') is None


def test_what_was_written_counts_though_it_is_no_alternative():
    content = [token('{"rating": '), {**token("4", ("x", -0.1)), "logprob": -3.0}, token("}")]
    assert option_logprobs({"content": content}, '{"rating": 4}') == {4: -3.0}


def test_bytes_of_a_token_count_before_its_text():
    content = [{**token("\ufffd"), "bytes": list(b'{"rating": ')}, token("3", ("3", -0.5))]
    assert option_logprobs({"content": content}, '{"rating": 3}') == {3: -0.5}
