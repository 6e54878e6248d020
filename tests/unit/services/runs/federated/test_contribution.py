"""Totals of contributions: means of shares, sums of leave-one-out values, unknown stays unknown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runs.federated.domain.contribution import Contribution, total


def site(client, weight=None, value=None):
    return Contribution(client=client, weight=weight, leave_one_out=value)


def test_totals_by_hand():
    rounds = {
        1: [site("a", 0.75, -0.2), site("b", 0.25, 0.1)],
        2: [site("a", 1.0, -0.3), site("b", 0.0)],
        3: [site("a"), site("b")],  # no model was made
    }
    assert total(rounds) == [
        site("a", 0.875, pytest.approx(-0.5)),
        site("b", 0.125, pytest.approx(0.1)),
    ]


def test_a_site_that_was_not_drawn_has_no_share_in_that_round():
    weights = {one.client: one.weight for one in total({1: [site("a", 1.0)], 2: [site("b", 1.0)]})}
    assert weights == {"a": 0.5, "b": 0.5}


def test_what_was_never_measured_is_unknown_and_zero_is_a_value():
    assert total({1: [site("a"), site("b", None, 0.0)]}) == [site("a"), site("b", None, 0.0)]
    assert total({}) == []


@given(st.lists(st.lists(st.integers(1, 99), min_size=2, max_size=5), min_size=1, max_size=6))
def test_the_shares_of_all_sites_add_up_to_one(rounds):
    sites_of_rounds = {
        number: [site(str(name), rows / sum(sizes)) for name, rows in enumerate(sizes)]
        for number, sizes in enumerate(rounds)
    }
    assert sum(one.weight for one in total(sites_of_rounds)) == pytest.approx(1.0)
