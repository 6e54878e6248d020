"""Entries of a queue that failed, for the inbox: those whose failure nothing else there shows."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.models.benchmark_queue import FAILED, QueueEntry
from services.attention.needs import Action, Need
from services.benchmarks.queue.topics import KIND

MAX_NEEDS = 20
SHOWN_THEMSELVES = ("benchmark", "attrgen")  # what these became is in the inbox by its own job
ADVICE = "Mend what the sentence names and resume, or delete the entry."


def failed_entries(session: Session, actor: Actor) -> list[Need]:
    """Return the actor's failed entries that became nothing, or nothing with an inbox of its own.

    They are there until they are tried again or deleted; what was skipped for them is not.
    """
    shows_itself = QueueEntry.type.in_(SHOWN_THEMSELVES)
    query = select(QueueEntry).where(
        QueueEntry.owner_id == actor.user_id,
        QueueEntry.status == FAILED,
        or_(~shows_itself, QueueEntry.result_id.is_(None)),
    )
    rows = session.scalars(query.order_by(QueueEntry.id.desc()).limit(MAX_NEEDS)).all()
    return [_need(row) for row in rows]


def _need(row: QueueEntry) -> Need:
    return Need(
        kind="failed",
        about=KIND,
        title=f"{row.label} failed",
        detail=row.error or "Its worker's log may say why.",
        advice=ADVICE,
        at=row.finished_at,
        href="/benchmarks",
        action=Action(label="Resume", method="POST", url=f"/api/benchmarks/queue/{row.id}/retry"),
    )
