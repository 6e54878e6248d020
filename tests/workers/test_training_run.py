"""Real trainings on real workers: killed, stopped, sent back, side by side, and repeated."""

import os
import random
import shutil
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from rq import Worker
from sqlalchemy import func, select

from app.clock import now
from app.db.engine import Database
from app.db.uow import NewJob
from app.jobs import states
from app.models import (
    Artifact,
    Client,
    EventRow,
    ExecutionAttempt,
    FederatedRound,
    Job,
    Round,
    Run,
    RunCheckpoint,
    ScheduleExecution,
    Series,
    ServerEvaluation,
)
from app.resources import Resources, open_resources
from app.settings import Settings
from harness.eventually import eventually
from services.datasets.builtin_rows import ensure_builtin_datasets
from services.datasets.create import Upload, create_dataset
from services.domains import OBSERVERS
from services.runs.create import StartRequest, start_run
from services.runs.federated.rounds import show_rounds
from services.runs.resume import ResumeRequest, resume_run
from services.runs.stop import stop_run
from services.scheduler.schedules.create import create_schedule
from services.scheduler.schedules.definition import ScheduleDefinition
from tests.factories.people import make_actor
from tests.workers.conftest import Start, processes

ROUNDS = 8
START_SECONDS = 240.0
FEDERATED = {"num_clients": 3, "local_epochs": 2, "strategy": "fedadam", "batch_norm": True}


