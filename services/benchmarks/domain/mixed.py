"""A linear mixed model beside the permutation test: rating ~ group + (1 | person) + (1 | trait).

Fitted by restricted maximum likelihood with persons and traits crossed (Baayen, Davidson and
Bates, "Mixed-effects modeling with crossed random effects for subjects and items", Journal of
Memory and Language 59, 2008). It leans on normal errors where the permutation test leans on
nothing: it is a check of that one and decides nothing. The units are items, so that both orders of
a question are averaged as everywhere. Twins in one group share the intercept of their person.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.benchmarks.domain.deltas import choose_baseline
from services.benchmarks.domain.metrics import filter_by_trait_category
from services.benchmarks.domain.ratings import Grouping, Ints, Ratings
from services.seeding import generator

MAX_PERSONS = 200  # a fit takes six seconds then, and grows with the cube of the persons
MIN_PERSONS = 2  # of a group, twins as one
METHOD = "powell"  # needs no gradient, which is far dearer than the likelihood here
Z95 = 1.959963984540054
TOO_FEW = "Two groups of two persons each, and two traits, are needed."
NO_FIT = "The likelihood has no maximum that could be reached with these ratings."
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class MixedRow:
    """A group minus the baseline in rating points: normal interval and p, not adjusted."""

    category: str
    n_personas: int
    delta: float
    se: float
    ci_low: float
    ci_high: float
    p_value: float


@dataclass(frozen=True, kw_only=True)
class MixedFit:
    """The model of one attribute; ``problem`` says why there is none.

    SDs are in rating points: of persons, of traits and of what is left of an item. ``n_personas``
    were fitted of ``n_personas_run``: more than MAX_PERSONS are drawn from.
    """

    attribute: str
    baseline: str | None
    n_items: int
    n_personas: int
    n_personas_run: int
    n_traits: int
    converged: bool
    problem: str | None
    sd_person: float | None = None
    sd_trait: float | None = None
    sd_residual: float | None = None
    rows: tuple[MixedRow, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MixedItems:
    """Items as columns (n,): mean aligned rating, person, unit, trait, group with 0 the baseline.

    ``groups`` are the numbers of the other groups in their grouping.
    """

    values: Floats
    person: Ints
    unit: Ints
    trait: Ints
    group: Ints
    groups: Sequence[int]


def compute_mixed(
    ratings: Ratings,
    attribute: str,
    *,
    baseline: str | None = None,
    trait_category: str | None = None,
) -> MixedFit:
    """Return the model of one attribute. Raises UnknownChoiceError."""
    some = filter_by_trait_category(ratings, trait_category)
    grouping = some.grouping(attribute)
    counts = np.bincount(grouping.codes[some.person], minlength=len(grouping.names))
    base = choose_baseline(grouping, counts, baseline)
    means = some.items.means
    rated = np.flatnonzero((~np.isnan(means)).any(axis=1))
    drawn = _drawn(rated)
    items = _items(means, drawn, grouping, base or 0)
    known: dict[str, Any] = {
        "attribute": attribute,
        "baseline": None if base is None else grouping.names[base],
        "n_items": len(items.values),
        "n_personas": len(np.unique(items.person)),
        "n_personas_run": len(rated),
        "n_traits": len(np.unique(items.trait)),
    }
    if not items.groups or known["n_traits"] < 2:
        return MixedFit(**known, converged=False, problem=TOO_FEW)
    return _fitted(items, grouping, known)


def _drawn(rated: Ints) -> Ints:
    """Return the persons that are fitted: all, or the same draw of them each time."""
    if len(rated) <= MAX_PERSONS:
        return rated
    return np.sort(generator(0, "mixed").choice(rated, MAX_PERSONS, replace=False))


def _items(means: Floats, persons: Ints, grouping: Grouping, base: int) -> MixedItems:
    codes, units = grouping.codes[persons], grouping.unit[persons]
    of_units = codes[np.unique(units, return_index=True)[1]]
    sizes = np.bincount(of_units, minlength=len(grouping.names))
    large = [code for code in np.flatnonzero(sizes >= MIN_PERSONS).tolist() if code != base]
    groups = large if sizes[base] >= MIN_PERSONS else []
    number = np.full(len(grouping.names), -1)
    number[[base, *groups]] = np.arange(len(groups) + 1)
    kept = persons[number[codes] >= 0]
    person, trait = np.nonzero(~np.isnan(means[kept]))
    return MixedItems(
        values=means[kept][person, trait],
        person=person,
        unit=np.unique(grouping.unit[kept], return_inverse=True)[1].reshape(-1)[person],
        trait=np.unique(trait, return_inverse=True)[1],
        group=number[grouping.codes[kept]][person],
        groups=groups,
    )


def _fitted(items: MixedItems, grouping: Grouping, known: dict[str, Any]) -> MixedFit:
    fit = _fit(items)
    if fit is None:
        return MixedFit(**known, converged=False, problem=NO_FIT)
    variances = np.sqrt(np.maximum(np.append(fit.vcomp, fit.scale), 0.0))
    rows = tuple(
        MixedRow(
            category=grouping.names[code],
            n_personas=len(np.unique(items.person[items.group == place])),
            delta=float(fit.fe_params[place]),
            se=float(fit.bse_fe[place]),
            ci_low=float(fit.fe_params[place] - Z95 * fit.bse_fe[place]),
            ci_high=float(fit.fe_params[place] + Z95 * fit.bse_fe[place]),
            p_value=float(fit.pvalues[place]),
        )
        for place, code in enumerate(items.groups, start=1)
    )
    return MixedFit(
        **known,
        converged=bool(fit.converged),
        problem=None if fit.converged else NO_FIT,
        sd_person=float(variances[0]),
        sd_trait=float(variances[1]),
        sd_residual=float(variances[2]),
        rows=rows,
    )


def _fit(items: MixedItems) -> Any | None:
    """Return the fit of statsmodels; None where the ratings do not vary enough for one."""
    from scipy import sparse
    from statsmodels.regression.mixed_linear_model import MixedLM, VCSpec  # seconds to import

    n = len(items.values)
    columns = [
        sparse.csr_matrix((np.ones(n), (np.arange(n), codes)))
        for codes in (items.unit, items.trait)
    ]
    names = [[[str(place) for place in range(one.shape[1])]] for one in columns]
    spec = VCSpec(["person", "trait"], names, [[one] for one in columns])
    design = np.eye(len(items.groups) + 1)[items.group]
    design[:, 0] = 1.0
    if not np.ptp(items.values):
        return None
    model = MixedLM(items.values, design, groups=np.zeros(n), exog_vc=spec)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # convergence is answered, not printed
        try:
            return model.fit(method=[METHOD], reml=True)
        except (np.linalg.LinAlgError, ValueError):
            return None
