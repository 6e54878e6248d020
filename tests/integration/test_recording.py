"""A training is stored as it happens: whole steps, in order, behind the fence."""

import pytest
from sqlalchemy import func, select

from app.db.engine import Database
from app.db.uow import NewJob
from app.events.log import read_page
from app.jobs import states
from app.jobs.engine import JobEngine
from app.jobs.errors import LeaseLost
from app.jobs.reconcile import report_death
from app.models import Client, Job, Round, Run, RunLog, Series, ServerEvaluation
from app.storage import MemoryStore
from harness.eventually import eventually
from services.domains import OBSERVERS
from services.runs.events import BatchMetrics, EpochStart
from services.runs.training.checkpoints import read_checkpoint
from services.runs.training.ports import Checkpoint, ClientRound, Evaluation, Point, StepOutcome
from services.runs.training.recorder import RunRecorder
from tests.factories.people import make_run, make_user
from workers.attempt import Attempt

pytestmark = pytest.mark.one_process

METRICS = {"loss": 0.5, "accuracy": 0.9, "f1": 0.8, "auroc": None}


@pytest.fixture
def jobs(database: Database) -> JobEngine:
    return JobEngine(database, OBSERVERS, 9.0)


@pytest.fixture
def run(database: Database) -> Run:
    run_id = make_run(database, make_user(database).id)
    with database.read() as session:
        return session.get_one(Run, run_id)


@pytest.fixture
def attempt(database: Database, jobs: JobEngine, run: Run) -> Attempt:
    return next_attempt(database, jobs, run)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


def next_attempt(database: Database, jobs: JobEngine, run: Run) -> Attempt:
    with database.write() as unit:
        job = unit.enqueue(NewJob(kind="train_run", queue="train", subject=f"run:{run.id}"))
    claim = jobs.claim(job.id, "worker")
    assert claim is not None
    return Attempt(jobs, claim)


def step(number: int, **values: object) -> StepOutcome:
    defaults = {
        "completed": number,
        "total": 10,
        "message": f"round {number}",
        "points": [Point(name="global_loss", step=number, value=1 / number)],
        "checkpoint": Checkpoint(step=number, files={"weights.safetensors": b"%d" % number}),
    }
    return StepOutcome(step=number, **{**defaults, **values})


def events_of(database: Database, run: Run) -> list[dict]:
    with database.read() as session:
        return read_page(session, f"run:{run.id}", 0).events


def kinds(database: Database, run: Run) -> list[str]:
    return [event["type"] for event in events_of(database, run) if event["type"] != "status"]


def test_a_finished_step_stores_points_evaluation_clients_and_progress_together(
    database: Database, run: Run, attempt: Attempt, store: MemoryStore
) -> None:
    evaluation = Evaluation(round=1, metrics=METRICS, confusion=[[5, 1], [2, 4]], num_samples=12)
    site = ClientRound(
        client="site-1", round=1, status="refused", num_samples=3, seconds=0.1, reason="NaN"
    )
    with RunRecorder(run.id, attempt, store) as recorder:
        recorder.finish_step(step(1, evaluation=evaluation, clients=[site], is_best=True))
    with database.read() as session:
        server = session.scalars(select(ServerEvaluation)).one()
        assert (server.true_positives, server.false_negatives) == (4, 2)
        assert (server.true_negatives, server.false_positives) == (5, 1)
        assert (server.f1_score, server.auroc) == (0.8, None)
        assert session.scalars(select(Round.reason)).one() == "NaN"
        assert session.scalars(select(Series.last)).one() == 1.0
        assert session.scalars(select(RunLog.message)).one() == "round 1"
        job = session.get_one(Job, attempt.claim.job_id)
        assert (job.progress, job.message, job.checkpoint_step) == (0.1, "round 1", 1)
        assert session.get_one(Run, run.id).best_step == 1


