"""Reading the audit log."""

from sqlalchemy import select

from app.db.engine import Database
from app.models.audit import AuditEntry
from app.models.user import User
from services.accounts.types import AuditLine, AuditPage


def read_audit(database: Database, limit: int, before: int | None) -> AuditPage:
    """Return the newest entries, or those before the entry ``before``."""
    statement = (
        select(AuditEntry, User.name)
        .outerjoin(User, User.id == AuditEntry.user_id)
        .order_by(AuditEntry.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    with database.read() as session:
        rows = [_line(entry, name) for entry, name in session.execute(statement)]
    more = len(rows) > limit
    return AuditPage(items=rows[:limit], next_before=rows[limit - 1].id if more else None)


def _line(entry: AuditEntry, name: str | None) -> AuditLine:
    return AuditLine(
        id=entry.id,
        at=entry.at,
        user_id=entry.user_id,
        user_name=name,
        via=entry.via,
        action=entry.action,
        target=entry.target,
        detail=entry.detail,
    )
