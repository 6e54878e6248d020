"""One tick of the clock for schedules, in the order that lets a due time begin at once."""

from datetime import datetime

from app.clock import now
from app.db.engine import Database
from app.settings import Settings
from services.scheduler.dispatch.begin import begin_due
from services.scheduler.dispatch.due import dispatch_due
from services.scheduler.dispatch.limits import stop_overdue
from services.scheduler.dispatch.pauses import resume_due
from services.scheduler.dispatch.reconcile import reconcile_attempts


def tick(database: Database, at: datetime | None = None, settings: Settings | None = None) -> None:
    """Resume, dispatch, begin, and mend what was missed; nothing is left for a second clock.

    ``settings`` have the limits of what begins; None limits nothing.
    """
    moment = at or now()
    resume_due(database, moment)
    dispatch_due(database, moment)
    stop_overdue(database, moment)
    reconcile_attempts(database)
    begin_due(database, moment, settings)
