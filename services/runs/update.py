"""Changing what people call a run, what they note about it, and who sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from app.auth.access import require_editable
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.errors import Invalid
from app.models.run import Run
from services.datasets.names import checked_name
from services.runs.external.access import lock_run
from services.runs.external.update import ExternalUpdate, apply_external_update
from services.runs.notifications import notify_lists
from services.runs.statements import newest_jobs
from services.runs.topics import list_topics, subject_of
from services.runs.types import RunState
from services.tracking.domain.tags import MAX_TAGS
from services.tracking.labels import tags_of, write_tags

MAX_NOTES = 100_000  # characters
REMOVABLE = ("run_description", "notes")
APART = ("tags", "reported")  # kept in other tables than runs


@dataclass(frozen=True, kw_only=True)
class RunChanges:
    """What to change; None leaves a field as it is, an empty text removes it.

    ``tags`` maps names to values; None as a value takes the tag away. ``reported`` is for runs
    that an external program trains.
    """

    name: str | None = None
    run_description: str | None = None
    visibility: str | None = None
    notes: str | None = None
    tags: Mapping[str, str | None] | None = None
    reported: ExternalUpdate = field(default_factory=ExternalUpdate)

    def columns(self) -> dict[str, str | None]:
        """Return the columns of the run that are to change."""
        given = {name: value for name, value in vars(self).items() if name not in APART}
        values = {
            name: value or None if name in REMOVABLE else value
            for name, value in given.items()
            if value is not None
        }
        return values if self.name is None else {**values, "name": checked_name(self.name)}

    def for_audit(self) -> dict[str, Any]:
        """Return what the audit log keeps: of notes and tags only how much there is."""
        summary: dict[str, Any] = self.columns() | self.reported.for_audit()
        if self.notes is not None:
            summary["notes"] = f"{len(self.notes)} characters"
        if self.tags is not None:
            summary["tags"] = sorted(self.tags)
        return summary


def edit_run(database: Database, actor: Actor, run_id: str, changes: RunChanges) -> int:
    """Apply ``changes`` and notify every list that shows the run; return its id.

    Raises Invalid when the run would have too many tags, and as ``apply_external_update``.
    """
    with database.write() as unit:
        run = require_editable(unit.session, Run, run_id, actor)
        before = list_topics(run)
        apply_external_update(unit, run, changes.reported)
        lock_run(unit.session, run.id)
        for name, value in changes.columns().items():
            setattr(run, name, value)
        if changes.tags:
            change_tags(unit.session, run.id, changes.tags)
        notify_lists(unit, run, before)
        action = "run_visibility_changed" if changes.visibility else "run_changed"
        record(unit, actor, action, subject_of(run.id), changes.for_audit())
        return run.id


def change_tags(session: Session, run_id: int, tags: Mapping[str, str | None]) -> None:
    """Write tags of a run.

    Raises Invalid when it would have more than are kept.
    """
    held = set(tags_of(session, [run_id]).get(run_id, {}))
    left = {name for name in held | set(tags) if tags.get(name, "") is not None}
    if len(left) > MAX_TAGS:
        detail = f"A run has at most {MAX_TAGS} tags; this would make {len(left)}."
        raise Invalid(detail, errors={"tags": [detail]})
    write_tags(session, run_id, tags)


def acknowledge_run(database: Database, actor: Actor, run_id: str) -> RunState:
    """Note that somebody has seen that the run failed; it needs nobody any more."""
    with database.write() as unit:
        run = require_editable(unit.session, Run, run_id, actor)
        lock_run(unit.session, run.id)
        run.acknowledged_at = run.acknowledged_at or now()
        job = newest_jobs(unit.session, [run.id]).get(run.id)
        notify_lists(unit, run)
        return RunState.of(run, job)
