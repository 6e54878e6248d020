import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from services.benchmarks.domain.ratings import TraitFacts, build_ratings
from services.benchmarks.domain.repeats import compute_repeat_agreement
from services.benchmarks.domain.stability import compute_variance_shares
from tests.support.depth import examples
from tests.unit.services.benchmarks.cases import ratings

PEOPLE = {"a": {}, "b": {}, "c": {}}
TRAITS = {"g1": TraitFacts(None, 1)}


def built(answers, people=PEOPLE):
    return build_ratings(answers, people, TRAITS)


def shares(some):
    return {row.factor: row for row in compute_variance_shares(some).factors}


def test_a_wording_that_moves_every_answer_by_one_brings_half_of_a_squared_point():
    some = built([(p, "g1", False, v + w, 1, w) for p, v in (("a", 1), ("b", 3)) for w in (0, 1)])
    row = shares(some)["wording"]
    assert (row.n_items, row.n_ratings, row.variance) == (2, 4, 0.5)
    assert row.share == pytest.approx(0.5 / some.aligned.var(ddof=1))
    assert row.includes_repeat


def test_what_a_repeat_brings_is_taken_out_of_the_other_factors():
    draw = np.random.default_rng(3)
    people = {str(n): {} for n in range(400)}
    answers = [
        (p, "g1", False, int(1000 + base + 30 * w + draw.normal(0, 10)), 1, w, 0, r)
        for p in people
        for base in [int(draw.normal(0, 40))]
        for w in (0, 1)
        for r in (0, 1)
    ]
    rows = shares(built(answers, people))
    assert rows["repeat"].variance == pytest.approx(100, rel=0.15)
    assert rows["wording"].variance == pytest.approx(450, rel=0.15)  # half of 30²
    assert not rows["wording"].includes_repeat
    assert rows["cue"].variance is None


def test_the_order_is_measured_on_items_in_both_orders():
    some = ratings("c_dual")
    row = shares(some)["order"]
    pairs = some.aligned.reshape(-1, 2)  # both orders of an item follow each other
    assert row.n_items == 144
    assert row.variance == pytest.approx((np.diff(pairs) ** 2).mean() / 2)
    assert 0 < row.share < 1


def test_one_answer_each_has_no_shares():
    rows = shares(built([("a", "g1", False, 1), ("b", "g1", False, 5)]))
    assert {row.variance for row in rows.values()} == {None}
    nothing = compute_variance_shares(built([]))
    assert (nothing.total, nothing.rest) == (None, None)


CELLS = st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=4), min_size=2, max_size=6)


def test_what_is_left_for_persons_is_read_off_only_where_shares_do_not_overlap():
    added = [(p, "g1", False, v + w, 1, w) for p, v in (("a", 1), ("b", 3)) for w in (0, 1)]
    apart = compute_variance_shares(built(added))
    assert apart.rest == pytest.approx(1 - sum(row.share or 0 for row in apart.factors))
    both = [(w, c) for w in (0, 1) for c in (0, 1)]
    jointly = [(p, "g1", False, 1 + 4 * (w ^ c), 1, w, c) for p in "ab" for w, c in both]
    overlapping = compute_variance_shares(built(jointly))
    assert sum(row.share or 0 for row in overlapping.factors) > 1.5
    assert overlapping.rest is None


@given(cells=CELLS)
@settings(max_examples=examples(20))
def test_repeats_agree_as_their_pairs_do(cells):
    people = {str(n): {} for n in range(len(cells))}
    answers = [
        (str(n), "g1", False, value, 1, 0, 0, r)
        for n, cell in enumerate(cells)
        for r, value in enumerate(cell)
    ]
    some = compute_repeat_agreement(built(answers, people))
    pairs = [abs(x - y) for cell in cells for n, x in enumerate(cell) for y in cell[n + 1 :]]
    if not pairs:
        assert some is None
        return
    assert some.exact_rate == pytest.approx(np.mean([one == 0 for one in pairs]))
    assert some.within1_rate == pytest.approx(np.mean([one <= 1 for one in pairs]))
    assert some.mean_abs_diff == pytest.approx(np.mean(pairs))


