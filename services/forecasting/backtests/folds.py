"""Where the folds of a backtest are cut, and the data of one: blocks, scalers, certificate.

Scalers of a fold are fitted on its own training samples, and blocks share no raw row: what the
compatibility options of a session allow does not hold here.
"""

from dataclasses import dataclass, replace

import numpy as np

from services.forecasting.evaluation.backtest import Fold, TooFewForBacktest, rolling_origins
from services.forecasting.training.prepare import PreparedData
from services.forecasting.windows.certificate import certify
from services.forecasting.windows.geometry import MINUTE_US
from services.forecasting.windows.plan import SplitPlan, WindowPlan, exact
from services.forecasting.windows.scaling import fit_scalers
from services.forecasting.windows.split import WindowSplit, sample_extent, without_rows_of
from services.seeding import generator


@dataclass(frozen=True, kw_only=True)
class FoldSizes:
    """How many windows are tested behind each cut-off, and held for early stopping before it."""

    test: int
    validation: int


def fold_sizes(n: int, n_test: int, cutoffs: int, split: SplitPlan, test: int | None) -> FoldSizes:
    """Return the sizes for n samples whose model was measured on n_test of them.

    Without a wish as many are tested as in the model's own test block, and no more than
    n // (cutoffs + 1). Validation has its share of the session's split in what lies before the
    first cut-off.
    """
    tested = min(n_test, n // (cutoffs + 1)) if test is None else test
    share = exact(split.validation) / (exact(split.validation) + exact(split.train))
    first = max(0, n - cutoffs * tested)
    return FoldSizes(test=max(1, tested), validation=max(1, round(share * first)))


def cut_folds(n: int, cutoffs: int, sizes: FoldSizes, plan: WindowPlan) -> list[Fold]:
    """Return the folds of n samples; raises Invalid and TooFewForBacktest, naming the field."""
    return rolling_origins(
        n, cutoffs, test=sizes.test, validation=sizes.validation, gap=gap_windows(plan)
    )


def gap_windows(plan: WindowPlan) -> int:
    """Return how many samples between two others make these share no instant of a window."""
    first, last = sample_extent(plan)
    return int((last - first) // (exact(plan.steps.step_minutes) * MINUTE_US))


def data_of(prepared: PreparedData, fold: Fold) -> PreparedData:
    """Return the samples of a session in the blocks of a fold, scaled as its training rows are.

    Raises TooFewForBacktest where nothing to train on or to stop by is left between the gaps.
    """
    plan = replace(prepared.plan, split=replace(prepared.plan.split, leaky=False))
    split = _split(prepared, fold)
    scalers = fit_scalers(prepared.windows, split, plan)
    return replace(
        prepared,
        plan=plan,
        split=split,
        scalers=scalers,
        certificate=certify(prepared.windows, split, scalers),
        scaled=scalers.scaled(prepared.windows),
    )


def _split(prepared: PreparedData, fold: Fold) -> WindowSplit:
    test = np.asarray(fold.test, dtype=np.int64)
    train, validation = (np.asarray(one, dtype=np.int64) for one in (fold.train, fold.validation))
    # the gap keeps instants apart; a value between two rows reads a row beyond its window as well
    train = without_rows_of(prepared.windows, train, np.concatenate([validation, test]))
    validation = without_rows_of(prepared.windows, validation, test)
    if not len(train) or not len(validation):
        detail = "Between the gaps nothing is left to train on: take fewer cut-offs or more data."
        raise TooFewForBacktest(detail, errors={"cutoffs": [detail]})
    before = np.arange(fold.test.start, dtype=np.int64)
    left_out = np.setdiff1d(before, np.concatenate([train, validation]))
    if prepared.plan.split.shuffle:
        train = generator(prepared.plan.split.seed, "training order").permutation(train)
    return WindowSplit(train=train, validation=validation, test=test, left_out=left_out)
