import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.statistics.relabel import LabeledUnits, relabeled_by
from tests.support.depth import examples

UNITS = st.lists(
    st.tuples(st.integers(0, 2), st.lists(st.integers(0, 9), min_size=5, max_size=5)),
    min_size=1,
    max_size=12,
)


def labeled(units, scale=1):
    units = [*units, *((group, [1] * 5) for group in range(3))]  # every group has a unit
    codes, values = zip(*units, strict=True)
    return LabeledUnits(np.array(values) * scale, np.array(codes))


@given(units=UNITS, scale=st.sampled_from([1, 10**6]), seed=st.integers(0, 9))
@settings(max_examples=examples(15))
def test_a_shuffle_keeps_every_unit_and_the_sizes_of_the_groups(units, scale, seed):
    some = labeled(units, scale)
    expected = [some.values[some.codes == group].sum(axis=0) for group in range(3)]
    assert some.sums.tolist() == np.array(expected).tolist()
    drawn = relabeled_by(some.values, [some.codes], np.random.default_rng(seed), 4)[0]
    assert drawn.shape == (4, 3, 5)
    assert (drawn.sum(axis=1) == some.values.sum(axis=0)).all()


@given(units=UNITS, seed=st.integers(0, 9))
@settings(max_examples=examples(15))
def test_a_resampled_group_holds_its_own_units_only(units, seed):
    some = labeled(units)
    low = [some.values[some.codes == g].min(axis=0) * some.sizes[g] for g in range(3)]
    high = [some.values[some.codes == g].max(axis=0) * some.sizes[g] for g in range(3)]
    drawn = some.calibration(np.random.default_rng(seed), 4).resampled
    assert (np.array(low) <= drawn).all()
    assert (drawn <= np.array(high)).all()


def test_the_mean_over_draws_is_that_of_the_groups_and_of_all_after_a_shuffle():
    some = LabeledUnits(np.arange(40).reshape(8, 5), np.array([0, 0, 0, 1, 1, 1, 1, 1]))
    draw = np.random.default_rng(2)
    drawn = some.calibration(draw, 4000)
    assert drawn.resampled.mean(axis=0) == pytest.approx(some.sums, rel=0.05)
    everyone = pytest.approx(np.outer([3, 5], some.values.mean(axis=0)), rel=0.05)
    assert drawn.relabeled.mean(axis=0) == everyone
    assert drawn.relabeled_and_resampled.mean(axis=0) == everyone


def test_groupings_that_share_shuffles_are_what_they_are_alone():
    values, codes = np.arange(40).reshape(8, 5), [np.arange(8) % 2, np.arange(8) % 3]
    both = relabeled_by(values, codes, np.random.default_rng(2), 9)
    alone = [relabeled_by(values, [one], np.random.default_rng(2), 9)[0] for one in codes]
    assert [one.tolist() for one in both] == [one.tolist() for one in alone]
    assert relabeled_by(values, [], np.random.default_rng(2), 9) == []
