"""Changing what people call a run and who sees it."""

from dataclasses import dataclass

from app.auth.access import require_editable
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.models.run import Run
from services.runs.follow import RunChanged, list_topic
from services.runs.repository import newest_jobs, subject_of
from services.runs.types import RunState


@dataclass(frozen=True, kw_only=True)
class RunChanges:
    """What to change; None leaves a thing as it is, an empty description removes it."""

    name: str | None = None
    run_description: str | None = None
    visibility: str | None = None

    def as_dict(self) -> dict[str, str]:
        """Return only what is to change."""
        return {name: value for name, value in vars(self).items() if value is not None}


def edit_run(database: Database, actor: Actor, run_id: str, changes: RunChanges) -> int:
    """Apply ``changes`` and tell every list that shows the run; return its id."""
    with database.write() as unit:
        run = require_editable(unit.session, Run, run_id, actor)
        before = list_topic(run)
        wanted = changes.as_dict()
        for name, value in wanted.items():
            setattr(run, name, value or None if name == "run_description" else value)
        _tell_lists(unit, run, {before, list_topic(run)})
        if changes.visibility:
            record(unit, actor, "run_visibility_changed", subject_of(run.id), dict(wanted))
        else:
            record(unit, actor, "run_changed", subject_of(run.id), dict(wanted))
        return run.id


def acknowledge_run(database: Database, actor: Actor, run_id: str) -> RunState:
    """Note that somebody has seen that the run failed; it needs nobody any more."""
    with database.write() as unit:
        run = require_editable(unit.session, Run, run_id, actor)
        run.acknowledged_at = run.acknowledged_at or now()
        job = newest_jobs(unit.session, [run.id]).get(run.id)
        _tell_lists(unit, run, {list_topic(run)})
        return RunState.of(run, job)


def _tell_lists(unit: UnitOfWork, run: Run, topics: set[str]) -> None:
    job = newest_jobs(unit.session, [run.id]).get(run.id)
    state = job.state if job else ""
    changed = RunChanged(run_id=run.id, status=run.status, job_state=state)
    for topic in topics:
        unit.publish(topic, changed)
