"""The jobs of forecasting sessions that train: a number in, one use case out."""

import time
from collections.abc import Sequence
from pathlib import Path

from app.resources import Resources
from services.engine_kit.errors import StopTraining
from services.engine_kit.usage import ProcessMeter
from services.forecasting.backtests.perform import perform_backtest
from services.forecasting.backtests.topics import backtest_id_of
from services.forecasting.engine import fit, load
from services.forecasting.engine.bounded_importance import bounded_importance
from services.forecasting.engine.bundle import write_bundle
from services.forecasting.engine.classical import forecast_classical
from services.forecasting.engine.ensemble import fit_ensemble
from services.forecasting.models.ensembles import EnsembleSettings
from services.forecasting.models.families import ModelSettings
from services.forecasting.models.ports import (
    FitContext,
    Fitted,
    TrainingBlocks,
    TrainingStopped,
    WeightedFit,
)
from services.forecasting.training.train import train_model as train
from services.runs.topics import run_id_of
from workers.attempt import Attempt


class LocalEngine:
    """Trains in this process."""

    classical = staticmethod(forecast_classical)
    importance = staticmethod(bounded_importance)
    write_bundle = staticmethod(write_bundle)

    load = staticmethod(load)

    def fit(
        self,
        settings: ModelSettings,
        data: TrainingBlocks,
        context: FitContext,
        start_from: Fitted | None = None,
    ) -> Fitted:
        """Train a model; raises TrainingStopped where a stop left none."""
        try:
            return fit(settings, data, context, start_from)
        except StopTraining:
            raise TrainingStopped from None

    def fit_ensemble(
        self,
        settings: EnsembleSettings,
        folders: Sequence[Path],
        data: TrainingBlocks,
        context: FitContext,
    ) -> WeightedFit:
        """Weigh the models that are saved in ``folders``."""
        begun = time.perf_counter()
        model = fit_ensemble([load(folder) for folder in folders], data, settings)
        context.on_epoch(1, 1, model.history.epochs[0], time.perf_counter() - begun)
        return model


def train_model(attempt: Attempt, resources: Resources) -> None:
    """Train the model that the job is about."""
    run_id = run_id_of(attempt.claim.subject)
    train(run_id, attempt, resources.database, resources.store, LocalEngine(), ProcessMeter())


def backtest_model(attempt: Attempt, resources: Resources) -> None:
    """Measure the cut-offs of the backtest that the job is about."""
    number = backtest_id_of(attempt.claim.subject)
    perform_backtest(number, attempt, resources.database, resources.store, LocalEngine())
