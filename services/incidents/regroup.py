"""Grouping again what an older version of the cause grouped.

The cause of each failure is computed anew from what was kept of it. The first new cause of an old
one takes over where the old one led, so that states, notes and merges stay; where two old causes
become one, the elder incident takes the other in.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import ColumnElement, delete, exists, select, update
from sqlalchemy.orm import Session

from app.db.engine import Database
from app.db.upsert import insert_into
from app.models.incident import Incident, IncidentRoute, JobFailure
from services.incidents.count import new_incident, owner_no, route_of
from services.incidents.merge import absorb
from services.incidents.move import move_failures
from services.scheduler.causes.cause import CAUSE_VERSION, Cause, Failure, cause_of
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.codes.raised import Raised

BATCH = 200


def regroup_all(database: Database) -> None:
    """Group again all that an older version grouped, a batch in each transaction."""
    while regroup_failures(database):
        continue


def regroup_failures(
    database: Database,
    version: int = CAUSE_VERSION,
    cause: Callable[[Failure], Cause] = cause_of,
) -> int:
    """Group a batch of failures again whose cause is older than ``version``; return how many."""
    old = select(JobFailure.id).where(JobFailure.cause_version < version).order_by(JobFailure.id)
    with database.read() as session:
        numbers = session.scalars(old.limit(BATCH)).all()
    if not numbers:
        return 0
    with database.write() as unit:
        for number in numbers:
            row = unit.session.get(JobFailure, number, with_for_update=True)
            if row is not None:  # what it was about may be deleted meanwhile
                _regroup(unit.session, row, cause(_failure(row)), version)
                unit.session.flush()
                unit.session.expire_all()
    return len(numbers)


def _failure(row: JobFailure) -> Failure:
    return Failure(
        kind=row.kind,
        raised=Raised(type=row.type, code=ErrorCode(row.code)),
        text=row.message,
        site=row.site,
        is_federated=row.site is not None,
        frame=row.frame,
    )


def _regroup(session: Session, row: JobFailure, cause: Cause, version: int) -> None:
    before, is_first = _of_cause(row), _leads(session, row)
    row.cause_key, row.cause_version, row.words = cause.key, version, cause.words
    session.flush()
    there = route_of(session, row)
    if there is None and is_first:
        _rename(session, before, row)
    elif there is None:
        _begin(session, row)
    elif there != row.incident_id:
        _join(session, row, there, before if is_first else None)


def _of_cause(row: JobFailure) -> list[ColumnElement[bool]]:
    """Return what is true of the routes of a failure's cause, of all things."""
    owner = owner_no(row.owner_id)
    return [IncidentRoute.owner_no == owner, IncidentRoute.cause_key == row.cause_key]


def _leads(session: Session, row: JobFailure) -> bool:
    """Return whether the cause leads somewhere still: no failure of it was grouped again."""
    return bool(session.scalar(select(exists().where(*_of_cause(row)))))


def _rename(session: Session, before: Sequence[ColumnElement[bool]], row: JobFailure) -> None:
    session.execute(
        update(IncidentRoute)
        .where(*before)
        .values(cause_key=row.cause_key, cause_version=row.cause_version)
        .execution_options(synchronize_session=False)
    )


def _begin(session: Session, row: JobFailure) -> None:
    """Give a failure an incident of its own: its old cause has become several."""
    new = new_incident(session, row)
    route = insert_into(session, IncidentRoute).values(
        owner_no=owner_no(row.owner_id),
        cause_key=row.cause_key,
        subject="",
        cause_version=row.cause_version,
        incident_id=new.id,
    )
    session.execute(route)
    _move(session, row, new)


def _join(
    session: Session, row: JobFailure, there: int, before: Sequence[ColumnElement[bool]] | None
) -> None:
    """Bring a failure where its new cause leads; with ``before`` all that its old cause has."""
    if before is None:
        _move(session, row, _locked(session, there))
        return
    session.execute(delete(IncidentRoute).where(*before))
    elder, younger = sorted((there, row.incident_id))
    absorb(session, _locked(session, elder), _locked(session, younger))


def _move(session: Session, row: JobFailure, new: Incident) -> None:
    old = _locked(session, row.incident_id)
    move_failures(session, old, new, [JobFailure.id == row.id])


def _locked(session: Session, number: int) -> Incident:
    return session.get_one(Incident, number, with_for_update=True)
