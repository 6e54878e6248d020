"""The jobs of searches over settings: a number in, one use case out."""

from collections.abc import Sequence

from app.resources import Resources
from services.engine_kit.errors import StopTraining
from services.engine_kit.usage import ProcessMeter
from services.forecasting.engine.search import draw, fit_trial
from services.forecasting.models.ports import (
    FitContext,
    Fitted,
    TrainingBlocks,
    TrainingStopped,
)
from services.forecasting.models.trials import SearchPlan, TrialReport
from services.forecasting.searches.trial import train_trial as train_one
from services.forecasting.searches.winner import measure_winner
from services.forecasting.training.quota import limits_of
from services.runs.topics import run_id_of
from workers.attempt import Attempt
from workers.forecasting import LocalEngine


class LocalSearchEngine:
    """Draws and trains in this process."""

    draw = staticmethod(draw)

    def fit_trial(
        self,
        plan: SearchPlan,
        drawn: TrialReport,
        earlier: Sequence[TrialReport],
        data: TrainingBlocks,
        context: FitContext,
    ) -> Fitted:
        """Train a trial; raises TrialPruned, and TrainingStopped where a stop left no model."""
        try:
            return fit_trial(plan, drawn, earlier, data, context)
        except StopTraining:
            raise TrainingStopped from None


def train_trial(attempt: Attempt, resources: Resources) -> None:
    """Train the trial of a search that the job is about."""
    run_id = run_id_of(attempt.claim.subject)
    parts, limits = (resources.database, resources.store), limits_of(resources.settings)
    train_one(run_id, attempt, *parts, LocalSearchEngine(), limits, ProcessMeter())


def measure_model(attempt: Attempt, resources: Resources) -> None:
    """Measure the trial that was kept, which the job is about."""
    run_id = run_id_of(attempt.claim.subject)
    parts = (resources.database, resources.store)
    measure_winner(run_id, attempt, *parts, LocalEngine(), ProcessMeter())
