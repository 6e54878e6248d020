"""The mixed model beside the permutation test: the same groups, the same difference."""

import math

import numpy as np
import pytest

from services.benchmarks.domain.attributes import UnknownChoiceError
from services.benchmarks.domain.deltas import compute_deltas
from services.benchmarks.domain.mixed import TOO_FEW, compute_mixed
from services.benchmarks.domain.ratings import TraitFacts, build_ratings

PERSONS, TRAITS = 16, 5


def ratings(effect: float = 1.0, missing: int = 0):
    """Return a table of ratings in which women are rated ``effect`` higher."""
    rng = np.random.default_rng(11)
    of_person, of_trait = rng.normal(0, 0.5, PERSONS), rng.normal(0, 0.5, TRAITS)
    answers = [
        (f"p{p}", f"t{t}", False, int(np.clip(round(3 + of_person[p] + of_trait[t]
         + effect * (p % 2) + rng.normal(0, 0.6)), 1, 5)))
        for p in range(PERSONS)
        for t in range(TRAITS)
    ]  # fmt: skip
    people = {f"p{p}": {"gender": ("a_man", "woman")[p % 2]} for p in range(PERSONS)}
    return build_ratings(answers[missing:], people, {f"t{t}": TraitFacts() for t in range(TRAITS)})


def test_a_complete_table_has_the_difference_of_the_permutation_test_and_the_known_error():
    """SE² = (σ²_person + σ²_rest/T)(1/n₁ + 1/n₂), the exact one of a balanced design."""
    data = ratings()
    fit = compute_mixed(data, "gender")
    (row,) = fit.rows
    tested = next(o for o in compute_deltas(data)["gender"].rows if o.category == "woman")
    assert fit.converged
    assert row.delta == pytest.approx(tested.delta, abs=1e-9)
    of_means = fit.sd_person**2 + fit.sd_residual**2 / TRAITS
    assert row.se == pytest.approx(math.sqrt(of_means * 4 / PERSONS), rel=1e-4)
    assert (row.p_value < 0.05) == (tested.p_value < 0.05)
    assert (fit.n_items, fit.n_personas, fit.n_traits) == (80, 16, 5)


def test_variances_are_those_of_the_analysis_of_variance():
    """Mean squares of a two-way table give REML's variances where none is negative."""
    data = ratings(effect=0.0)
    fit = compute_mixed(data, "gender")
    table = data.raw.reshape(PERSONS, TRAITS).astype(float)
    residual = table - table.mean(1, keepdims=True) - table.mean(0) + table.mean()
    rest = (residual**2).sum() / ((PERSONS - 1) * (TRAITS - 1))
    traits = (PERSONS * ((table.mean(0) - table.mean()) ** 2).sum() / (TRAITS - 1) - rest) / PERSONS
    assert fit.sd_residual == pytest.approx(math.sqrt(rest), rel=1e-3)
    assert fit.sd_trait == pytest.approx(math.sqrt(traits), rel=1e-3)


def test_what_cannot_be_fitted_is_said():
    assert compute_mixed(ratings(missing=PERSONS * TRAITS - 3), "gender").problem == TOO_FEW
    with pytest.raises(UnknownChoiceError):
        compute_mixed(ratings(), "gendre")
