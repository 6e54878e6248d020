"""What the seeds and the test rows of a study prove together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from services.studies.domain.contrasts import (
    DIFFERENCE,
    NONE_FOUND,
    TOO_FEW,
    UNKNOWN,
    RowError,
    mean_interval,
)
from services.studies.domain.outcome import by_seed
from services.studies.domain.pairing import held_out_ratio
from tests.factories.studies import arms_of, compared, score, simulated, two_arms

SITES = {"North": 200, "South": 300, "East": 130}
SHARES = st.lists(st.floats(0, 1), min_size=2, max_size=6)


def test_the_ratio_is_that_of_the_rows_that_were_really_trained_and_held_out():
    scores = [
        score("central", 1, 0.9, train_rows=640, test_rows=200),
        score("federated", 1, 0.9, train_rows=630, site_rows=SITES),
        score("local", 1, 0.8, client="East", train_rows=130),
    ]
    arms = arms_of(scores)
    ratio = {
        name: held_out_ratio(scores, [arms["federated"], arms[name]], [1])
        for name in ("central", "smallest")
    }
    # the arm with fewer rows counts; a site's overlap is that of all sites together
    assert ratio == pytest.approx({"central": 200 / 630, "smallest": 200 / 630})
    assert held_out_ratio(scores, [arms["central"]], [1]) == 200 / 640
    assert held_out_ratio([score("central", 1, 0.9, test_rows=None)], [arms["central"]], []) == 0.0


def test_the_p_value_is_that_of_the_corrected_test_by_hand():
    gaps = np.array([-0.021, -0.013, -0.009, -0.017, -0.025])
    contrast = compared(two_arms(0.9 + gaps, [0.9] * 5))["central"]
    statistic = gaps.mean() / (np.sqrt(1 / 5 + 200 / 640) * gaps.std(ddof=1))
    assert contrast.p_value == pytest.approx(2 * stats.t.sf(abs(statistic), 4))
    assert (contrast.p_holm, contrast.difference.mean) == pytest.approx(
        (contrast.p_value, gaps.mean())
    )
    assert contrast.verdict == DIFFERENCE
    assert contrast.difference.low < gaps.mean() < contrast.difference.high < 0
    assert contrast.difference == contrast.individual  # alone in its family


def test_intervals_of_several_comparisons_hold_together_and_agree_with_holm():
    scores = two_arms([0.90, 0.91, 0.92, 0.90, 0.91], [0.91, 0.915, 0.93, 0.905, 0.92])
    for seed, value in enumerate([0.80, 0.83, 0.81, 0.80, 0.82], start=1):
        scores.append(score("local", seed, value, client="A"))
    contrasts_of_arms = compared(scores)
    for one in contrasts_of_arms.values():
        inside = one.difference.low <= one.individual.low < one.individual.high
        assert inside or one.difference.low == 0 or one.difference.high == 0
        claimed = not one.difference.low < 0 < one.difference.high
        assert claimed is (one.p_holm < 0.05) is (one.verdict == DIFFERENCE)
    assert set(contrasts_of_arms) == {"central", "local", "smallest"}


@pytest.mark.parametrize("n", [2, 3, 5])
def test_equal_differences_are_as_unsure_as_their_rows(n):
    scores = two_arms([0.95] * n, [0.941] * n)
    rows = {"central": RowError(error=0.006, units=150)}
    floored, alone = compared(scores, rows)["central"], compared(scores)["central"]
    assert floored.has_row_errors
    assert not alone.has_row_errors
    for contrast in (floored, alone):
        assert contrast.p_value > 0.01
        assert contrast.difference.high - contrast.difference.low > 0.01
        assert contrast.verdict == (TOO_FEW if n < 3 else NONE_FOUND)


def test_rows_that_never_disagree_leave_the_error_of_their_number():
    scores = two_arms([0.95] * 5, [0.95] * 5)
    few, many = (
        compared(scores, {"central": RowError(error=0.0, units=units)})["central"].difference
        for units in (40, 4000)
    )
    assert few.low < many.low < 0 < many.high < few.high
    perfect = compared(two_arms([1.0] * 5, [0.0] * 5))["central"]
    assert 0 < perfect.difference.low < perfect.difference.mean == perfect.difference.high == 1.0


def test_a_loss_without_any_spread_is_not_judged():
    contrast = compared(two_arms([0.5] * 3, [0.4] * 3), is_share=False)["central"]
    assert (contrast.verdict, contrast.p_value, contrast.difference.low) == (UNKNOWN, None, None)


def test_one_seed_is_a_difference_without_an_interval():
    contrast = compared(two_arms([0.9], [0.8]))["central"]
    assert (contrast.verdict, contrast.p_value, contrast.difference.low) == (TOO_FEW, None, None)
    assert compared(two_arms([], [])) == {}


def test_models_tested_on_different_rows_are_not_paired():
    scores = two_arms([0.9, 0.91, 0.92], [0.9, 0.9, 0.9])
    scores[1] = score("federated", 2, 0.91, tested_on="other rows")
    contrast = compared(scores)["central"]
    assert (contrast.pairing.seeds, contrast.pairing.refused) == ([1, 3], [2])
    assert contrast.pairing.is_checked
    unknown = compared(two_arms([0.9, 0.91], [0.9, 0.9], tested_on=None))["central"]
    assert (unknown.pairing.seeds, unknown.pairing.is_checked) == ([1, 2], False)


def test_equivalence_needs_a_margin_and_an_interval_inside_it():
    scores = two_arms([0.900, 0.912, 0.905, 0.909, 0.893], [0.902, 0.910, 0.906, 0.907, 0.894])
    assert compared(scores)["central"].is_equivalent is None
    assert compared(scores, margin=0.02)["central"].is_equivalent is True
    assert compared(scores, margin=0.001)["central"].is_equivalent is False
    assert compared(scores, margin=0.02)["central"].p_equivalence < 0.05
    assert compared(scores[:2] + scores[5:7], margin=0.5)["central"].is_equivalent is False


@given(SHARES, st.floats(0, 0.2), st.integers(1, 500))
def test_the_interval_of_a_share_lies_between_0_and_1(values, error, units):
    arm = by_seed([score("central", seed, value) for seed, value in enumerate(values)], "central")
    interval = mean_interval(arm, 0.25, RowError(error=error, units=units), is_share=True)
    assert 0 <= interval.low <= interval.mean + 1e-12
    assert interval.mean - 1e-12 <= interval.high <= 1
    assert interval.high - interval.low > 0


def test_a_perfect_arm_is_not_certain_and_not_above_1():
    perfect = two_arms([], [1.0] * 5)
    arm = by_seed(perfect, "central")
    interval = mean_interval(arm, 0.3, RowError(error=0.0, units=300), is_share=True)
    # Wilson's lower end: n / (n + t²)
    assert (interval.low, interval.high) == pytest.approx(
        (300 / (300 + stats.t.isf(0.025, 4) ** 2), 1.0)
    )
    assert mean_interval(arm, 0.3, None, is_share=True).low < interval.low  # of one seed's rows


def test_a_loss_has_an_interval_above_zero():
    losses = by_seed(two_arms([], [0.01, 0.2, 0.05]), "central")
    interval = mean_interval(losses, 0.25, None, is_share=False)
    assert 0 < interval.low < interval.mean < interval.high


@pytest.mark.parametrize("seeds", [3, pytest.param(5, marks=pytest.mark.full)])
def test_under_the_null_differences_are_claimed_no_more_often_than_promised(seeds):
    draw, claimed, covered = np.random.default_rng(14), 0, 0
    studies = 300
    for _ in range(studies):
        contrast = compared(*simulated(draw, seeds))["central"]
        claimed += contrast.verdict == DIFFERENCE
        covered += contrast.difference.low <= 0 <= contrast.difference.high
    assert claimed <= stats.binom.isf(0.01, studies, 0.05)
    assert covered >= stats.binom.ppf(0.01, studies, 0.95)


def test_what_is_truly_better_is_found():
    draw = np.random.default_rng(2)
    contrasts_of_studies = [
        compared(*simulated(draw, 8, 1000, advantage=0.6))["central"] for _ in range(20)
    ]
    assert sum(one.verdict == DIFFERENCE for one in contrasts_of_studies) >= 18
    assert all(one.difference.mean > 0 for one in contrasts_of_studies)
