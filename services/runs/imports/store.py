"""Writing runs that others trained: each whole in a commit of its own, and each only once.

So an import that is broken off goes on where it stopped when it is begun again.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.models.label import SHORT, RunTag
from app.models.run import Run
from app.models.user import User
from services.runs.imports.federated import store_federated_result
from services.runs.imports.types import (
    SOURCE_TAG,
    ForeignRun,
    ImportedRun,
    ImportOutcome,
    Skipped,
)
from services.runs.labels import write_params, write_tags
from services.runs.news import tell_lists
from services.runs.repository import subject_of
from services.runs.series import append_columns

LONGEST_NAME = 200


def store_runs(
    database: Database,
    actor: Actor,
    runs: Iterable[ForeignRun | Skipped],
    *,
    visibility: str = "private",
) -> ImportOutcome:
    """Write the runs that the actor does not have yet, and return what became of each.

    Raises Forbidden for a viewer.
    """
    require_member(actor)
    outcome = ImportOutcome()
    for one in runs:
        if isinstance(one, Skipped):
            outcome.skipped.append(one)
        else:
            outcome.skipped.extend(_store(database, actor, one, visibility, outcome.imported))
    return outcome


def _store(
    database: Database,
    actor: Actor,
    foreign: ForeignRun,
    visibility: str,
    imported: list[ImportedRun],
) -> Iterator[Skipped]:
    with database.write() as unit:
        known = _imported_before(unit.session, actor.user_id, foreign.source)
        if known is not None:
            run_id, reason = known, f"it was imported before, as run {known}"
        else:
            run_id, reason = _write(unit, actor, foreign, visibility), None
    if reason is not None:
        yield Skipped(name=foreign.name, reason=reason)
        return
    imported.append(ImportedRun(run_id=run_id, name=foreign.name))
    yield from foreign.left_out


def _imported_before(session: Session, owner_id: int, source: str) -> int | None:
    """Return the run that came from ``source``; until the commit nobody else imports for them."""
    session.execute(select(User.id).where(User.id == owner_id).with_for_update()).all()
    return session.scalar(
        select(Run.id)
        .join(RunTag, RunTag.run_id == Run.id)
        .where(
            RunTag.name == SOURCE_TAG,
            RunTag.short == source[:SHORT],
            RunTag.value == source,
            Run.owner_id == owner_id,
        )
        .order_by(Run.id)
        .limit(1)
    )


def _write(unit: UnitOfWork, actor: Actor, foreign: ForeignRun, visibility: str) -> int:
    start = foreign.start_time or now()
    run = Run(
        name=foreign.name[:LONGEST_NAME],
        training_mode=foreign.training_mode,
        status=foreign.status,
        start_time=start,
        end_time=max(start, foreign.end_time or start),
        owner_id=actor.user_id,
        visibility=visibility,
        config={},
        seed=0,
        origin="imported",
        notes=foreign.notes or None,
    )
    unit.session.add(run)
    unit.session.flush()  # everything else is named after the id
    _write_parts(unit.session, run.id, foreign, run.end_time or start)
    tell_lists(unit, run)
    detail = {"name": run.name, "source": foreign.source}
    record(unit, actor, "runs_imported", subject_of(run.id), detail)
    return run.id


def _write_parts(session: Session, run_id: int, foreign: ForeignRun, at: datetime) -> None:
    write_params(session, run_id, foreign.params)
    write_tags(session, run_id, {**foreign.tags, SOURCE_TAG: foreign.source})
    if foreign.series:
        columns = {(name, ""): column for name, column in foreign.series.items()}
        append_columns(session, run_id, columns)
    if foreign.result is not None:
        store_federated_result(session, run_id, foreign.result, at)
