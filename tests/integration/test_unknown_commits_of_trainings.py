"""Commits of unknown outcome while a training writes: no row without its object."""

from contextlib import suppress

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.jobs.engine import JobEngine
from app.models import Run, RunCheckpoint
from app.resources import Resources
from services.domains import OBSERVERS, kept_objects
from services.runs.training.checkpoints import keys_of
from services.runs.training.ports import Checkpoint, StepOutcome, TrainingRecorder, TrainingResult
from services.runs.training.train import record_training
from tests.factories.databases import AnswerlessDatabase
from tests.factories.jobs import make_job
from tests.factories.people import make_actor, make_run
from workers.attempt import Attempt


def trained_by(recorder: TrainingRecorder, keep: str) -> TrainingResult:
    """Train three rounds in no time."""
    for number in range(3):
        files = {"weights.safetensors": b"model %d" % number, "state.json": b"%d" % number}
        recorder.finish_step(
            StepOutcome(
                step=number, completed=number, total=3, message="", keep_models=keep,
                checkpoint=Checkpoint(step=number, files=files), is_best=number == 1,
            )
        )  # fmt: skip
    files = {"model.safetensors": b"model 1", "manifest.json": b"{}"}
    return TrainingResult(
        status="completed", best_step=1, files=files, test_metrics={}, test_confusion=None
    )


def without_object(resources: Resources) -> set[str]:
    """Return the keys that rows name, checkpoints of unfinished runs included, and nobody has."""
    with resources.database.read() as session:
        named = kept_objects(session)
        for pointer in session.scalars(select(Run.checkpoint)):
            named |= set(keys_of(pointer).values())
        for files in session.scalars(select(RunCheckpoint.files)):
            named |= set(files.values())
    return named - {entry.key for entry in resources.store.list()}


@pytest.mark.parametrize("keep", ["all", "best", "none"])
@pytest.mark.parametrize("number", [2, 3, 4])
def test_a_step_that_was_committed_after_all_keeps_its_checkpoint(
    keep: str, number: int, resources: Resources
) -> None:
    actor = make_actor(resources.database)
    run_id = make_run(resources.database, actor.user_id)
    job_id = make_job(resources.database, actor.user_id, subject=f"run:{run_id}")
    answerless = AnswerlessDatabase(resources.database, number)
    jobs = JobEngine(answerless, OBSERVERS, 9.0)
    claim = jobs.claim(job_id, "worker")  # its commit is the first
    assert claim is not None
    with suppress(OperationalError):
        record_training(run_id, Attempt(jobs, claim), answerless, resources.store,
                        lambda one: trained_by(one, keep))  # fmt: skip
    assert answerless.commits >= number
    assert without_object(resources) == set()
