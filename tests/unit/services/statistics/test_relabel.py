import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.statistics.relabel import LabeledUnits, relabeled_by
from tests.support.depth import examples

DRAWS = 4_000
ERRORS = 5  # standard errors that a draw may be off: one in a million
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


def small_and_large():
    """Return the levels of 1,300 persons (n, 2) in groups of 6, 600, 9 and 685."""
    draw = np.random.default_rng(5)
    values = np.column_stack([draw.integers(90, 190, 1_300), draw.integers(40, 49, 1_300)])
    return values, np.repeat([0, 1, 2, 3], [6, 600, 9, 685])


def test_small_groups_are_drawn_and_large_ones_share_what_they_leave():
    values, codes = small_and_large()
    units = LabeledUnits(values, codes)
    assert units.few_relabeled.tolist() == [True, False, True, False]
    (drawn,) = relabeled_by(values, [codes], np.random.default_rng(2), DRAWS)
    assert drawn.sum(axis=1) == pytest.approx(np.tile(values.sum(axis=0), (DRAWS, 1)))
    assert (drawn[:, [0, 2]] == np.rint(drawn[:, [0, 2]])).all()
    shuffle = np.random.default_rng(3)
    orders = [shuffle.permutation(values) for _ in range(DRAWS)]
    theirs = np.array([np.add.reduceat(one, [0, 6, 606, 615]) for one in orders])
    for place in range(8):
        ours, those = (sums.reshape(DRAWS, 8)[:, place] for sums in (drawn, theirs))
        near = ERRORS * those.std() / np.sqrt(DRAWS)
        assert ours.mean() == pytest.approx(those.mean(), abs=np.sqrt(2) * near)
        assert ours.std() == pytest.approx(those.std(), rel=ERRORS / np.sqrt(DRAWS))
    together = [np.corrcoef(sums[:, 1, 0], sums[:, 3, 0])[0, 1] for sums in (drawn, theirs)]
    assert together[0] == pytest.approx(together[1], abs=ERRORS * np.sqrt(2 / DRAWS))


def test_a_single_large_group_has_all_that_the_small_ones_leave():
    values, _ = small_and_large()
    codes = np.repeat([0, 1, 2], [6, 1_285, 9])
    (drawn,) = relabeled_by(values, [codes], np.random.default_rng(2), 30)
    assert drawn.dtype == np.int64
    assert (drawn.sum(axis=1) == values.sum(axis=0)).all()


def test_groups_that_are_large_only_beside_small_ones_are_drawn_as_well():
    values = np.random.default_rng(6).integers(90, 190, (1_020, 2))
    codes = np.repeat(np.arange(20), [50] * 18 + [60] * 2)
    assert LabeledUnits(values, codes).few_relabeled.all()  # of 120 that are left, 60 are half
    codes = np.repeat(np.arange(18), [50] * 17 + [170])
    assert LabeledUnits(values, codes).few_relabeled.tolist() == [True] * 17 + [False]


def test_small_and_large_groups_are_resampled_from_their_own_units():
    values, codes = small_and_large()
    units = LabeledUnits(values, codes)
    drawn = units.calibration(np.random.default_rng(4), DRAWS)
    for group, size in enumerate(units.sizes):
        some = values[codes == group]
        error = some.std(axis=0) * np.sqrt(size)
        assert drawn.resampled[:, group].mean(axis=0) == pytest.approx(
            some.sum(axis=0), abs=ERRORS * error.max() / np.sqrt(DRAWS)
        )
        assert drawn.resampled[:, group].std(axis=0) == pytest.approx(error, rel=0.08)
        spread = drawn.relabeled_and_resampled[:, group].std(axis=0)
        share = 2 - size / len(codes)  # both of relabeling and of resampling
        assert spread == pytest.approx(values.std(axis=0) * np.sqrt(size * share), rel=0.08)
