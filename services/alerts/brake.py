"""The brake: an alert of the platform stops the roll-outs that may have caused it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.flags import EVERYBODY
from app.models.flag import Flag
from services.alerts.finding import AlertFinding
from services.scheduler.kinds.flags import flag_name


def rolling_out(session: Session, finding: AlertFinding) -> Sequence[str]:
    """Return the flags that an alert stops when it begins to fire, locked until the commit.

    One about a kind stops the roll-out of that kind, one about the platform stops all.
    """
    if not finding.rule.brakes:
        return ()
    query = select(Flag.name).where(Flag.percent > 0, Flag.percent < EVERYBODY).order_by(Flag.name)
    if finding.reading is not None and finding.reading.kind is not None:
        query = query.where(Flag.name == flag_name(finding.reading.kind))
    return session.scalars(query.with_for_update()).all()


def stopped(flags: Sequence[str]) -> str:
    """Return what the text of the alert says of the roll-outs that it stopped."""
    return f"The roll-out of {', '.join(flags)} was stopped."
