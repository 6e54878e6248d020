"""Reading a run's log in pages, forwards from a line or backwards from one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.auth.access import require_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.run import Run, RunLog

LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, kw_only=True)
class LogQuery:
    """Lines after an id, or the newest ones before an id, of at least ``level``."""

    after: int | None = None
    before: int | None = None
    limit: int = 200
    level: str = "debug"


@dataclass(frozen=True, kw_only=True)
class LogPage:
    """Lines in the order they were written; ``last_id`` is the newest line of the whole log."""

    items: Sequence[RunLog]
    last_id: int


def read_log(database: Database, actor: Actor, run_id: str, query: LogQuery) -> LogPage:
    """Return the lines; without ``after`` the newest ``limit`` of them."""
    with database.read() as session:
        run = require_visible(session, Run, run_id, actor)
        statement = select(RunLog).where(
            RunLog.run_id == run.id, RunLog.level.in_(LEVELS[LEVELS.index(query.level) :])
        )
        if query.after is not None:
            statement = statement.where(RunLog.id > query.after)
        if query.before is not None:
            statement = statement.where(RunLog.id < query.before)
        forwards = query.after is not None
        order = RunLog.id.asc() if forwards else RunLog.id.desc()
        lines = list(session.scalars(statement.order_by(order).limit(query.limit)))
        newest = select(func.max(RunLog.id)).where(RunLog.run_id == run.id)
        last_id = session.scalar(newest) or 0
    return LogPage(items=lines if forwards else lines[::-1], last_id=last_id)
