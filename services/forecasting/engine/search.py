"""A search over a family's settings with Optuna: TPE draws, the median rule prunes.

A trial depends on the seed, its number and the trials before it, which travel as plain
reports. So each trial is a run of its own, on whatever host, and it goes on after a kill.
Sources: Bergstra et al. (2011) for TPE; Golovin et al. (2017) for the median stopping rule.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import optuna
from optuna.distributions import BaseDistribution

from services.forecasting.engine import fit
from services.forecasting.models.ports import (
    CheckpointStore,
    FitContext,
    Fitted,
    Metrics,
    TrainingBlocks,
)
from services.forecasting.models.search_space import suggest
from services.forecasting.models.trials import (
    COMPLETED,
    FAILED,
    PRUNED,
    SCORE,
    STOPPED,
    SearchPlan,
    TrialPruned,
    TrialReport,
)
from services.seeding import derived_seed

STARTUP_TRIALS, WARMUP_EPOCHS = 4, 2
STATE = "state.json"  # of the checkpoints of families with several epochs
STATES = {
    COMPLETED: optuna.trial.TrialState.COMPLETE,
    STOPPED: optuna.trial.TrialState.COMPLETE,
    PRUNED: optuna.trial.TrialState.PRUNED,
    FAILED: optuna.trial.TrialState.FAIL,
}
_SEEDS = 2**32


@dataclass
class TrialContext:
    """Passes everything on to the context of the run, and prunes at the end of an epoch."""

    inner: FitContext
    trial: optuna.Trial
    curve: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        for epoch, value in enumerate(_curve_so_far(self.inner.checkpoints), start=1):
            self._note(epoch, value)

    @property
    def seed(self) -> int:
        """Return the seed of the run."""
        return self.inner.seed

    @property
    def checkpoints(self) -> CheckpointStore | None:
        """Return where checkpoints are kept."""
        return self.inner.checkpoints

    def on_epoch(self, epoch: int, total: int, metrics: Metrics, seconds: float) -> None:
        """Report the epoch; raise ``TrialPruned`` if the trial is not worth going on."""
        self.inner.on_epoch(epoch, total, metrics, seconds)
        value = metrics.get(SCORE, math.nan)
        if not math.isfinite(value):
            return
        self._note(epoch, value)
        if epoch < total and self.trial.should_prune():
            raise TrialPruned(self.curve)

    def on_batch(self, batch: int, total: int, metrics: Metrics, epoch: int) -> None:
        """Pass a batch on."""
        self.inner.on_batch(batch, total, metrics, epoch)

    def stop_requested(self) -> bool:
        """Return whether the trial should end."""
        return self.inner.stop_requested()

    def _note(self, epoch: int, value: float) -> None:
        self.curve.append(value)
        self.trial.report(value, epoch)


def draw(plan: SearchPlan, number: int, earlier: Sequence[TrialReport]) -> dict[str, Any]:
    """Return what trial ``number`` trains with, by wire name, after the trials ``earlier``."""
    trial = _study(plan, number, earlier).ask()
    suggest(trial, plan.base, plan.space)
    return dict(trial.params)


def fit_trial(
    plan: SearchPlan,
    drawn: TrialReport,
    earlier: Sequence[TrialReport],
    data: TrainingBlocks,
    context: FitContext,
) -> Fitted:
    """Train with the parameters of ``drawn``; raises ``TrialPruned``, and what ``fit`` raises."""
    study = _study(plan, drawn.number, earlier)
    study.enqueue_trial(dict(drawn.parameters))
    trial = study.ask()
    settings = suggest(trial, plan.base, plan.space)
    return fit(settings, data, TrialContext(context, trial))


def _study(plan: SearchPlan, number: int, earlier: Sequence[TrialReport]) -> optuna.Study:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    seed = derived_seed(plan.seed, "trial", number) % _SEEDS
    study = optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=seed),
        pruner=optuna.pruners.MedianPruner(STARTUP_TRIALS, WARMUP_EPOCHS),
    )
    known = _distributions(plan)
    for report in earlier:
        study.add_trial(_frozen(report, known))
    return study


def _distributions(plan: SearchPlan) -> dict[str, BaseDistribution]:
    trial = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0)).ask()
    suggest(trial, plan.base, plan.space)
    return dict(trial.distributions)


def _frozen(report: TrialReport, known: Mapping[str, BaseDistribution]) -> optuna.trial.FrozenTrial:
    return optuna.trial.create_trial(
        state=STATES[report.state],
        value=report.value,
        params=dict(report.parameters),
        distributions={name: known[name] for name in report.parameters},
        intermediate_values=dict(enumerate(report.curve, start=1)),
    )


def _curve_so_far(checkpoints: CheckpointStore | None) -> list[float]:
    """Return the errors of the epochs that an earlier attempt has finished."""
    files = None if checkpoints is None else checkpoints.load()
    if files is None or STATE not in files:
        return []
    epochs = json.loads(files[STATE])["epochs"]
    return [epoch[SCORE] for epoch in epochs if SCORE in epoch]
