"""The kinds of schedules about connections: ``dataset.refresh``, ``token.check``, ``reconcile``."""

from sqlalchemy.orm import Session

from app.auth.access import require_editable
from app.auth.actor import Actor
from app.errors import Invalid, NotFound
from app.models.connection import ServiceConnection
from services.scheduler.breaker.kinds import KIND_RULES
from services.scheduler.kinds.types import Params, ScheduleKind

REFRESH_NAME, CHECK_NAME, RECONCILE_NAME = "dataset.refresh", "token.check", "reconcile"
REFRESH_CRON, CHECK_CRON = "0 10 * * *", "0 */6 * * *"
SCHEMAS = "blueprints.connections.schedule_params"


def require_own(session: Session, actor: Actor, params: Params) -> None:
    """Refuse a connection that the actor may not change or that is archived, as unknown."""
    from services.connections.types import ARCHIVED  # with all that connections need

    number = params["connection_id"]
    try:
        row = require_editable(session, ServiceConnection, number, actor, what="Connection")
    except NotFound:
        row = None
    if row is None or row.state == ARCHIVED:
        detail = f"There is no connection {number}."
        raise Invalid(detail, errors={"connection_id": [detail]})


DATASET_REFRESH = ScheduleKind(
    name=REFRESH_NAME,
    params=f"{SCHEMAS}:DatasetRefreshParams",
    cadence=REFRESH_CRON,
    timeout_s=1800,
    rules=KIND_RULES[REFRESH_NAME],
    check=require_own,
    run="services.connections.perform:refresh_scheduled",
)
TOKEN_CHECK = ScheduleKind(
    name=CHECK_NAME,
    params=f"{SCHEMAS}:TokenCheckParams",
    cadence=CHECK_CRON,
    timeout_s=300,
    rules=KIND_RULES[CHECK_NAME],
    check=require_own,
    run="services.connections.perform:check_scheduled",
)
RECONCILE = ScheduleKind(
    name=RECONCILE_NAME,
    params=f"{SCHEMAS}:ReconcileParams",
    cadence="7 * * * *",
    timeout_s=300,
    rules=KIND_RULES[RECONCILE_NAME],
    run="services.connections.perform:reconcile_scheduled",
    admins_only=True,
)