@pytest.fixture(scope="module")
def own_settings(
    sqlite_template: Path, redis_socket: Path, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """On SQLite: what is proved here does not depend on the database; tests/integration does."""
    folder = tmp_path_factory.mktemp("trainings")
    shutil.copy(sqlite_template, folder / "roundhouse.db")
    return Settings.from_env(
        {
            "ROUNDHOUSE_HOME": str(folder / "home"),
            "DATABASE_URL": f"sqlite:///{folder}/roundhouse.db",
            "REDIS_URL": f"unix://{redis_socket}?db=7",
        }
    )


@pytest.fixture(scope="module")
def begin(own_settings: Settings) -> Iterator[Start]:
    """Start modules that go on until the last test of this file."""
    with processes(own_settings) as started:
        yield started


@pytest.fixture(scope="module")
def platform(own_settings: Settings, begin: Start) -> Iterator[Resources]:
    """Database, Redis, clock and one training worker, which imports its engines once for all."""
    opened = open_resources(own_settings, OBSERVERS)
    ensure_builtin_datasets(opened.database)
    begin("workers.clock", "--parent", str(os.getpid()))
    begin("workers", "--queue", "train", "--parent", str(os.getpid()))
    eventually(lambda: listening(opened) == 1, START_SECONDS)
    yield opened
    opened.close()


def listening(platform: Resources) -> int:
    """Return how many workers have imported what they need and wait for jobs."""
    return len(Worker.all(platform.redis))


@pytest.fixture
def actor(platform: Resources):
    return make_actor(platform.database)


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


def wait_until(database: Database, run_id: int, *statuses: str) -> Run:
    def status() -> str:
        with database.read() as session:
            return session.get_one(Run, run_id).status

    try:
        eventually(lambda: status() in statuses, 120, every=0.1)
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


def killed_on_its_way(platform: Resources, actor, step: int, *mode: str, rounds: int) -> int:
    """Return a run that lost its process after ``step`` and went on to its end.

    One that had ended before the signal came shows nothing: another one is trained then.
    """
    while True:
        run_id = train(platform, actor, *mode, rounds=rounds)
        kill_child_at(platform.database, run_id, step)
        wait_until(platform.database, run_id, "completed")
        if job_of(platform.database, run_id).attempt > 1:
            return run_id


def kill_child_at(database: Database, run_id: int, step: int) -> None:
    """Kill its process once it is under way: before the claim there is no attempt to lose."""
    eventually(lambda: is_under_way(database, run_id, step), 120, every=0.005)
    eventually(lambda: kill_children() or is_over(database, run_id), 120, every=0.005)


def is_under_way(database: Database, run_id: int, step: int) -> bool:
    job = job_of(database, run_id)
    return job.attempt >= 1 and (job.checkpoint_step or 0) >= step


def kill_children() -> bool:
    """Kill who trains; return whether there was anybody."""
    workers = psutil.Process().children()
    children = [
        child
        for worker in workers
        if "train" in " ".join(worker.cmdline())
        for child in worker.children()
    ]
    for child in children:
        child.kill()
    return bool(children)


def is_over(database: Database, run_id: int) -> bool:
    return job_of(database, run_id).state in states.TERMINAL


def counts(database: Database, run_id: int) -> list[int]:
    """Return how many rows of each kind a run has."""
    count = select(func.count())
    queries = [
        count.where(model.run_id == run_id) for model in (FederatedRound, RunCheckpoint, Series)
    ]
    queries.append(count.select_from(Round).join(Client).where(Client.run_id == run_id))
    with database.read() as session:
        return [session.scalar(query) or 0 for query in queries]


def test_a_killed_training_goes_on_and_ends_with_the_same_weights(
    platform: Resources, actor
) -> None:
    database = platform.database
    uninterrupted = train(platform, actor, "centralized", rounds=40)
    wait_until(database, uninterrupted, "completed")
    killed = killed_on_its_way(platform, actor, 3, "centralized", rounds=40)
    assert weights(database, killed) == weights(database, uninterrupted)


def test_rounds_killed_anywhere_or_sent_back_anywhere_end_the_same(
    platform: Resources, actor
) -> None:
    database = platform.database
    seed = random.SystemRandom().randrange(10**6)
    sys.stdout.write(f"seed {seed}\n")
    draw = random.Random(seed)

    uninterrupted = train(platform, actor, rounds=ROUNDS)
    wait_until(database, uninterrupted, "completed")
    expected = weights(database, uninterrupted)
    assert len([name for name in expected if name.startswith("round-")]) == ROUNDS + 1

    killed = killed_on_its_way(platform, actor, draw.randrange(ROUNDS - 1), rounds=ROUNDS)
    assert weights(database, killed) == expected
    assert counts(database, killed) == counts(database, uninterrupted)

    back = draw.randrange(ROUNDS)
    resume_run(database, actor, str(killed), ResumeRequest(from_round=back))
    assert [one.round for one in show_rounds(database, actor, str(killed)).rounds][-1] == back
    wait_until(database, killed, "completed")
    assert weights(database, killed) == expected


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
    run = wait_until(database, run_id, "cancelled")
    assert run.best_step is not None
    assert "model.safetensors" in weights(database, run_id)


def test_a_training_that_cannot_be_done_fails_with_a_sentence(platform: Resources, actor) -> None:
    database = platform.database
    with database.write() as unit:
        run = run_row(actor, {"network": "no such network"})
        unit.session.add(run)
        unit.session.flush()
        run_id = run.id
        unit.enqueue(NewJob(kind="train_run", queue="train", subject=f"run:{run_id}"))
    wait_until(database, run_id, "failed")
    error = job_of(database, run_id).error
    assert error is not None
    assert "Traceback" not in error["detail"]


def run_row(actor, config: dict) -> Run:
    return Run(
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


@pytest.mark.full
def test_two_runs_at_once_do_not_disturb_each_other(
    platform: Resources, actor, begin: Start
) -> None:
    begin("workers", "--queue", "train", "--parent", str(os.getpid()))
    eventually(lambda: listening(platform) == 2, START_SECONDS)
    alone = train(platform, actor, rounds=15)
    wait_until(platform.database, alone, "completed")
    pair = [train(platform, actor, rounds=15), train(platform, actor, rounds=15, seed=7)]
    for run_id in pair:
        wait_until(platform.database, run_id, "completed")
    assert weights(platform.database, pair[0]) == weights(platform.database, alone)
    assert weights(platform.database, pair[1]) != weights(platform.database, alone)


@pytest.mark.full
def test_a_schedule_trains_at_its_time_fails_is_retried_and_turns_green(
    platform: Resources, actor, tmp_path: Path
) -> None:
    database, store = platform.database, platform.store
    table = tmp_path / "table.csv"
    rows = "".join(f"{n},{n * 7 % 5},{'yes' if n % 2 else 'no'}\n" for n in range(60))
    table.write_text(f"a,b,Target\n{rows}")
    dataset = create_dataset(
        database, store, actor, Upload(path=table, filename="table.csv", kind="table")
    )
    with store.open(dataset.object_key) as file:
        content = file.read()
    store.put(dataset.object_key, b"damaged")
    schedule = create_schedule(
        database,
        actor,
        ScheduleDefinition(
            kind="training.run",
            name="Training",
            params={"mode": "centralized", "dataset": dataset.id, "config": {"epochs": 1}},
            run_at=now() + timedelta(seconds=2),
            backoff=[3],
        ),
    )

    def execution() -> ScheduleExecution | None:
        with database.read() as session:
            query = select(ScheduleExecution)
            return session.scalars(query.filter_by(schedule_id=schedule.id)).one_or_none()

    eventually(lambda: (one := execution()) is not None and one.state == "retrying", 60, every=0.1)
    assert execution().attempt == 1
    store.put(dataset.object_key, content)
    eventually(lambda: execution().state == "succeeded", 120, every=0.1)
    with database.read() as session:
        attempts = session.scalars(
            select(ExecutionAttempt).filter_by(execution_id=execution().id)
        ).all()
        jobs = {session.get_one(Job, one.job_id).subject for one in attempts}
        run = session.get_one(Run, execution().result["run_id"])
    assert [(one.state, one.error_code) for one in attempts] == [
        ("failed", "internal"),
        ("succeeded", None),
    ]
    assert (jobs, run.status) == ({f"run:{run.id}"}, "completed")
