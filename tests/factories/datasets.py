"""Doing in the test's own process what a worker does for the datasets of a session."""

from app.auth.actor import Actor
from app.resources import Resources
from services.forecasting.datasets.build import build_datasets
from services.forecasting.datasets.start import start_datasets
from services.forecasting.topics import session_id_of
from services.forecasting.training.start import TrainingRequest, start_training
from services.forecasting.training.train import train_model
from workers.attempt import Attempt
from workers.forecasting import LocalEngine
from workers.forecasting_datasets import build_session_datasets

PNG = "data:image/png;base64,"


def claimed(resources: Resources, job_id: int) -> Attempt:
    """Return an attempt at a job that waits."""
    claim = resources.jobs.claim(job_id, "test")
    assert claim is not None
    resources.jobs.start(claim)
    return Attempt(resources.jobs, claim)


def work_on(resources: Resources, attempt: Attempt) -> None:
    """Build the datasets of the attempt's session without drawing, which takes a second each."""
    number = session_id_of(attempt.claim.subject)
    folder = resources.settings.home / "tmp"
    build_datasets(
        number,
        attempt,
        resources.database,
        resources.store,
        folder,
        lambda violins: {one.of.key: f"{PNG}{one.of.key}" for one in violins},
    )


def built(
    resources: Resources, owner: Actor, wire_id: str, *, drawn: bool = False, **request: object
) -> int:
    """Build the datasets of a session; return the number of the job."""
    started = start_datasets(resources.database, owner, wire_id, **request)
    attempt = claimed(resources, started.job_id)
    if drawn:
        build_session_datasets(attempt, resources)
    else:
        work_on(resources, attempt)
    return started.job_id


def started_model(
    resources: Resources, owner: Actor, wire_id: str, **settings: object
) -> tuple[int, int]:
    """Queue a model of a session; return the numbers of its run and its job."""
    request = TrainingRequest(models=[{"MODE": "LIN", "features": "window"} | settings])
    started = start_training(resources.database, owner, wire_id, request)
    return started.run_ids[0], started.job_ids[0]


def trained(resources: Resources, owner: Actor, wire_id: str, **settings: object) -> int:
    """Train a model of a session; return the number of its run."""
    run_id, job_id = started_model(resources, owner, wire_id, **settings)
    attempt = claimed(resources, job_id)
    train_model(run_id, attempt, resources.database, resources.store, LocalEngine())
    return run_id
