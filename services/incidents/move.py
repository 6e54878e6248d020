"""Moving failures from one incident to another, with their counts."""

from collections import Counter
from datetime import date

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from app.db.upsert import insert_into
from app.models.incident import Incident, IncidentDay, JobFailure


def move_failures(
    session: Session, old: Incident, new: Incident, moved: list[ColumnElement[bool]]
) -> None:
    """Move the failures of ``old`` for which ``moved`` is true; both incidents are locked."""
    times = session.scalars(select(JobFailure.at).where(*moved)).all()
    session.execute(
        update(JobFailure)
        .where(*moved)
        .values(incident_id=new.id)
        .execution_options(synchronize_session=False)
    )
    new.first_seen = min(new.first_seen, *times)
    new.last_seen = max(new.last_seen, *times)
    new.count, old.count = new.count + len(times), old.count - len(times)
    for day, count in Counter(at.date() for at in times).items():
        add_day(session, new.id, day, count)
        _take_from_day(session, old.id, day, count)
    _set_ends(session, old)


def add_day(session: Session, incident_id: int, day: date, count: int) -> None:
    """Add so many failures to a day of an incident."""
    row = insert_into(session, IncidentDay)
    values = row.values(incident_id=incident_id, day=day, count=count)
    session.execute(
        values.on_conflict_do_update(
            index_elements=[IncidentDay.incident_id, IncidentDay.day],
            set_={"count": IncidentDay.count + count},
        )
    )


def _take_from_day(session: Session, incident_id: int, day: date, count: int) -> None:
    session.execute(
        update(IncidentDay)
        .where(IncidentDay.incident_id == incident_id, IncidentDay.day == day)
        .values(count=IncidentDay.count - count)
        .execution_options(synchronize_session=False)
    )


def _set_ends(session: Session, old: Incident) -> None:
    """Say when the first and the last of those that are left were seen."""
    left = JobFailure.incident_id == old.id
    first = session.scalar(select(func.min(JobFailure.at)).where(left))
    last = session.scalar(select(func.max(JobFailure.at)).where(left))
    if first is not None and last is not None:
        old.first_seen, old.last_seen = first, last
    elif old.count <= 0:
        session.delete(old)
    session.flush()