def test_a_step_told_twice_is_stored_once(
    database: Database, run: Run, attempt: Attempt, store: MemoryStore
) -> None:
    evaluation = Evaluation(round=1, metrics=METRICS, confusion=[[1, 0], [0, 1]], num_samples=2)
    site = ClientRound(client="site-1", round=1, status="completed", num_samples=3, seconds=0.1)
    with RunRecorder(run.id, attempt, store) as recorder:
        for _ in range(2):
            recorder.finish_step(step(1, evaluation=evaluation, clients=[site]))
    with database.read() as session:
        for model in (ServerEvaluation, Round, Client, Series):
            assert session.scalar(select(func.count()).select_from(model)) == 1
        assert session.scalars(select(Series.count)).one() == 1


def test_the_pointer_shows_the_newest_checkpoint_and_the_one_before_is_gone(
    database: Database, run: Run, attempt: Attempt, store: MemoryStore
) -> None:
    with RunRecorder(run.id, attempt, store) as recorder:
        recorder.finish_step(step(1))
        recorder.finish_step(step(2))
    with database.read() as session:
        checkpoint = read_checkpoint(store, session.get_one(Run, run.id).checkpoint)
    assert checkpoint == Checkpoint(step=2, files={"weights.safetensors": b"2"})
    assert len(list(store.list("runs/"))) == 1


def test_a_checkpoint_whose_files_are_gone_is_no_checkpoint(
    database: Database, run: Run, attempt: Attempt, store: MemoryStore
) -> None:
    with RunRecorder(run.id, attempt, store) as recorder:
        recorder.finish_step(step(1))
    with database.read() as session:
        pointer = session.get_one(Run, run.id).checkpoint
    for found in list(store.list("runs/")):
        store.delete(found.key)
    assert read_checkpoint(store, pointer) is None


def test_a_lost_attempt_leaves_nothing_of_its_step(
    database: Database, jobs: JobEngine, run: Run, attempt: Attempt, store: MemoryStore
) -> None:
    with RunRecorder(run.id, attempt, store) as recorder:
        recorder.finish_step(step(1))
        report_death(jobs, attempt.claim.job_id, "worker", "it fell over")
        with database.write() as unit:
            unit.session.get_one(Job, attempt.claim.job_id).not_before = 0.0
        assert jobs.claim(attempt.claim.job_id, "another worker")
        with pytest.raises(LeaseLost):
            recorder.finish_step(step(2))
    with database.read() as session:
        row = session.get_one(Run, run.id)
        assert row.checkpoint is not None
        assert row.checkpoint["step"] == 1
        assert session.scalars(select(Series.count)).one() == 1
    assert read_checkpoint(store, row.checkpoint) is not None


def test_events_and_lines_arrive_by_themselves_and_in_order(
    database: Database, run: Run, attempt: Attempt, store: MemoryStore
) -> None:
    with RunRecorder(run.id, attempt, store) as recorder:
        recorder.publish(EpochStart(epoch=0, total_epochs=2))
        recorder.publish(EpochStart(epoch=1, total_epochs=2))
        recorder.log("info", "first line")
        eventually(lambda: kinds(database, run).count("epoch_start") >= 2)
    assert kinds(database, run) == ["log", "epoch_start", "epoch_start"]
    with database.read() as session:
        assert session.scalars(select(RunLog.message)).all() == ["first line"]


def test_the_last_words_of_a_training_that_breaks_are_kept(
    database: Database, run: Run, attempt: Attempt, store: MemoryStore
) -> None:
    with pytest.raises(ZeroDivisionError), RunRecorder(run.id, attempt, store) as recorder:
        recorder.log("error", "the last words")
        raise ZeroDivisionError
    with database.read() as session:
        assert session.scalars(select(RunLog.message)).all() == ["the last words"]