def test_repeats_of_steady_answers_have_an_icc_of_one_and_of_noise_near_zero():
    steady = [("a", "g1", False, 1, 1, 0, 0, r) for r in (0, 1)]
    steady += [("b", "g1", False, 4, 1, 0, 0, r) for r in (0, 1)]
    assert compute_repeat_agreement(built(steady)).icc == 1
    draw = np.random.default_rng(1)
    people = {str(n): {} for n in range(300)}
    noise = [(p, "g1", False, int(draw.integers(1, 6)), 1, 0, 0, r) for p in people for r in (0, 1)]
    assert abs(compute_repeat_agreement(built(noise, people)).icc) < 0.15


def test_a_run_without_answers_has_no_agreement():
    assert compute_repeat_agreement(built([])) is None


def noisy(people, wordings=(0, 1), repeats=(0, 1), seed=5):
    """Return answers of persons who differ, with a wording that adds to some of them."""
    draw = np.random.default_rng(seed)
    return [
        (p, "g1", False, int(np.clip(3 + base + w * lift + draw.normal(0, 0.7), 1, 5)), 1, w, 0, r)
        for p in people
        for base, lift in [(draw.normal(0, 1), draw.integers(0, 2))]
        for w in wordings
        for r in repeats
    ]


def test_the_interval_of_a_share_is_that_of_scipys_bootstrap_over_persons():
    people = {str(n): {} for n in range(60)}
    some = built(noisy(people), people)
    of_person = some.aligned.reshape(-1, 2, 2).astype(float)  # person, wording, repeat

    def share_of_repeat(places):
        values = of_person[places.astype(int)]
        within = (np.diff(values, axis=2) ** 2).mean() / 2
        return within / values.var(ddof=1)

    ends = scipy.stats.bootstrap(
        (np.arange(60),), share_of_repeat, method="percentile", vectorized=False,
        n_resamples=999, rng=np.random.default_rng(1),
    ).confidence_interval  # fmt: skip
    row = shares(some)["repeat"]
    assert (row.n_personas, row.n_items, row.n_ratings) == (60, 120, 240)
    assert row.share == pytest.approx(share_of_repeat(np.arange(60)))
    assert [row.ci_low, row.ci_high] == pytest.approx(list(ends), abs=0.03)


def test_the_interval_of_the_repeats_is_that_of_scipys_bootstrap_over_persons():
    people = {str(n): {} for n in range(60)}
    some = built(noisy(people, wordings=(0,)), people)
    pairs = some.raw.reshape(-1, 2)
    row = compute_repeat_agreement(some)
    for statistic, ends in (
        (lambda apart: (apart == 0).mean(), row.exact_rate_ci),
        (lambda apart: (apart <= 1).mean(), row.within1_rate_ci),
        (np.mean, row.mean_abs_diff_ci),
    ):
        expected = scipy.stats.bootstrap(
            (np.abs(pairs[:, 0] - pairs[:, 1]),), statistic, method="percentile",
            n_resamples=999, rng=np.random.default_rng(1), vectorized=False,
        ).confidence_interval  # fmt: skip
        assert list(ends) == pytest.approx(list(expected), abs=0.04)
    assert row.icc_ci[0] < row.icc < row.icc_ci[1]


def test_one_person_has_shares_and_no_interval():
    some = built([("a", "g1", False, 2 + w + w * r, 1, w, 0, r) for w in (0, 1) for r in (0, 1)])
    row = shares(some)["wording"]
    assert row.share is not None
    assert (row.ci_low, row.ci_high) == (None, None)
    repeats = compute_repeat_agreement(some)
    assert (repeats.n_personas, repeats.exact_rate_ci, repeats.icc_ci) == (1, None, None)
