"""One change to many runs: a run that cannot be changed is named and never spoils the others.

The runs go through in portions, each a transaction with a constant number of statements; with an
idempotency key all portions are one (docs/adr/0065). A dry run answers exactly what the real one
would, and changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import can_edit, require_member, visible
from app.auth.actor import Actor
from app.auth.audit import record
from app.db.engine import Database
from app.db.one_commit import after_commit
from app.errors import Invalid
from app.jobs.engine import JobEngine
from app.models.run import Run
from app.storage import ObjectStore
from services.runs.bulk_actions import CHECKS, HANDLERS, BulkChange
from services.runs.delete import delete_objects, that_keep_objects
from services.runs.external.access import lock_runs
from services.runs.private_data import of_private_data
from services.runs.statements import WITHOUT_DOCUMENTS
from services.search.matching import matching_ids
from services.search.query import RunsQuery

MAX_IDS = 10_000
PORTION = 500
WITH_JOBS = ("delete", "stop")  # these lock jobs, and jobs are locked before their runs


@dataclass(frozen=True, kw_only=True)
class SkippedRun:
    """A run that is left as it is, and why."""

    id: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class BulkOutcome:
    """What was done, or in a dry run would be.

    ``reveals_private_data`` are those of the changed runs that are shared with the team and so
    show it the columns and classes of a private data set.
    """

    action: str
    dry_run: bool
    matched: int
    changed: list[int]
    skipped: list[SkippedRun]
    reveals_private_data: list[int]


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What a bulk change works with."""

    database: Database
    store: ObjectStore
    jobs: JobEngine


def change_many(
    tools: Tools,
    actor: Actor,
    change: BulkChange,
    runs: Sequence[int] | RunsQuery,
    *,
    dry_run: bool,
) -> BulkOutcome:
    """Do ``change`` to ``runs``: those of these ids, or all that match a filter.

    Raises Forbidden for a viewer, who changes nothing, and Invalid for a filter that cannot be
    read or that more runs match than are changed at once.
    """
    require_member(actor)
    if isinstance(runs, RunsQuery):
        ids = _matching(tools.database, actor, runs)
    else:
        ids = list(dict.fromkeys(runs))
    changed: list[int] = []
    skipped: list[SkippedRun] = []
    work = _look if dry_run else _do
    for start in range(0, len(ids), PORTION):
        portion = ids[start : start + PORTION]
        reasons = work(tools, actor, change, portion)
        changed += [number for number in portion if number not in reasons]
        skipped += [SkippedRun(id=number, reason=reason) for number, reason in reasons.items()]
    return BulkOutcome(
        action=change.action,
        dry_run=dry_run,
        matched=len(ids),
        changed=changed,
        skipped=skipped,
        reveals_private_data=_revealing(tools.database, change, changed),
    )


def _revealing(database: Database, change: BulkChange, changed: Sequence[int]) -> list[int]:
    if (change.action, change.visibility) != ("visibility", "team"):
        return []
    with database.read() as session:
        return of_private_data(session, changed)


def _matching(database: Database, actor: Actor, query: RunsQuery) -> list[int]:
    with database.read() as session:
        ids = matching_ids(session, actor, query, MAX_IDS + 1)
    if len(ids) > MAX_IDS:
        detail = f"More than {MAX_IDS} runs match: narrow the filter, and take them in parts."
        raise Invalid(detail, errors={"filter": [detail]})
    return ids


def _look(tools: Tools, actor: Actor, change: BulkChange, portion: Sequence[int]) -> dict[int, str]:
    with tools.database.read() as session:
        return _judge(session, actor, change, portion)[1]


def _do(tools: Tools, actor: Actor, change: BulkChange, portion: Sequence[int]) -> dict[int, str]:
    kept: list[int] = []
    with tools.database.write() as unit:
        if change.action not in WITH_JOBS:
            lock_runs(unit.session, portion)
        runs, reasons = _judge(unit.session, actor, change, portion)
        if runs and change.action == "delete":
            kept = that_keep_objects(unit.session, [run.id for run in runs])
        if runs:
            reasons |= HANDLERS[change.action](unit, tools.jobs, change, runs)
            done = [run.id for run in runs if run.id not in reasons]
            detail = {"action": change.action, "runs": done}
            record(unit, actor, "runs_changed", "runs", detail)
    after_commit(lambda: delete_objects(tools.store, kept))
    return reasons


def _judge(
    session: Session, actor: Actor, change: BulkChange, portion: Sequence[int]
) -> tuple[list[Run], dict[int, str]]:
    """Return the runs to change, in the order of their ids, and why each other one is skipped."""
    query = select(Run).options(*WITHOUT_DOCUMENTS).where(Run.id.in_(portion), visible(Run, actor))
    by_id = {run.id: run for run in session.scalars(query.order_by(Run.id))}
    reasons = {number: "not found" for number in portion if number not in by_id}
    for number, run in by_id.items():
        if not can_edit(actor, run):
            reasons[number] = "shared with you to read: its owner or an admin changes it"
    mine = [run for run in by_id.values() if run.id not in reasons]
    reasons |= CHECKS[change.action](session, change, mine)
    return [run for run in mine if run.id not in reasons], reasons
