"""What each part of the platform is held against, what to do about it, and since when it is so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql import case

from app.clock import now
from app.db.engine import Database
from app.db.upsert import insert_into
from app.health import CLOCK_SILENT_SECONDS, QUEUED_LONG_SECONDS, Check, check_health
from app.models.health_state import HealthState
from app.resources import Resources
from app.settings import Settings

PROBE_SECONDS = 60.0
SPACE = "Delete what is not needed (runs, datasets, old backups) or add space."
ADVICE = {
    "database_failing": "Start the database, and see that DATABASE_URL names it.",
    "redis_failing": "Start Redis, and see that REDIS_URL names it. Nothing is lost meanwhile.",
    "storage_failing": "See that what STORAGE_URL names is there and may be written to.",
    "clock_failing": "Start a clock: python -m app clock",
    "workers_failing": "Start one: python -m app worker --queue {queue}",
    "queues_slow": "See what its workers do, or start more: python -m app worker --queue {queue}",
    "disk_low": SPACE,
    "disk_full": SPACE,
    "disk_no_inodes": "Delete folders with many small files, or make a file system with more.",
    "disk_read_only": "Mount it so that it can be written to.",
    "disk_not_writable": "Give the account of the platform the right to write there.",
    "disk_unreadable": "See that the folder is there and mounted.",
}


@dataclass(frozen=True, kw_only=True)
class HealthPart(Check):
    """A check with what it is held against and what helps (empty while it is ok).

    ``limits`` are the numbers in ``threshold``, for pages that speak another language: seconds,
    or bytes of a disk.

    ``changed_at`` is when a probe saw its status change last: None where it is other than the last
    probe saw, thus for less than a minute, or was never probed.
    """

    threshold: str
    limits: Mapping[str, float]
    advice: str
    changed_at: datetime | None


def explain_health(resources: Resources) -> list[HealthPart]:
    """Look at every part, and say of each what it is held against and since when it is so."""
    return explain_checks(resources, check_health(resources))


def explain_checks(resources: Resources, checks: Sequence[Check]) -> list[HealthPart]:
    """Say of each check what it is held against and since when it is so."""
    states = _states(resources.database)
    return [_explained(check, resources.settings, states) for check in checks]


def _explained(check: Check, settings: Settings, states: Mapping[str, HealthState]) -> HealthPart:
    state = states.get(check.name)
    is_same = state is not None and state.status == check.status
    advice = "" if check.status == "ok" else ADVICE.get(check.code, "")
    threshold, limits = _threshold(check.code.partition("_")[0], settings)
    return HealthPart(
        **vars(check),
        threshold=threshold,
        limits=limits,
        advice=advice.format(**check.params),
        changed_at=state.since if state is not None and is_same else None,
    )


def _threshold(part: str, settings: Settings) -> tuple[str, Mapping[str, float]]:
    """Return what a part is held against: a sentence and its numbers."""
    tick_s, wait_s = CLOCK_SILENT_SECONDS, QUEUED_LONG_SECONDS
    low, full = settings.disk_low_bytes, settings.disk_full_bytes
    room = f"At least {low / 1e9:.1f} GB free; below {full / 1e9:.1f} GB it fails."
    limited: dict[str, tuple[str, Mapping[str, float]]] = {
        "storage": ("It takes bytes.", {}),
        "clock": (f"A tick within {tick_s:.0f} s.", {"seconds": tick_s}),
        "workers": ("At least one listens.", {}),
        "queues": (f"No job waits longer than {wait_s / 60:.0f} min.", {"seconds": wait_s}),
        "disk": (room, {"low": low, "full": full}),
    }
    return limited.get(part, ("It answers.", {}))


def _states(database: Database) -> dict[str, HealthState]:
    try:
        with database.read() as session:
            return {row.part: row for row in session.scalars(select(HealthState))}
    except SQLAlchemyError:  # which is what the checks say, too
        return {}


def probe_health(resources: Resources, at: datetime | None = None) -> Sequence[Check]:
    """Look at every part and write down how it is; return that. Raises SQLAlchemyError.

    Several probes may look: the time of a change is that of the first that saw it.
    """
    checks, moment = check_health(resources), at or now()
    rows = [
        {
            "part": check.name,
            "status": check.status,
            "code": check.code,
            "detail": check.detail[:500],
            "since": moment,
            "probed_at": moment,
        }
        for check in checks
    ]
    with resources.database.write() as unit:
        insert = insert_into(unit.session, HealthState)
        new = insert.excluded
        is_same = HealthState.status == new.status
        changed = {name: new[name] for name in ("status", "code", "detail", "probed_at")}
        since = case((is_same, HealthState.since), else_=new.since)
        noted = insert.on_conflict_do_update(
            index_elements=["part"], set_=changed | {"since": since}
        )
        unit.session.execute(noted, rows)
        gone = HealthState.part.not_in([check.name for check in checks])
        unit.session.execute(delete(HealthState).where(gone))
    return checks
