"""A backtest as a worker performs it: fit, measure and keep, one cut-off after the other."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.clock import now
from app.db.engine import Database
from app.jobs import states
from app.models.backtest import Backtest
from app.models.forecasting import SessionModel
from app.models.run import Run
from app.storage import ObjectStore
from services.forecasting.backtests.folds import FoldSizes, cut_folds, data_of
from services.forecasting.backtests.measured import keep_windows, measured_fold
from services.forecasting.backtests.progress import BacktestReport, BacktestStopped, FoldContext
from services.forecasting.models.families import ModelSettings, read_settings
from services.forecasting.models.ports import Fitted, TrainingStopped
from services.forecasting.training.measure import measure
from services.forecasting.training.ports import ForecastEngine
from services.forecasting.training.prepare import blocks_of, prepare
from services.runs.training.ports import FencedAttempt


@dataclass(frozen=True, kw_only=True)
class BacktestTask:
    """One attempt at one backtest; ``done`` cut-offs are measured already."""

    backtest_id: int
    settings: ModelSettings
    plan: Mapping[str, Any]
    seed: int
    cutoffs: int
    sizes: FoldSizes
    done: int


def perform_backtest(
    backtest_id: int,
    attempt: FencedAttempt,
    database: Database,
    store: ObjectStore,
    engine: ForecastEngine,
) -> None:
    """Measure every cut-off that is not measured yet; each is kept when it is done.

    A stop ends the attempt between two epochs, and what was measured stays. A backtest that was
    deleted meanwhile ends the same way.
    """
    task = _task(backtest_id, database)
    try:
        if task is None:
            raise BacktestStopped
        _measure_all(task, attempt, store, engine)
    except (BacktestStopped, TrainingStopped):
        with attempt.write() as unit:
            attempt.finish(unit, states.CANCELLED)
        return
    with attempt.write() as unit:
        row = unit.session.get(Backtest, backtest_id)
        if row is not None:
            row.finished_at = now()
        attempt.finish(unit, states.SUCCEEDED)


def _task(backtest_id: int, database: Database) -> BacktestTask | None:
    with database.read() as session:
        row = session.get(Backtest, backtest_id)
        if row is None:
            return None
        model = session.get_one(SessionModel, row.run_id)
        return BacktestTask(
            backtest_id=backtest_id,
            settings=read_settings(model.settings),
            plan=model.plan,
            seed=session.get_one(Run, row.run_id).seed,
            cutoffs=row.cutoffs,
            sizes=FoldSizes(test=row.test_windows, validation=row.validation_windows),
            done=len(row.folds),
        )


def _measure_all(
    task: BacktestTask, attempt: FencedAttempt, store: ObjectStore, engine: ForecastEngine
) -> None:
    report = BacktestReport(attempt, task.backtest_id, task.cutoffs, task.done)
    prepared = prepare(task.plan, store)
    folds = cut_folds(prepared.windows.n, task.cutoffs, task.sizes, prepared.plan)
    for number, fold in enumerate(folds[task.done :], start=task.done + 1):
        report.check_stop()
        began = time.monotonic()
        data = data_of(prepared, fold)
        fitted = engine.fit(task.settings, blocks_of(data), FoldContext(report, task.seed))
        _require_whole(fitted)
        measured = measure(data, fitted)
        kept = {"number": number, "windows_key": keep_windows(store, data, measured)}
        seconds = round(time.monotonic() - began, 3)
        report.keep({**kept, **measured_fold(data, measured)}, seconds)


def _require_whole(model: Fitted) -> None:
    """Raise BacktestStopped for a model whose training was cut short: it says nothing."""
    if model.history.reason == "stopped":
        raise BacktestStopped
