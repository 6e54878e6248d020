"""The kinds of schedules ``dataset.refresh`` and ``token.check``, each about a connection."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.access import require_editable
from app.auth.actor import Actor
from app.errors import Invalid, NotFound
from app.models.connection import ServiceConnection
from app.models.schedule import ExecutionAttempt
from services.connections.check import check_token
from services.connections.refresh import refresh
from services.connections.types import ARCHIVED, Here
from services.scheduler.breaker.kinds import KIND_RULES
from services.scheduler.codes.answers import LOAD_QUOTA_WAIT_S
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.kinds.types import Params, ScheduleKind, WorkContext

REFRESH_NAME, CHECK_NAME = "dataset.refresh", "token.check"
REFRESH_CRON, CHECK_CRON = "0 10 * * *", "0 */6 * * *"
SCHEMAS = "blueprints.connections.schedule_params"


def refresh_scheduled(context: WorkContext, params: Params) -> dict[str, Any]:
    """Bring the days of the connection of ``params`` up to date. Raises AttemptFailed."""
    done = refresh(
        Here.of(context.database, context.settings),
        params["connection_id"],
        data_state=params["data_state"],
        quota_was_hit=_hit_the_load_quota(context),
        write=context.attempt.write,
    )
    return done | {"unchanged": not (done["new_days"] or done["changed_days"])}


def check_scheduled(context: WorkContext, params: Params) -> dict[str, Any]:
    """Look whether the sign-in of the connection of ``params`` holds. Raises AttemptFailed."""
    here = Here.of(context.database, context.settings)
    return check_token(here, params["connection_id"], write=context.attempt.write)


def _hit_the_load_quota(context: WorkContext) -> bool:
    """Return whether an earlier attempt of the execution was sent away for a quarter of an hour."""
    query = select(ExecutionAttempt.id).where(
        ExecutionAttempt.execution_id == context.execution_id,
        ExecutionAttempt.error_code == ErrorCode.RATE_LIMITED,
        ExecutionAttempt.retry_after >= LOAD_QUOTA_WAIT_S,
    )
    with context.database.read() as session:
        return session.scalar(query.limit(1)) is not None


def _require_own(session: Session, actor: Actor, params: Params) -> None:
    """Refuse a connection that the actor may not change or that is archived, as unknown."""
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
    check=_require_own,
    run="services.connections.schedule:refresh_scheduled",
)
TOKEN_CHECK = ScheduleKind(
    name=CHECK_NAME,
    params=f"{SCHEMAS}:TokenCheckParams",
    cadence=CHECK_CRON,
    timeout_s=300,
    rules=KIND_RULES[CHECK_NAME],
    check=_require_own,
    run="services.connections.schedule:check_scheduled",
)
