"""Tokens are counted as answers come, and what they cost is held against a limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app.models.benchmark import BenchmarkModel, BenchmarkRun
from services.benchmarks.errors import CostLimitReached
from services.benchmarks.runs.meter import Meter, Tokens, keep_probe, probe_tokens
from services.benchmarks.runs.tokens import TokenEstimate

ASSUMED = TokenEstimate(prompt=100.0, completion=10.0, source="prompts")
counts = some.integers(0, 10_000)


def model(input_price=1.0, output_price=2.0) -> BenchmarkModel:
    return BenchmarkModel(input_price=input_price, output_price=output_price)


def run(**values) -> BenchmarkRun:
    none = {"prompt_tokens": 0, "completion_tokens": 0, "uncounted_requests": 0}
    return BenchmarkRun(**none | values)


def meter(limit, before=None, of=None) -> Meter:
    return Meter(of or model(), before or Tokens(), limit, ASSUMED)


@given(some.lists(some.tuples(counts, counts, some.integers(0, 1))), some.integers(1, 50_000))
def test_requests_go_out_as_long_as_the_sum_is_below_the_limit(answers, millionths):
    limit, total = millionths / 1_000_000, 0
    counted = meter(limit)
    for prompt, completion, uncounted in answers:
        assert counted.may_send() == (total / 1_000_000 < limit)
        counted.count(prompt, completion, uncounted)
        total += prompt + 2 * completion + 120 * uncounted
    assert counted.may_send() == (total / 1_000_000 < limit)
    sums = [sum(values) for values in zip(*answers, strict=True)] or [0, 0, 0]
    assert counted.take() == Tokens(prompt=sums[0], completion=sums[1], uncounted=sums[2])
    assert counted.take() == Tokens()


def test_what_was_used_before_counts_and_the_sentence_says_what_is_assumed():
    counted = meter(0.001, Tokens(prompt=990))
    counted.require_below()
    counted.count(10, 0, 0)
    with pytest.raises(CostLimitReached, match=r"may cost 0.001, and it has cost 0.001\.$"):
        counted.require_below()
    counted.count(0, 0, 1)
    with pytest.raises(CostLimitReached, match=r"about 0\.00112: of 1 requests"):
        counted.require_below()


def test_without_a_limit_or_prices_nothing_is_held_back():
    for counted in (meter(None), meter(1.0, of=model(output_price=None))):
        counted.count(10_000_000, 10_000_000, 0)
        counted.require_below()


def test_the_tokens_of_every_probe_are_used_by_the_run_and_shown_with_their_price():
    row = run(prompt_tokens=5)
    probe = {"prompt_tokens": 1_000, "completion_tokens": 500, "uncounted_requests": 1}
    keep_probe(row, model(), {**probe, "endpoint": "chat"})
    keep_probe(row, model(), {**probe, "endpoint": "completions"})
    assert Tokens.of(row) == Tokens(prompt=2_005, completion=1_000, uncounted=2)
    assert probe_tokens(row) == Tokens(prompt=2_000, completion=1_000, uncounted=2)
    assert (row.probe["endpoint"], row.probe["spent"]["cost"]) == ("completions", 0.004)
    keep_probe(row, model(input_price=None), {"api": "chat"})
    assert row.probe["spent"] == {
        "prompt": 2_000,
        "completion": 1_000,
        "uncounted": 2,
        "cost": None,
    }
    assert probe_tokens(run()) == Tokens()
