"""The jobs of runs: a number in, one use case out."""

from app.resources import Resources
from services.datasets.load import load_training_data
from services.engine_kit.usage import ProcessMeter
from services.federations.participants import participants_of_run
from services.runs.topics import run_id_of
from services.runs.training import train
from services.runs.training.ports import TrainingEngine
from workers.attempt import Attempt


def train_run(attempt: Attempt, resources: Resources) -> None:
    """Train the run that the job is about."""
    run_id = run_id_of(attempt.claim.subject)
    train.train_run(
        run_id,
        attempt,
        resources.database,
        resources.store,
        _engine(resources, run_id),
        lambda dataset, store, config: load_training_data(
            dataset, store, image_size=config.img_size, color_mode=config.color_mode
        ),
        ProcessMeter(),
    )


def _engine(resources: Resources, run_id: int) -> TrainingEngine:
    """Return what trains the run: this process alone, or the sites of its federation."""
    participants = participants_of_run(resources.database, resources.settings.home, run_id)
    if participants is None:
        from services.runs.training.engine import LightningFlowerEngine

        return LightningFlowerEngine()
    from services.federations.engine.train import SitesEngine

    return SitesEngine(participants)
