"""The ledger in the database: parts as they happen, the model of every round, nothing twice."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.clock import now
from app.db.engine import Database
from app.db.uow import NewJob
from app.jobs.engine import JobEngine
from app.jobs.reconcile import report_death
from app.models import Artifact, Dataset, FederatedRound, Round, Run, RunCheckpoint, RunLog
from app.storage import MemoryStore
from services.datasets.builtin_rows import ensure_builtin_datasets
from services.domains import OBSERVERS
from services.runs.federated.domain.pooling import SITE_VALIDATION
from services.runs.sweep import sweep_orphans
from services.runs.training.checkpoints import read_checkpoint
from services.runs.training.ports import (
    Checkpoint,
    ClientRound,
    RoundBegin,
    RoundOutcome,
    StepOutcome,
    TrainingResult,
)
from services.runs.training.recorder import RunRecorder
from services.runs.training.train import train_run
from tests.factories.people import make_run, make_user
from workers.attempt import Attempt

pytestmark = pytest.mark.one_process


@pytest.fixture
def jobs(database: Database) -> JobEngine:
    return JobEngine(database, OBSERVERS, 9.0)


@pytest.fixture
def run(database: Database) -> Run:
    ensure_builtin_datasets(database)
    run_id = make_run(database, make_user(database).id)
    with database.write() as unit:
        run = unit.session.get_one(Run, run_id)
        run.training_mode = "federated"
        run.dataset_id = unit.session.scalar(select(Dataset.id).limit(1))
        return run


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def attempt_at(database: Database, jobs: JobEngine, run: Run, before: int = 0) -> Attempt:
    with database.write() as unit:
        job = unit.enqueue(NewJob(kind="train_run", queue="train", subject=f"run:{run.id}"))
        job.attempt = before
    claim = jobs.claim(job.id, "worker")
    assert claim is not None
    return Attempt(jobs, claim)


def step(number: int, keep: str = "all", best: int | None = None, **values) -> StepOutcome:
    """Return round ``number``; the best model so far is that of round ``best``."""
    best = number if best is None else best
    files = {
        "weights.safetensors": b"model %d" % number,
        "best.safetensors": b"model %d" % best,
        "state.json": b"state %d" % number,
    }
    return StepOutcome(
        step=number,
        completed=number,
        total=10,
        message=f"round {number}",
        checkpoint=Checkpoint(step=number, files=files),
        is_best=best == number,
        keep_models=keep,
        **values,
    )


def record(run: Run, attempt: Attempt, store: MemoryStore, *outcomes: StepOutcome) -> None:
    with RunRecorder(run.id, attempt, store) as recorder:
        for outcome in outcomes:
            recorder.finish_step(outcome)


def keys(store: MemoryStore) -> set[str]:
    return {entry.key for entry in store.list("runs/")}


def models(database: Database) -> dict[str, Artifact]:
    with database.read() as session:
        return {row.name: row for row in session.scalars(select(Artifact))}


def test_the_model_of_every_round_is_a_file_and_its_checkpoint_stays(database, jobs, run, store):
    attempt = attempt_at(database, jobs, run)
    record(run, attempt, store, step(0), step(1), step(2, best=1))
    kept = models(database)
    assert {name: row.step for name, row in kept.items()} == {
        f"round-{number}.safetensors": number for number in range(3)
    }
    for number, row in enumerate(kept[name] for name in sorted(kept)):
        assert store.get(row.object_key) == b"model %d" % number
        assert (row.kind, row.size_bytes) == ("round_model", 7)
    with database.read() as session:
        rows = session.scalars(select(RunCheckpoint).order_by(RunCheckpoint.step)).all()
    assert [(row.step, row.best_step) for row in rows] == [(0, 0), (1, 1), (2, 1)]
    for row in rows:
        checkpoint = read_checkpoint(store, {"step": row.step, "files": row.files})
        assert checkpoint is not None
        assert checkpoint.files["weights.safetensors"] == b"model %d" % row.step
    assert checkpoint.files["best.safetensors"] == b"model 1"
    assert len(keys(store)) == 6  # a model that is the best so far is not stored twice


def test_of_the_best_and_the_newest_round_no_more_is_kept(database, jobs, run, store):
    attempt = attempt_at(database, jobs, run)
    rounds = [step(0, "best"), step(1, "best"), step(2, "best", 1), step(3, "best", 1)]
    record(run, attempt, store, *rounds)
    assert sorted(models(database)) == ["round-1.safetensors", "round-3.safetensors"]
    with database.read() as session:
        assert sorted(session.scalars(select(RunCheckpoint.step))) == [1, 3]
    assert len(keys(store)) == 4


def test_if_nothing_is_kept_only_the_newest_checkpoint_is_there(database, jobs, run, store):
    attempt = attempt_at(database, jobs, run)
    record(run, attempt, store, step(0, "none"), step(1, "none"), step(2, "none", best=1))
    assert models(database) == {}
    with database.read() as session:
        pointer = session.get_one(Run, run.id).checkpoint
    assert set(pointer["files"].values()) == keys(store)
    assert read_checkpoint(store, pointer).files["best.safetensors"] == b"model 1"


def test_a_lost_attempt_leaves_neither_two_models_nor_one_without_a_file(
    database, jobs, run, store
):
    first = attempt_at(database, jobs, run)
    record(run, first, store, step(0), step(1), step(2))
    report_death(jobs, first.claim.job_id, "worker", "it fell over")
    second = attempt_at(database, jobs, run, before=1)
    record(run, second, store, step(2, best=1), step(3, best=1))
    kept = models(database)
    assert sorted(kept) == [f"round-{number}.safetensors" for number in range(4)]
    assert "/attempt-2/" in kept["round-2.safetensors"].object_key
    with database.read() as session:
        pointed = {
            key for one in session.scalars(select(RunCheckpoint.files)) for key in one.values()
        }
    assert pointed == keys(store)


def test_the_sweep_spares_what_a_kept_round_points_at(database, jobs, run, store, monkeypatch):
    record(run, attempt_at(database, jobs, run), store, step(0), step(1))
    store.put(f"runs/{run.id}/attempt-9/step-7/weights.safetensors", b"nobody's")
    before = keys(store)
    monkeypatch.setattr("services.runs.sweep.OLD_ENOUGH", timedelta(0))
    assert sweep_orphans(database, store) == 1
    assert before - keys(store) == {f"runs/{run.id}/attempt-9/step-7/weights.safetensors"}


class Engine:
    """Trains three rounds in no time."""

    def __init__(self, keep: str, status: str = "completed") -> None:
        self.keep, self.status = keep, status

    def train(self, task, recorder) -> TrainingResult:
        for number in range(3):
            recorder.finish_step(step(number, self.keep, best=min(number, 1)))
        return TrainingResult(
            status=self.status,
            best_step=1,
            files={"model.safetensors": b"model 1", "manifest.json": b"{}"},
            test_metrics={},
            test_confusion=None,
        )


@pytest.mark.parametrize(
    ("keep", "status", "steps", "pointed"),
    [
        ("all", "completed", [0, 1, 2], True),
        ("best", "completed", [1, 2], True),
        ("none", "completed", [], False),
        ("none", "cancelled", [], True),
    ],
)
def test_a_run_that_is_over_keeps_what_going_on_from_a_round_needs(
    database, jobs, run, store, keep, status, steps, pointed
):
    attempt = attempt_at(database, jobs, run)
    train_run(run.id, attempt, database, store, Engine(keep, status), lambda *_: None)
    kept = models(database)
    results = {"model.safetensors", "manifest.json"}
    assert set(kept) == results | {f"round-{number}.safetensors" for number in steps}
    with database.read() as session:
        row = session.get_one(Run, run.id)
        assert (row.checkpoint is not None) == pointed
        assert sorted(session.scalars(select(RunCheckpoint.step))) == steps
        files = list(session.scalars(select(RunCheckpoint.files)))
    needed = {
        key for one in (*files, (row.checkpoint or {"files": {}})["files"]) for key in one.values()
    }
    assert keys(store) == needed | {one.object_key for one in kept.values()}


class Observed(Engine):
    """Remembers what it was given to train."""

    def train(self, task, recorder) -> TrainingResult:
        self.task = task
        return super().train(task, recorder)


def test_without_a_dataset_nothing_is_loaded_and_no_test_is_claimed(database, jobs, run, store):
    with database.write() as unit:
        row = unit.session.get_one(Run, run.id)
        row.dataset_id, row.federation_id = None, 4
    engine, loaded = Observed("none"), []
    attempt = attempt_at(database, jobs, run)
    train_run(run.id, attempt, database, store, engine, lambda *one: loaded.append(one))
    assert (engine.task.evaluated_on, len(engine.task.data.y), loaded) == (SITE_VALIDATION, 0, [])
    with database.read() as session:
        assert "test" not in session.get_one(Run, run.id).manifest


class Nothing:
    """Is stopped before it has trained anything."""

    def train(self, task, recorder) -> TrainingResult:
        return TrainingResult(
            status="cancelled", best_step=None, files={}, test_metrics={}, test_confusion=None
        )


def test_a_stop_before_anything_is_trained_leaves_what_an_earlier_attempt_kept(
    database, jobs, run, store
):
    for engine in (Engine("all", "cancelled"), Nothing()):
        attempt = attempt_at(database, jobs, run)
        train_run(run.id, attempt, database, store, engine, lambda *_: None)
    with database.read() as session:
        row = session.get_one(Run, run.id)
        assert (row.status, row.best_step, row.manifest) == ("cancelled", 1, {})
    assert {"model.safetensors", "round-2.safetensors"} <= set(models(database))


def part(client: str, status: str, **values) -> ClientRound:
    return ClientRound(client=client, round=5, status=status, num_samples=20, seconds=0.5, **values)


def test_what_a_dead_round_knew_stays_until_the_round_is_begun_again(database, jobs, run, store):
    waiting = [part(name, "waiting") for name in ("a", "b", "c")]
    begin = RoundBegin(number=5, started_at=now(), clients=waiting)
    with RunRecorder(run.id, attempt_at(database, jobs, run), store) as recorder:
        recorder.begin_round(begin)
        recorder.report_client(part("a", "completed", waiting_seconds=0.0, bytes_up=9))
        recorder.report_client(part("b", "training"))
        recorder.flush()
    with database.read() as session:
        query = select(Round).order_by(Round.client_id)
        assert [row.status for row in session.scalars(query)] == [
            "completed",
            "training",
            "waiting",
        ]
        assert session.scalars(select(Round.bytes_up)).all()[0] == 9
        assert session.scalars(select(FederatedRound.status)).one() == "running"
    with RunRecorder(run.id, attempt_at(database, jobs, run), store) as recorder:
        recorder.begin_round(RoundBegin(number=5, started_at=now(), clients=waiting[:2]))
        recorder.flush()
    with database.read() as session:
        assert session.scalars(select(Round.status)).all() == ["waiting", "waiting"]
        assert session.scalars(select(FederatedRound.attempt)).one() == 1


def test_a_refusal_names_its_line_of_the_log(database, jobs, run, store):
    refused = part("a", "refused", reason="NaN")
    with RunRecorder(run.id, attempt_at(database, jobs, run), store) as recorder:
        recorder.log("info", "first")
        recorder.report_client(refused, "Round 5: the update of a was left out. NaN")
        recorder.log("info", "third")
        outcome = RoundOutcome(
            number=5,
            status="completed",
            started_at=now(),
            seconds=1.0,
            taking_part=1,
            good=0,
            quorum=1,
        )
        recorder.finish_step(step(5, round=outcome, clients=[refused]))
    with database.read() as session:
        log_id = session.scalars(select(Round.log_id)).one()
        assert session.get_one(RunLog, log_id).message.startswith("Round 5: the update of a")
        assert session.scalar(select(func.count()).select_from(FederatedRound)) == 1


def test_an_end_before_the_first_flush_is_stored_too(database, jobs, run, store):
    attempt = attempt_at(database, jobs, run)
    begin = RoundBegin(number=5, started_at=now(), clients=[part("a", "waiting")])
    with RunRecorder(run.id, attempt, store) as recorder:
        recorder.begin_round(begin)
    with database.read() as session:
        assert session.scalars(select(Round.status)).one() == "waiting"


def test_a_training_that_begins_again_leaves_no_model_of_its_old_future(database, jobs, run, store):
    attempt = attempt_at(database, jobs, run)
    record(run, attempt, store, *[step(number) for number in range(4)])
    with RunRecorder(run.id, attempt_at(database, jobs, run, 1), store) as recorder:
        recorder.finish_step(step(0))
        recorder.begin_round(RoundBegin(number=1, started_at=now(), clients=[]))
        recorder.flush()
    assert list(models(database)) == ["round-0.safetensors"]
