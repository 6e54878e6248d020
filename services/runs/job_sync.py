"""A run's status follows its newest job, inside the transaction that changes the job."""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.clock import now
from app.db.uow import UnitOfWork
from app.events import Event
from app.jobs import states
from app.models.event import Topic
from app.models.job import Job
from app.models.run import Run, ServerEvaluation
from app.models.series import Series
from services.runs.events import StatusChanged, TrainingEnd, TrainingError
from services.runs.messages import coded
from services.runs.results.best import possible_share
from services.runs.results.kept_results import keep_results
from services.runs.times import follow_phase
from services.runs.topics import list_topics, run_id_of, run_topic
from services.tracking.domain.training_modes import is_federated

STATUS_OF = {
    states.QUEUED: "queued",
    states.STARTING: "in_progress",
    states.RUNNING: "in_progress",
    states.STOPPING: "in_progress",
    states.LOST: "in_progress",
    states.SUCCEEDED: "completed",
    states.FAILED: "failed",
    states.CANCELLED: "cancelled",
}


@dataclass(frozen=True, kw_only=True)
class RunChanged(Event):
    """A run of this topic's reader changed: lists look again.

    No name: the topic outlives the day on which a run stops being shared.
    """

    type: ClassVar[str] = "run_changed"
    run_id: int
    status: str
    job_state: str


def follow_job(unit: UnitOfWork, job: Job) -> None:
    """Bring the run in line with ``job`` and publish that: the observer of ``train_run`` jobs."""
    run = unit.session.get_one(Run, run_id_of(job.subject))
    run.status = STATUS_OF[job.state]
    over = job.state in states.TERMINAL
    run.end_time = max(job.finished_at or now(), run.start_time) if over else None
    follow_phase(run, job)
    if over:
        keep_results(unit.session, [run.id])  # locks the run, as everybody does before its topic
    _mark_topic(unit.session, run, over=over)
    announce(unit, run, job)
    if over:
        _say_the_end(unit, run, job)


def announce(unit: UnitOfWork, run: Run, job: Job) -> None:
    """Publish on the run's own topic and on the lists that it changed."""
    message = job.error["detail"] if job.error else job.message
    sentence = coded(message)
    changed = StatusChanged(
        status=run.status,
        job_state=job.state,
        attempt=job.attempt,
        message=message,
        message_code=sentence.code,
        message_params=dict(sentence.params) or None,
    )
    unit.publish(run_topic(run.id), changed)
    listed = RunChanged(run_id=run.id, status=run.status, job_state=job.state)
    for topic in list_topics(run):
        unit.publish(topic, listed)


def _mark_topic(session: Session, run: Run, *, over: bool) -> None:
    """Let the clock trim the progress of a finished topic; a resumed one is live again."""
    session.execute(
        update(Topic)
        .where(Topic.name == run_topic(run.id))
        .values(finished_at=now() if over else None, trimmed_at=None)
    )


def _say_the_end(unit: UnitOfWork, run: Run, job: Job) -> None:
    if job.state == states.FAILED and job.error is not None:
        failure = TrainingError(error=job.error["detail"], error_type=job.error["type"])
        unit.publish(run_topic(run.id), failure)
    federated = is_federated(run.training_mode)
    done = _rounds(unit.session, run.id) if federated else _epochs(unit.session, run.id)
    reason = job.error["detail"] if job.error else job.message
    sentence = coded(reason)
    end = TrainingEnd(
        run_id=run.id,
        status=run.status,
        experiment_name=run.name,
        training_mode=run.training_mode,
        training_duration=round(run.running_seconds, 3),
        total_rounds=done if federated else None,
        total_epochs=None if federated else done,
        best_round=run.best_step if federated else None,
        best_epoch=None if federated else run.best_step,
        best_val_recall=_best_recall(unit.session, run),
        reason=reason,
        reason_code=sentence.code,
        reason_params=dict(sentence.params) or None,
    )
    unit.publish(run_topic(run.id), end)


def _rounds(session: Session, run_id: int) -> int:
    query = select(func.max(ServerEvaluation.round_number)).where(ServerEvaluation.run_id == run_id)
    return session.scalar(query) or 0


def _epochs(session: Session, run_id: int) -> int:
    query = select(Series.count).where(
        Series.run_id == run_id, Series.client == "", Series.name == "train_loss"
    )
    return session.scalar(query) or 0


def _best_recall(session: Session, run: Run) -> float | None:
    """Return the best recall of any epoch or trained round; the untrained model's is no result."""
    if is_federated(run.training_mode):
        query = select(func.max(possible_share(ServerEvaluation.recall))).where(
            ServerEvaluation.run_id == run.id, ServerEvaluation.round_number > 0
        )
    else:
        query = select(possible_share(Series.best)).where(
            Series.run_id == run.id, Series.client == "", Series.name == "val_recall"
        )
    best: float | None = session.scalar(query)
    return best