def test_of_progress_only_the_newest_per_client_is_told(
    database: Database, run: Run, attempt: Attempt, store: MemoryStore
) -> None:
    recorder = RunRecorder(run.id, attempt, store)
    for i in range(100):
        for client in ("a", "b"):
            recorder.publish(
                BatchMetrics(step=i, batch_idx=i, loss=float(i), epoch=0, client_id=client)
            )
    recorder.flush()
    batches = [event for event in events_of(database, run) if event["type"] == "batch_metrics"]
    assert [(event["data"]["client_id"], event["data"]["step"]) for event in batches] == [
        ("a", 99),
        ("b", 99),
    ]


def test_a_database_that_was_away_loses_no_event(
    database: Database, run: Run, attempt: Attempt, store: MemoryStore
) -> None:
    recorder = RunRecorder(run.id, attempt, store)
    recorder.publish(EpochStart(epoch=0, total_epochs=1))
    with database.engine.begin() as raw:
        raw.exec_driver_sql("ALTER TABLE events RENAME TO events_away")
    recorder.flush()
    with database.engine.begin() as raw:
        raw.exec_driver_sql("ALTER TABLE events_away RENAME TO events")
    recorder.publish(EpochStart(epoch=1, total_epochs=1))
    recorder.flush()
    starts = [event for event in events_of(database, run) if event["type"] == "epoch_start"]
    assert [event["data"]["epoch"] for event in starts] == [0, 1]


@pytest.mark.parametrize(
    ("end", "status"),
    [("succeeded", "completed"), ("cancelled", "cancelled"), ("failed", "failed")],
)
def test_the_run_follows_its_job_and_says_its_end_once(
    database: Database, jobs: JobEngine, run: Run, attempt: Attempt, end: str, status: str
) -> None:
    jobs.start(attempt.claim)
    error = {"type": "test", "detail": "It broke."} if end == "failed" else None
    with attempt.write() as unit:
        attempt.finish(unit, end, error)
    with database.read() as session:
        row = session.get_one(Run, run.id)
    assert row.status == status
    assert row.end_time is not None
    events = events_of(database, run)
    states_told = [event["data"]["job_state"] for event in events if event["type"] == "status"]
    assert states_told == [states.STARTING, states.RUNNING, end]
    assert kinds(database, run).count("training_end") == 1
    assert ("error" in kinds(database, run)) == (end == "failed")


def test_the_end_tells_the_best_recall_of_what_was_trained(
    database: Database, run: Run, attempt: Attempt, store: MemoryStore
) -> None:
    with RunRecorder(run.id, attempt, store) as recorder:
        for number, recall in enumerate([1.0, 0.5, 0.25]):
            metrics = METRICS | {"recall": recall}
            measured = Evaluation(round=number, metrics=metrics, confusion=[], num_samples=4)
            recorder.finish_step(step(number + 1, evaluation=measured))
    with attempt.write() as unit:
        attempt.finish(unit, "succeeded")
    (end,) = [event for event in events_of(database, run) if event["type"] == "training_end"]
    assert end["data"]["best_val_recall"] == 0.5


def test_a_lost_run_is_in_progress_and_says_so(
    database: Database, jobs: JobEngine, run: Run, attempt: Attempt
) -> None:
    report_death(jobs, attempt.claim.job_id, "worker", "it fell over")
    with database.read() as session:
        assert session.get_one(Run, run.id).status == "in_progress"
    last = events_of(database, run)[-1]["data"]
    assert (last["job_state"], last["attempt"]) == ("lost", 1)
    assert "it fell over" in last["message"]


def test_the_test_of_a_resumed_run_is_that_of_the_model_that_is_kept_now(
    database: Database, run: Run, attempt: Attempt, store: MemoryStore
) -> None:
    with RunRecorder(run.id, attempt, store) as recorder:
        for number, accuracy in ((3, 0.9), (7, 0.8)):  # it was stopped, and went on
            points = [Point(name="test_acc", step=number, value=accuracy)]
            recorder.finish_step(step(number, points=points, is_result=True))
    with database.read() as session:
        series = session.scalars(select(Series).where(Series.name == "test_acc")).one()
    assert (series.count, series.best, series.best_step) == (1, 0.8, 7)
