from fractions import Fraction
from math import floor
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.benchmarks.domain.items import (
    NO_PAIR,
    count_items,
    dual_threshold,
    is_reversed_at_random,
    items_of_persona,
    pair_digest,
)
from tests.support.depth import examples
from tests.unit.services.benchmarks.cases import assert_met, of_kind

PERSONAS = [f"{number:08x}-0000-4000-8000-000000000000" for number in range(40)]
TRAITS = ["g1", "g2", "g3"]


@of_kind("random50")
def test_the_first_byte_of_the_digest_decides_the_order(case):
    digests = [pair_digest(*one) for one in case["params"]["run_persona_trait"]]
    orders = [
        {"first_byte": one[0], "order": "rev" if is_reversed_at_random(one) else "in"}
        for one in digests
    ]
    assert orders == case["expected"]


@of_kind("work_items")
def test_the_number_of_items_is_exact(case):
    counts = [count_items(*one) for one in case["params"]["personas_traits_dual"]]
    assert_met(counts, case["expected"], case["tolerance"])


@given(pairs=st.integers(0, 10**7), percent=st.integers(0, 100))
def test_the_dual_share_is_that_of_the_decimal_number(pairs, percent):
    assert count_items(pairs, 1, percent / 100).dual == floor(Fraction(percent, 100) * pairs)


def chosen(run, personas, fraction):
    limit = dual_threshold(run, personas, TRAITS, fraction)
    items = [item for one in personas for item in items_of_persona(run, one, TRAITS, "in", limit)]
    return {(item.persona, item.trait) for item in items if item.is_dual}


@settings(max_examples=examples(15))
@given(percent=st.integers(0, 100), seed=st.integers(0, 99))
def test_as_many_pairs_as_counted_are_chosen_whatever_the_order_of_personas(percent, seed):
    fraction = percent / 100
    shuffled = Random(seed).sample(PERSONAS, len(PERSONAS))
    pairs = chosen("run-7", PERSONAS, fraction)
    assert len(pairs) == count_items(len(PERSONAS), len(TRAITS), fraction).dual
    assert pairs == chosen("run-7", shuffled, fraction)


def test_more_dual_pairs_hold_those_of_fewer():
    assert chosen(1, PERSONAS, 0.1) < chosen(1, PERSONAS, 0.5)


def test_which_pairs_are_dual_depends_on_the_run_and_not_on_the_random_order():
    assert chosen(1, PERSONAS, 0.3) != chosen(2, PERSONAS, 0.3)
    orders = [is_reversed_at_random(pair_digest(1, *pair)) for pair in chosen(1, PERSONAS, 0.5)]
    assert 15 < sum(orders) < 45  # of 60: a rank by the first byte would choose low bytes


def test_a_dual_question_follows_in_the_opposite_order():
    items = list(items_of_persona(3, PERSONAS[0], TRAITS, "random50", b"\xff"))
    assert [item.trait for item in items] == ["g1", "g1", "g2", "g2", "g3", "g3"]
    assert [item.is_dual for item in items] == [False, True] * 3
    for first, second in zip(items[::2], items[1::2], strict=True):
        assert first.is_reversed is not second.is_reversed


@pytest.mark.parametrize(("mode", "order"), [("in", "in"), ("rev", "rev"), (None, "in")])
def test_a_fixed_mode_asks_every_item_in_one_order(mode, order):
    items = items_of_persona(3, PERSONAS[0], TRAITS, mode, NO_PAIR)
    assert [item.scale_order for item in items] == [order] * 3


def test_a_persona_is_hashed_in_lower_case():
    assert pair_digest(1, "6F1C7B1E-00aa", "g1") == pair_digest(1, "6f1c7b1e-00AA", "g1")
