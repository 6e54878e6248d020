"""The schedules that are stored, by what files call them."""

from collections.abc import Collection, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.schedule import Schedule
from app.models.user import User
from services.scheduler.files.types import FileRefused, Key

ARCHIVED = "archived"


def stored_schedules(
    session: Session, owners: Collection[str] | None = None
) -> Mapping[Key, Schedule]:
    """Return what is not archived, of these e-mail addresses or of everybody.

    Raises FileRefused where one person has two of one name: files could not tell them apart.
    """
    query = (
        select(func.lower(User.email), Schedule)
        .join(Schedule, Schedule.owner_id == User.id)
        .where(Schedule.state != ARCHIVED)
        .order_by(Schedule.id)
    )
    if owners is not None:
        query = query.where(func.lower(User.email).in_(owners))
    rows: dict[Key, Schedule] = {}
    twice: list[str] = []
    for email, row in session.execute(query).tuples():
        first = rows.setdefault((email, row.name), row)
        if first is not row:
            twice.append(
                f"{email} has two schedules called '{row.name}', {first.id} and {row.id}: "
                "rename one of them."
            )
    if twice:
        raise FileRefused(twice)
    return rows
