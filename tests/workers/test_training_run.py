"""Real trainings on real workers: killed, stopped, side by side, and repeated."""

import os

import psutil
import pytest
from sqlalchemy import select

from app.clock import now
from app.db.engine import Database
from app.db.uow import NewJob
from app.jobs.dispatch import RedisDoorbell
from app.models import Artifact, EventRow, Job, Run, ServerEvaluation
from app.resources import Resources
from harness.eventually import eventually
from services.datasets.builtin_rows import ensure_builtin_datasets
from services.runs.create import StartRequest, start_run
from services.runs.stop import stop_run
from tests.factories.people import make_actor
from tests.support.databases import ON_ONE_DATABASE

# what is proved here does not depend on the database; tests/integration covers both
pytestmark = ON_ONE_DATABASE
FEDERATED = {"num_clients": 3, "local_epochs": 2, "strategy": "fedadam", "batch_norm": True}


@pytest.fixture
def platform(resources: Resources, start, clock) -> Resources:
    """Database, Redis, clock and one training worker."""
    resources.database.doorbell = RedisDoorbell(resources.redis)
    ensure_builtin_datasets(resources.database)
    start("workers", "--queue", "train", "--parent", str(os.getpid()))
    return resources


@pytest.fixture
def actor(resources: Resources):
    return make_actor(resources.database)


def train(platform: Resources, actor, mode: str = "federated", *, rounds: int = 4, **config) -> int:
    request = StartRequest(
        mode=mode,
        dataset="breast_cancer",
        experiment_name="test",
        num_server_rounds=rounds if mode == "federated" else None,
        config=(FEDERATED if mode == "federated" else {"epochs": rounds}) | config,
    )
    return start_run(platform.database, actor, request).run_id


def job_of(database: Database, run_id: int) -> Job:
    with database.read() as session:
        return session.scalars(select(Job).where(Job.subject == f"run:{run_id}")).one()


def wait_until(database: Database, run_id: int, *statuses: str, seconds: float = 90) -> Run:
    def status() -> str:
        with database.read() as session:
            return session.get_one(Run, run_id).status

    try:
        eventually(lambda: status() in statuses, seconds, every=0.1)
    except AssertionError:
        pytest.fail(f"run {run_id} is {status()}: {job_of(database, run_id).error}")
    with database.read() as session:
        return session.get_one(Run, run_id)


def weights(database: Database, run_id: int) -> dict[str, str]:
    with database.read() as session:
        query = select(Artifact.name, Artifact.sha256).where(Artifact.run_id == run_id)
        return {name: sha for name, sha in session.execute(query) if name.endswith("safetensors")}


def rounds_done(database: Database, run_id: int) -> int:
    return job_of(database, run_id).checkpoint_step or 0


def kill_child_at(database: Database, run_id: int, step: int) -> None:
    eventually(lambda: rounds_done(database, run_id) >= step, 120, every=0.002)
    for worker in psutil.Process().children():
        if "train" in " ".join(worker.cmdline()):
            for child in worker.children():
                child.kill()


@pytest.mark.parametrize("mode", ["federated", "centralized"])
def test_a_killed_training_goes_on_and_ends_with_the_same_weights(
    platform: Resources, actor, mode: str
) -> None:
    database = platform.database
    uninterrupted = train(platform, actor, mode, rounds=40)
    wait_until(database, uninterrupted, "completed")
    killed = train(platform, actor, mode, rounds=40)
    kill_child_at(database, killed, 3)
    wait_until(database, killed, "completed")
    assert job_of(database, killed).attempt > 1
    assert weights(database, killed) == weights(database, uninterrupted)


def test_every_round_is_there_once_and_round_zero_too(platform: Resources, actor) -> None:
    run_id = train(platform, actor, rounds=4)
    wait_until(platform.database, run_id, "completed")
    with platform.database.read() as session:
        query = select(ServerEvaluation.round_number).where(ServerEvaluation.run_id == run_id)
        assert sorted(session.scalars(query)) == [0, 1, 2, 3, 4]
        kinds = list(
            session.scalars(select(EventRow.type).where(EventRow.topic == f"run:{run_id}"))
        )
    assert kinds.count("training_end") == 1
    assert kinds.count("round_end") == 4


def test_a_stopped_training_keeps_its_best_weights_and_is_cancelled(
    platform: Resources, actor
) -> None:
    database = platform.database
    run_id = train(platform, actor, rounds=500, local_epochs=3)
    eventually(lambda: rounds_done(database, run_id) >= 2, 120, every=0.01)
    stop_run(platform.jobs, actor, str(run_id))
    run = wait_until(database, run_id, "cancelled", seconds=15)
    assert run.best_step is not None
    assert "model.safetensors" in weights(database, run_id)


def test_two_runs_at_once_do_not_disturb_each_other(platform: Resources, actor, start) -> None:
    start("workers", "--queue", "train", "--parent", str(os.getpid()))
    alone = train(platform, actor, rounds=15)
    wait_until(platform.database, alone, "completed")
    pair = [train(platform, actor, rounds=15), train(platform, actor, rounds=15, seed=7)]
    for run_id in pair:
        wait_until(platform.database, run_id, "completed")
    assert weights(platform.database, pair[0]) == weights(platform.database, alone)
    assert weights(platform.database, pair[1]) != weights(platform.database, alone)


def test_a_training_that_cannot_be_done_fails_with_a_sentence(platform: Resources, actor) -> None:
    database = platform.database
    with database.write() as unit:
        run_id = unit.session.merge(run_row(actor, {"network": "no such network"})).id
        unit.enqueue(NewJob(kind="train_run", queue="train", subject=f"run:{run_id}"))
    wait_until(database, run_id, "failed")
    error = job_of(database, run_id).error
    assert error is not None
    assert "Traceback" not in error["detail"]


def run_row(actor, config: dict) -> Run:
    return Run(
        id=1,
        name="broken",
        training_mode="centralized",
        status="queued",
        start_time=now(),
        owner_id=actor.user_id,
        visibility="private",
        dataset_id=1,
        config=config,
        seed=1,
    )
