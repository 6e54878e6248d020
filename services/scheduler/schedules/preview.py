"""The next due times of a schedule, also of one that is not stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.auth.access import require_visible
from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.models.schedule import Schedule
from services.scheduler.rows import times_config
from services.scheduler.times.parse import TimesConfig, check_fires, make_timetable
from services.scheduler.times.preview import PreviewTime, preview
from services.scheduler.times.zones import make_zone, tzdata_version


@dataclass(frozen=True, kw_only=True)
class DueTimePreview:
    """Due times in their zone, by the rules of the zones of ``tzdata``."""

    timezone: str
    tzdata: str
    times: Sequence[PreviewTime]


def preview_times(config: TimesConfig, after: datetime | None, number: int) -> DueTimePreview:
    """Return the next times after a moment, now by default.

    Raises InvalidTimes, by field, for what cannot be kept or never comes.
    """
    start = after or now()
    timetable = make_timetable(config, start)
    check_fires(timetable, start)
    return DueTimePreview(
        timezone=str(config.timezone),
        tzdata=tzdata_version(),
        times=preview(timetable, make_zone(config.timezone), start, number),
    )


def preview_schedule(
    database: Database, actor: Actor, schedule_id: str, number: int
) -> DueTimePreview:
    """Return the next times by the cadence of a schedule, whatever state it is in."""
    with database.read() as session:
        row = require_visible(session, Schedule, schedule_id, actor, what="Schedule")
    timetable, zone = make_timetable(times_config(row), row.created_at), make_zone(row.timezone)
    times = preview(timetable, zone, now(), number)
    return DueTimePreview(timezone=row.timezone, tzdata=tzdata_version(), times=times)
