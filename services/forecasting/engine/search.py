"""A search over a family's settings with Optuna: TPE draws, the median rule prunes.

A trial depends on the seed, its number and the trials before it, which travel as plain
reports. So a search can be one job, or each trial a run of its own, and it goes on after a kill.
Sources: Bergstra et al. (2011) for TPE; Golovin et al. (2017) for the median stopping rule.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import optuna
from optuna.distributions import BaseDistribution

from services.engine_kit.errors import StopTraining, TrainingFailedError
from services.forecasting.engine import fit
from services.forecasting.models.errors import InvalidModelParams
from services.forecasting.models.families import ModelSettings
from services.forecasting.models.ports import FitContext, Fitted, Metrics, TrainingBlocks
from services.forecasting.models.search_space import suggest
from services.seeding import derived_seed

COMPLETED, PRUNED, FAILED = "completed", "pruned", "failed"
STARTUP_TRIALS, WARMUP_EPOCHS = 4, 2
_SEEDS = 2**32


@dataclass(frozen=True, kw_only=True)
class TrialReport:
    """One trial: ``parameters`` by wire name, ``value`` its best validation RMSE.

    ``curve`` is the validation RMSE after each epoch. ``value`` is None if it was pruned or
    failed; then ``reason`` says why.
    """

    number: int
    parameters: Mapping[str, Any]
    state: str
    value: float | None
    curve: Sequence[float] = ()
    reason: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class TrialResult:
    """A trial's report, and its model if it was completed."""

    report: TrialReport
    model: Fitted | None = None


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """All trials, earlier ones too, and the best model that this search trained itself."""

    reports: Sequence[TrialReport]
    best: TrialResult | None = None


class PrunedTrial(Exception):
    """A trial is worse than the median of the others at the same epoch."""


@dataclass
class TrialContext:
    """Passes everything on to the search's context, and prunes at the end of an epoch."""

    inner: FitContext
    trial: optuna.Trial
    curve: list[float] = field(default_factory=list)
    checkpoints: None = None

    @property
    def seed(self) -> int:
        """Return the session's seed."""
        return self.inner.seed

    def on_epoch(self, epoch: int, total: int, metrics: Metrics, seconds: float) -> None:
        """Report the epoch; raise ``PrunedTrial`` if the trial is not worth going on."""
        self.inner.on_epoch(epoch, total, metrics, seconds)
        value = metrics.get("val_rmse", math.nan)
        if not math.isfinite(value):
            return
        self.curve.append(value)
        self.trial.report(value, epoch)
        if epoch < total and self.trial.should_prune():
            raise PrunedTrial

    def on_batch(self, batch: int, total: int, metrics: Metrics, epoch: int) -> None:
        """Pass a batch on."""
        self.inner.on_batch(batch, total, metrics, epoch)

    def stop_requested(self) -> bool:
        """Return whether the search should end."""
        return self.inner.stop_requested()


def search(
    base: ModelSettings,
    data: TrainingBlocks,
    context: FitContext,
    trials: int,
    on_trial: Callable[[TrialReport], None],
    earlier: Sequence[TrialReport] = (),
) -> SearchResult:
    """Try ``trials`` settings, ``earlier`` ones included; a stop keeps the best so far.

    ``on_trial`` gets each report as it is made: what it stores is ``earlier`` after a kill.
    """
    reports, best = list(earlier), None
    for number in range(len(reports), trials):
        if context.stop_requested():
            break
        try:
            result = run_trial(base, data, context, number, reports)
        except StopTraining:
            break
        reports.append(result.report)
        best = better(best, result)
        on_trial(result.report)
    return SearchResult(reports=reports, best=best)


def run_trial(
    base: ModelSettings,
    data: TrainingBlocks,
    context: FitContext,
    number: int,
    earlier: Sequence[TrialReport],
) -> TrialResult:
    """Draw the settings of trial ``number`` and train with them; a job of its own can call this."""
    trial, settings = _draw(base, context.seed, number, earlier)
    watching = TrialContext(context, trial)
    begun = time.monotonic()
    model, state, reason = None, COMPLETED, None
    try:
        model = fit(settings, data, watching)
    except PrunedTrial:
        state, reason = PRUNED, "worse than the median of the trials at the same epoch"
    except (TrainingFailedError, InvalidModelParams) as error:
        state, reason = FAILED, error.detail
    value = min(watching.curve, default=None) if state == COMPLETED else None
    report = TrialReport(
        number=number,
        parameters=trial.params,
        state=state,
        value=value,
        curve=tuple(watching.curve),
        reason=reason,
        seconds=time.monotonic() - begun,
    )
    return TrialResult(report=report, model=model)


def next_settings(
    base: ModelSettings, seed: int, number: int, earlier: Sequence[TrialReport]
) -> ModelSettings:
    """Return what trial ``number`` would train with, after the trials ``earlier``."""
    return _draw(base, seed, number, earlier)[1]


def better(first: TrialResult | None, second: TrialResult) -> TrialResult | None:
    """Return the trial of smaller error; of equal ones the first."""
    if second.report.value is None:
        return first
    if first is None or first.report.value is None or second.report.value < first.report.value:
        return second
    return first


def _draw(
    base: ModelSettings, seed: int, number: int, earlier: Sequence[TrialReport]
) -> tuple[optuna.Trial, ModelSettings]:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=derived_seed(seed, "trial", number) % _SEEDS),
        pruner=optuna.pruners.MedianPruner(STARTUP_TRIALS, WARMUP_EPOCHS),
    )
    known = _distributions(base)
    for report in earlier:
        study.add_trial(_frozen(report, known))
    trial = study.ask()
    return trial, suggest(trial, base)


def _distributions(base: ModelSettings) -> dict[str, BaseDistribution]:
    trial = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0)).ask()
    suggest(trial, base)
    return dict(trial.distributions)


def _frozen(report: TrialReport, known: Mapping[str, BaseDistribution]) -> optuna.trial.FrozenTrial:
    states = {
        COMPLETED: optuna.trial.TrialState.COMPLETE,
        PRUNED: optuna.trial.TrialState.PRUNED,
        FAILED: optuna.trial.TrialState.FAIL,
    }
    return optuna.trial.create_trial(
        state=states[report.state],
        value=report.value,
        params=dict(report.parameters),
        distributions={name: known[name] for name in report.parameters},
        intermediate_values=dict(enumerate(report.curve, start=1)),
    )
