"""Training one trial of a search: the use case that a worker performs with its engine."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app import strict_json
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.models.forecast_search import ModelSearch, SearchTrial
from app.models.forecasting import SessionModel
from app.models.run import Run
from app.storage import ObjectStore
from services.forecasting.models.ports import (
    FitContext,
    Fitted,
    TrainingBlocks,
    TrainingStopped,
)
from services.forecasting.models.trials import (
    COMPLETED,
    PRUNED,
    STOPPED,
    SearchPlan,
    TrialPruned,
    TrialReport,
    curve_of,
    score_of,
)
from services.forecasting.searches.rows import (
    plan_of_search,
    reports_of,
    trials_of,
    values_of,
)
from services.forecasting.training.files import model_files
from services.forecasting.training.outcome import STOPPED as NO_MODEL
from services.forecasting.training.prepare import PreparedData, blocks_of
from services.forecasting.training.quota import NO_LIMITS, TrainingLimits, require_hours
from services.forecasting.training.start import params_of
from services.forecasting.training.task import (
    ModelTask,
    context_for,
    prepared_for,
    progress_for,
    task_of,
)
from services.runs.training.ports import FencedAttempt, TrainingRecorder, TrainingResult
from services.runs.training.train import record_training
from services.tracking.labels import write_params
from services.tracking.usage import UsageMeter

PRUNED_MESSAGE = "Pruned after epoch {}: worse than the median of the trials at that epoch."


class SearchEngine(Protocol):
    """The heavy part, handed to the use case by the worker."""

    def draw(self, plan: SearchPlan, number: int, earlier: Sequence[TrialReport]) -> dict[str, Any]:
        """Return what trial ``number`` trains with, by wire name."""

    def fit_trial(
        self,
        plan: SearchPlan,
        drawn: TrialReport,
        earlier: Sequence[TrialReport],
        data: TrainingBlocks,
        context: FitContext,
    ) -> Fitted:
        """Train with what was drawn; raises TrialPruned, and TrainingStopped without a model."""


@dataclass
class _Outcome:
    """What a trial came to; nothing before there is a model or it was pruned."""

    state: str | None = None
    value: float | None = None
    curve: Sequence[float] = ()
    sizes: dict[str, int] = field(default_factory=dict)


def train_trial(
    run_id: int,
    attempt: FencedAttempt,
    database: Database,
    store: ObjectStore,
    engine: SearchEngine,
    limits: TrainingLimits = NO_LIMITS,
    meter: UsageMeter | None = None,
) -> None:
    """Draw the settings of a trial, unless an earlier attempt did, train, and keep its model.

    No test sample is cut or measured. Raises ComputeHoursExhausted where the owner has none left,
    which fails the trial.
    """
    plan, drawn, earlier = _begin(run_id, attempt, database, engine, limits)
    task, outcome = task_of(run_id, database, store), _Outcome()
    trial = _Trial(task=task, plan=plan, drawn=drawn, earlier=earlier, outcome=outcome)
    record_training(
        run_id,
        attempt,
        database,
        store,
        lambda recorder: trial.train(recorder, store, engine),
        meter=meter,
        at_end=lambda unit: _store(unit, attempt, run_id, outcome),
    )


@dataclass(frozen=True, kw_only=True)
class _Trial:
    task: ModelTask
    plan: SearchPlan
    drawn: TrialReport
    earlier: Sequence[TrialReport]
    outcome: _Outcome

    def train(
        self, recorder: TrainingRecorder, store: ObjectStore, engine: SearchEngine
    ) -> TrainingResult:
        """Fit what was drawn and note in ``outcome`` what came of it."""
        progress = progress_for(self.task, recorder)
        prepared = prepared_for(self.task, store, recorder, progress)
        self.outcome.sizes = {name: prepared.sizes[name] for name in ("train", "validation")}
        progress.begin_fit()
        context, blocks = context_for(self.task, recorder, progress), blocks_of(prepared)
        try:
            fitted = engine.fit_trial(self.plan, self.drawn, self.earlier, blocks, context)
        except TrainingStopped:
            return NO_MODEL
        except TrialPruned as pruned:
            self.outcome.state, self.outcome.curve = PRUNED, pruned.curve
            recorder.log("info", PRUNED_MESSAGE.format(len(pruned.curve)))
            return NO_MODEL
        progress.end_fit(len(fitted.history.epochs))
        return _kept(fitted, prepared, self.outcome)


def _begin(
    run_id: int,
    attempt: FencedAttempt,
    database: Database,
    engine: SearchEngine,
    limits: TrainingLimits,
) -> tuple[SearchPlan, TrialReport, list[TrialReport]]:
    with database.read() as session:
        require_hours(session, session.get_one(Run, run_id).owner_id, limits)
        trial = session.get_one(SearchTrial, run_id)
        plan = plan_of_search(session.get_one(ModelSearch, trial.search_id))
        rows = trials_of(session, trial.search_id)
        earlier = reports_of([row for row in rows if row[0].run_id != run_id])
    parameters = trial.parameters or engine.draw(plan, trial.number, earlier)
    with attempt.write() as unit:
        _begin_trial(unit, run_id, parameters)
    drawn = TrialReport(number=trial.number, parameters=parameters, state="running", value=None)
    return plan, drawn, earlier


def _begin_trial(unit: UnitOfWork, run_id: int, parameters: dict[str, Any]) -> None:
    trial = unit.session.get_one(SearchTrial, run_id)
    search = unit.session.get_one(ModelSearch, trial.search_id)
    trial.outcome = trial.value = trial.curve = None
    if trial.parameters is None:
        trial.parameters = parameters
        values = values_of(search, parameters)
        unit.session.get_one(SessionModel, run_id).settings = values
        write_params(unit.session, run_id, params_of(values))


def _kept(fitted: Fitted, prepared: PreparedData, outcome: _Outcome) -> TrainingResult:
    history = fitted.history
    stopped = history.reason == "stopped"
    outcome.state = STOPPED if stopped else COMPLETED
    outcome.value, outcome.curve = score_of(history), curve_of(history)
    manifest = {
        "model": fitted.settings.as_mapping(),
        "shape": fitted.shape.as_mapping(),
        "history": history.as_mapping(),
        "split": prepared.sizes,
        "n_dat": prepared.windows.n,
    }
    return TrainingResult(
        status="cancelled" if stopped else "completed",
        best_step=None if history.best_epoch is None else history.best_epoch - 1,
        files={"manifest.json": strict_json.dump_bytes(manifest), **model_files(fitted)},
        test_metrics={},
        test_confusion=None,
    )


def _store(unit: UnitOfWork, attempt: FencedAttempt, run_id: int, outcome: _Outcome) -> None:
    trial = unit.session.get_one(SearchTrial, run_id)
    trial.outcome, trial.value, trial.curve = outcome.state, outcome.value, list(outcome.curve)
    unit.session.get_one(ModelSearch, trial.search_id).sizes = outcome.sizes
    if outcome.state == PRUNED:
        attempt.note(unit, message=PRUNED_MESSAGE.format(len(outcome.curve)))
