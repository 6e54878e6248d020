"""What needs a person: what failed, runs whose worker died, queues that nobody serves."""

from collections.abc import Mapping, Sequence

from sqlalchemy import ScalarSelect, String, cast, func, literal, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.jobs import outside, states
from app.models.job import Job
from app.models.run import Run
from services.attention.failures import LOST, MAX_ITEMS, job_needs
from services.attention.needs import Action, Need
from services.domains import JOBS, NEEDS
from services.incidents.handled import incident_ids, is_handled
from services.runs.statements import newest_jobs

# An imported run failed on another host, long ago: nobody waits for it.
FAILED = (Run.status == "failed", Run.acknowledged_at.is_(None), Run.origin != "imported")
MAX_LOOKED = 1000  # of a person's failed runs: the inbox has the incidents of all of them
OUTSIDE = ("{name} has gone silent", "It goes on as soon as its program says something.")


def needs_of(session: Session, actor: Actor, workers: Mapping[str, int] | None) -> list[Need]:
    """Return what needs the actor, the newest first; what others own needs others."""
    failed = _own_failed(session, actor)
    going_on = _own_runs(session, actor, Run.status == "in_progress")
    jobs = newest_jobs(session, [run.id for run in (*failed, *going_on)])
    incidents = incident_ids(session, [job.id for job in jobs.values()])
    needs = [_failed(run, jobs.get(run.id), incidents) for run in failed]
    needs += [
        _lost(run, job)
        for run in going_on
        if (job := jobs.get(run.id)) is not None and job.state == states.LOST
    ]
    needs += job_needs(session, actor, list(JOBS.values()))
    needs += [need for of_domain in NEEDS for need in of_domain(session, actor)]
    return [*_unserved(session, workers or {}), *sorted(needs, key=_moment, reverse=True)]


def _moment(need: Need) -> float:
    return 0.0 if need.at is None else need.at.timestamp()


def _own_runs(session: Session, actor: Actor, *conditions: object) -> Sequence[Run]:
    query = select(Run).where(Run.owner_id == actor.user_id, *conditions)  # type: ignore[arg-type]
    return session.scalars(query.order_by(Run.id.desc()).limit(MAX_ITEMS)).all()


def _own_failed(session: Session, actor: Actor) -> Sequence[Run]:
    """Return those of the newest 1000 that failed which nobody has seen to."""
    newest = select(Run.id).where(Run.owner_id == actor.user_id, *FAILED)
    looked_at = newest.order_by(Run.id.desc()).limit(MAX_LOOKED).subquery()
    query = select(Run).where(Run.id.in_(select(looked_at.c.id)), ~is_handled(_newest_job()))
    return session.scalars(query.order_by(Run.id.desc()).limit(MAX_ITEMS)).all()


def _newest_job() -> ScalarSelect[int]:
    """Select the number of a run's newest job."""
    subject = literal("run:").concat(cast(Run.id, String))
    newest = select(func.max(Job.id)).where(Job.subject == subject)
    return newest.correlate(Run).scalar_subquery()


def _failed(run: Run, job: Job | None, incidents: Mapping[int, int]) -> Need:
    error = job.error if job is not None and job.error else {}
    return Need(
        kind="failed",
        about="run",
        title=f"{run.name} failed",
        detail=str(error.get("detail", "The log may say why.")),
        at=run.end_time,
        href=f"/runs/{run.id}",
        acknowledge=f"/api/runs/{run.id}/acknowledge",
        run_id=run.id,
        action=_after_failure(run),
        incident_id=None if job is None else incidents.get(job.id),
    )


def _after_failure(run: Run) -> Action:
    if run.origin == "trained":
        return Action(label="Resume", method="POST", url=f"/api/runs/{run.id}/resume")
    return Action(label="Look", href=f"/runs/{run.id}")


def _lost(run: Run, job: Job) -> Need:
    reason = str((job.error or {}).get("detail", "Its worker died."))
    silence, hope = OUTSIDE if job.queue == outside.QUEUE else LOST
    return Need(
        kind="lost",
        about="run",
        title=silence.format(name=run.name),
        detail=f"{reason} {hope}",
        at=job.heartbeat_at,
        href=f"/runs/{run.id}",
        run_id=run.id,
        action=Action(label="Look", href=f"/runs/{run.id}"),
    )


def _unserved(session: Session, workers: Mapping[str, int]) -> list[Need]:
    """Return a need per queue in which work waits and on which nobody listens."""
    empty = [queue for queue, count in workers.items() if count == 0]
    waiting = (
        select(Job.queue, func.count().label("jobs"), func.min(Job.created_at).label("since"))
        .where(Job.state.in_(states.CLAIMABLE), Job.queue.in_(empty))
        .group_by(Job.queue)
        .order_by(Job.queue)
    )
    return [
        Need(
            kind="no_worker",
            title=f"No worker serves the queue {row.queue}",
            detail=f"{row.jobs} waiting. Start one: python -m app worker --queue {row.queue}",
            at=row.since,
            action=Action(label="Health", href="/health"),
        )
        for row in session.execute(waiting)
    ]
