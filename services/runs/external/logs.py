"""Lines of a log that came from outside: a batch that is sent twice is kept once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.db.upsert import insert_into
from app.jobs.engine import newest_job
from app.models.log_batch import LogBatch
from app.models.run import RunLog
from services.runs.events import LogLine
from services.runs.external.access import lock_run, require_logged
from services.runs.external.heartbeat import renew_lease
from services.runs.topics import run_topic, subject_of

MAX_LINES = 1_000
MAX_LINE_LENGTH = 8_000  # characters


@dataclass(frozen=True, kw_only=True)
class ReportedLine:
    """One line; ``at`` is by the clock of whoever wrote it, None means now."""

    level: str
    message: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ReportedLines:
    """Lines in their order. ``batch_id`` names them, so that they can be sent again."""

    lines: Sequence[ReportedLine]
    batch_id: str | None = None


@dataclass(frozen=True, kw_only=True)
class KeptLines:
    """How many lines were added, and the number of the newest line of the whole log."""

    lines: int
    last_id: int
    duplicate: bool


def add_lines(database: Database, actor: Actor, run_id: str, batch: ReportedLines) -> KeptLines:
    """Add the lines unless this batch came before."""
    with database.write() as unit:
        run = require_logged(unit.session, run_id, actor)
        renew_lease(unit, run)
        lock_run(unit.session, run.id)
        fresh = batch.batch_id is None or _is_new(unit.session, run.id, batch)
        lines = batch.lines if fresh else []
        if lines:
            job = newest_job(unit.session, subject_of(run.id))
            last_id = _write(unit.session, run.id, job.attempt if job else 1, lines)
            unit.publish(run_topic(run.id), LogLine(last_id=last_id))
        else:
            newest = select(func.max(RunLog.id)).where(RunLog.run_id == run.id)
            last_id = unit.session.scalar(newest) or 0
        return KeptLines(lines=len(lines), last_id=last_id, duplicate=not fresh)


def _write(session: Session, run_id: int, attempt: int, lines: Sequence[ReportedLine]) -> int:
    rows = [
        {
            "run_id": run_id,
            "attempt": attempt,
            "at": line.at or now(),
            "level": line.level,
            "message": line.message,
        }
        for line in lines
    ]
    return max(session.scalars(insert(RunLog).returning(RunLog.id), rows))


def _is_new(session: Session, run_id: int, batch: ReportedLines) -> bool:
    values = {"run_id": run_id, "batch_id": batch.batch_id, "lines": len(batch.lines)}
    statement = insert_into(session, LogBatch).values(created_at=now(), **values)
    statement = statement.on_conflict_do_nothing()
    return session.execute(statement.returning(LogBatch.batch_id)).first() is not None
