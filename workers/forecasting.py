"""The jobs of forecasting sessions: a number in, one use case out."""

from app.resources import Resources
from services.engine_kit.usage import ProcessMeter
from services.forecasting.engine import fit
from services.forecasting.engine.bundle import write_bundle
from services.forecasting.training.train import train_model as train
from services.runs.topics import run_id_of
from workers.attempt import Attempt


class LocalEngine:
    """Trains in this process."""

    fit = staticmethod(fit)
    write_bundle = staticmethod(write_bundle)


def train_model(attempt: Attempt, resources: Resources) -> None:
    """Train the model that the job is about."""
    run_id = run_id_of(attempt.claim.subject)
    train(run_id, attempt, resources.database, resources.store, LocalEngine(), ProcessMeter())
