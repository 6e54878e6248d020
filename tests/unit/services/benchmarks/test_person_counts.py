"""Ratings that were added up are those of the rows that they were added up from."""

import numpy as np
import pytest

from services.benchmarks.domain import cells, order_pairs
from services.benchmarks.domain.attributes import UnknownChoiceError
from services.benchmarks.domain.cells import cells_of
from services.benchmarks.domain.metrics import filter_by_trait_category
from services.benchmarks.domain.persons import counts_of, group_totals
from tests.unit.services.benchmarks.cases import ratings


def assert_same_counts(ours, theirs):
    assert (ours.levels == theirs.levels).all()
    assert ours.totals.sizes.tolist() == theirs.totals.sizes.tolist()
    assert ours.totals.means.tolist() == pytest.approx(theirs.totals.means.tolist(), nan_ok=True)


def test_the_counts_of_a_category_are_those_of_its_ratings():
    some = ratings("b_effect")
    for category in some.categories.names:
        assert_same_counts(
            counts_of(some, category), counts_of(filter_by_trait_category(some, category))
        )
    with pytest.raises(UnknownChoiceError):
        counts_of(some, "nothing")


def test_counts_of_parts_add_up_and_are_taken_away():
    some = ratings("b_effect")
    is_some = np.arange(len(some)) % 3 == 0
    part, rest = counts_of(some.where(is_some)), counts_of(some.where(~is_some))
    assert_same_counts(part.plus(rest), counts_of(some))
    assert_same_counts(counts_of(some).minus(part), rest)


def test_the_mean_of_a_group_is_that_of_its_members():
    some = ratings("b_effect")
    totals, grouping = counts_of(some).totals, some.grouping("gender")
    made = group_totals(totals, grouping)
    for code in range(len(grouping.names)):
        ours = (grouping.codes == code) & (totals.sizes > 0)
        assert made.persons[code] == ours.sum()
        assert made.means[code] == totals.mean_of(ours)


def test_the_levels_of_items_are_their_means():
    items = ratings("b_effect").items
    levels, codes = items.levels
    assert (np.diff(levels) > 0).all()
    assert ((codes < 0) == (items.counts == 0)).all()
    assert (levels[codes[codes >= 0]] == items.means[codes >= 0]).all()


def test_numbers_are_the_same_counted_and_sorted(monkeypatch):
    some = ratings("b_effect")
    counted, pairs = cells_of(some, "order"), order_pairs.order_pairs(some)
    for module in (cells, order_pairs):
        monkeypatch.setattr(module, "SPARSE", 0)
    assert cells_of(some, "order").tolist() == counted.tolist()
    sorted_pairs = order_pairs.order_pairs(some)
    assert sorted_pairs.rows_in.tolist() == pairs.rows_in.tolist()
    assert sorted_pairs.rows_rev.tolist() == pairs.rows_rev.tolist()
