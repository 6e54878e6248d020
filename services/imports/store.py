"""Writing runs that others trained: each complete in a commit of its own, and each only once.

What the actor has already is known by its key alone: nothing else of it is read. So an import
that is begun again costs little more than a look at the file's table of contents.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.models.label import SHORT, RunTag
from app.models.run import ENDED, Artifact, Run
from app.models.user import User
from app.storage import ObjectStore
from services.imports.errors import ImportRefused
from services.imports.federated import store_federated_result
from services.imports.files import kept_file
from services.imports.types import SOURCE_TAG, Candidate, ForeignRun, ImportOutcome, SkippedRecord
from services.runs.definitions import write_definitions
from services.runs.notifications import notify_lists
from services.runs.points import append_columns
from services.runs.results.domain.result import REPORTED
from services.runs.results.kept_results import REPORTED_RESULT, keep_results
from services.runs.topics import subject_of
from services.tracking.labels import write_params, write_tags

MAX_NAME_LENGTH = 200
MAX_PENDING = 200  # outcomes without a new run that wait for a commit

Candidates = Iterable[Candidate | SkippedRecord]


class Keeper(Protocol):
    """Where the outcomes of an import are kept: in the commit that makes the run."""

    def write(self) -> AbstractContextManager[UnitOfWork]:
        """Open a unit of work."""

    def keep(self, unit: UnitOfWork, outcomes: Sequence[ImportOutcome]) -> None:
        """Note in the unit of work what became of the next runs of the source, in their order."""

    def stop_requested(self) -> bool:
        """Whether a person requested a stop."""


def store_runs(
    database: Database,
    store: ObjectStore,
    actor: Actor,
    candidates: Candidates,
    keeper: Keeper,
    *,
    visibility: str = "private",
) -> bool:
    """Write the runs that the actor does not have yet; return whether all were seen to.

    Raises Forbidden for a viewer, and ImportRefused where the source cannot be read any further.
    """
    require_member(actor)
    with database.read() as session:
        known = _sources_of(session, actor.user_id)
    writer = _Writer(store=store, actor=actor, keeper=keeper, visibility=visibility, known=known)
    try:
        for one in candidates:
            if keeper.stop_requested():
                writer.flush()
                return False
            writer.take(one)
    except ImportRefused:
        writer.flush()
        raise
    writer.flush()
    return True


@dataclass(kw_only=True)
class _Writer:
    """Writes one run after the other, and in between what needs no run of its own."""

    store: ObjectStore
    actor: Actor
    keeper: Keeper
    visibility: str
    known: dict[str, int]
    pending: list[ImportOutcome] = field(default_factory=list)

    def take(self, one: Candidate | SkippedRecord) -> None:
        if isinstance(one, Candidate) and one.source in self.known:
            one = _before(one.name, self.known[one.source])
        read = one.read() if isinstance(one, Candidate) else one
        if isinstance(one, Candidate) and isinstance(read, ForeignRun):
            self._make(one.source, read)
        elif isinstance(read, SkippedRecord):
            self.pending.append(ImportOutcome(name=read.name, left_out=[read]))
        if len(self.pending) >= MAX_PENDING:
            self.flush()

    def flush(self) -> None:
        if self.pending:
            with self.keeper.write() as unit:
                self.keeper.keep(unit, self.pending)
            self.pending = []

    def _make(self, source: str, foreign: ForeignRun) -> None:
        artifacts = [kept_file(self.store, one) for one in foreign.files]
        with self.keeper.write() as unit:
            made = _written(unit, self.actor, source, foreign, self.visibility)
            if made.run_id is not None:
                unit.session.add_all(Artifact(run_id=made.run_id, **one) for one in artifacts)
            self.keeper.keep(unit, [*self.pending, made])
            if made.run_id is not None:
                detail = {"name": made.name, "source": source}
                record(unit, self.actor, "runs_imported", subject_of(made.run_id), detail)
        self.pending = []
        if made.run_id is not None:
            self.known[source] = made.run_id


def _before(name: str, run_id: int) -> SkippedRecord:
    return SkippedRecord(name=name, reason=f"it was imported before, as run {run_id}")


def _written(
    unit: UnitOfWork, actor: Actor, source: str, foreign: ForeignRun, visibility: str
) -> ImportOutcome:
    known = _imported_meanwhile(unit.session, actor.user_id, source)
    if known is not None:
        return ImportOutcome(name=foreign.name, left_out=[_before(foreign.name, known)])
    run = _write(unit, actor, source, foreign, visibility)
    return ImportOutcome(name=foreign.name, run_id=run.id, left_out=foreign.left_out)


def _sources_of(session: Session, owner_id: int) -> dict[str, int]:
    """Return the first run that came from each source."""
    query = (
        select(RunTag.value, Run.id)
        .join(Run, Run.id == RunTag.run_id)
        .where(RunTag.name == SOURCE_TAG, Run.owner_id == owner_id)
        .order_by(Run.id.desc())
    )
    return {row.value: row.id for row in session.execute(query)}


def _imported_meanwhile(session: Session, owner_id: int, source: str) -> int | None:
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


def _write(
    unit: UnitOfWork, actor: Actor, source: str, foreign: ForeignRun, visibility: str
) -> Run:
    start = foreign.start_time or now()
    end = max(start, foreign.end_time or start)
    seconds = (end - start).total_seconds()
    run = Run(
        name=foreign.name[:MAX_NAME_LENGTH],
        training_mode=foreign.training_mode,
        status=foreign.status,
        start_time=start,
        end_time=end,
        owner_id=actor.user_id,
        visibility=visibility,
        config={},
        seed=0,
        manifest=_manifest(foreign),
        origin="imported",
        notes=foreign.notes or None,
        phase=ENDED,
        phase_since=end,
        running_seconds=seconds,
        duration_seconds=seconds,
    )
    unit.session.add(run)
    unit.session.flush()  # everything else is named after the id
    tags = {**foreign.tags, SOURCE_TAG: source}
    _write_parts(unit.session, run.id, foreign, tags, end)
    notify_lists(unit, run)
    return run


def _manifest(foreign: ForeignRun) -> dict[str, Any] | None:
    if foreign.declared is None:
        return None
    declared = {"metrics": dict(foreign.declared.metrics), "num_rows": foreign.declared.num_rows}
    return {REPORTED_RESULT: {**declared, "measured_on": REPORTED}}


def _write_parts(
    session: Session, run_id: int, foreign: ForeignRun, tags: dict[str, str], at: datetime
) -> None:
    write_params(session, run_id, foreign.params)
    write_tags(session, run_id, tags)
    if foreign.goals:  # before the series, which get their direction from them
        write_definitions(session, run_id, foreign.goals)
    if foreign.series:
        columns = {(name, ""): column for name, column in foreign.series.items()}
        append_columns(session, run_id, columns)
    if foreign.result is not None:
        store_federated_result(session, run_id, foreign.result, at)
    else:
        keep_results(session, [run_id])
