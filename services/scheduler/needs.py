"""What of schedules needs their owner: executions that are late and not over yet."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.models.schedule import OPEN_STATES, ScheduleEvent, ScheduleExecution
from services.attention.needs import Action, Need
from services.scheduler.history import ENDS_LATE, LATENESS, STARTS_LATE, TAKES_LONG
from services.scheduler.topics import KIND

MAX_NEEDS = 20
UNTAKEN = "No worker has taken it yet."
ADVICE = {
    STARTS_LATE: "See that a worker serves its queue, or move its time.",
    TAKES_LONG: "Look whether it still gets on; cancel it if not.",
    ENDS_LATE: "Look whether it still gets on; cancel it if not.",
}
Row = Any  # of ``_late``


def late_executions(session: Session, actor: Actor) -> list[Need]:
    """Return the actor's open executions that were noted as late, the newest first.

    One that has begun after all is not late in beginning any more.
    """
    rows = session.execute(_late(actor)).all()
    return [_need(row) for row in rows]


def _late(actor: Actor) -> Any:
    """Select the notes of the actor's open executions."""
    begins = ScheduleExecution.started_at.is_(None) | (ScheduleEvent.type != STARTS_LATE)
    query = (
        select(
            ScheduleEvent.type,
            ScheduleEvent.data,
            ScheduleEvent.created_at,
            ScheduleExecution.schedule_id,
            ScheduleExecution.waits_for,
        )
        .join(
            ScheduleEvent,
            (ScheduleEvent.schedule_id == ScheduleExecution.schedule_id)
            & (ScheduleEvent.execution_id == ScheduleExecution.id),
        )
        .where(ScheduleExecution.owner_id == actor.user_id)
        .where(ScheduleExecution.state.in_(OPEN_STATES), ScheduleEvent.type.in_(LATENESS), begins)
    )
    return query.order_by(ScheduleEvent.id.desc()).limit(MAX_NEEDS)


def _need(row: Row) -> Need:
    title, detail = SENTENCES[row.type](row, row.data)
    page = f"/schedules/{row.schedule_id}"
    return Need(
        kind="late",
        about=KIND,
        title=title,
        detail=detail,
        advice=ADVICE[row.type],
        at=row.created_at,
        href=page,
        action=Action(label="Look", href=page),
    )


def _starts_late(row: Row, data: Mapping[str, Any]) -> tuple[str, str]:
    return f"{data['name']} has not begun in time", row.waits_for or UNTAKEN


def _takes_long(_: Row, data: Mapping[str, Any]) -> tuple[str, str]:
    title = f"{data['name']} takes long"
    return title, f"It has taken longer than the {data['longest']} seconds of its schedule."


def _ends_late(_: Row, data: Mapping[str, Any]) -> tuple[str, str]:
    title = f"{data['name']} is not over in time"
    return title, f"It had to end by {data['must_end_by']}, {data['timezone']}."


SENTENCES: Mapping[str, Callable[[Row, Mapping[str, Any]], tuple[str, str]]] = {
    STARTS_LATE: _starts_late,
    TAKES_LONG: _takes_long,
    ENDS_LATE: _ends_late,
}
