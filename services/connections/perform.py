"""What a worker does for schedules of the kinds that are about connections."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from app.models.schedule import ExecutionAttempt
from services.connections.check import check_token
from services.connections.reconcile import mend_all
from services.connections.refresh import refresh
from services.connections.types import Here
from services.scheduler.codes.answers import LOAD_QUOTA_WAIT_S
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.kinds.types import Params, WorkContext


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


def reconcile_scheduled(context: WorkContext, _params: Params) -> dict[str, Any]:
    """Bring the schedules of all connections in line; return what that came to, in numbers."""
    done = asdict(mend_all(context.database))
    del done["reconciled_at"]
    return done | {"unchanged": not (done["created"] or done["archived"] or done["attempts"])}


def _hit_the_load_quota(context: WorkContext) -> bool:
    """Return whether an earlier attempt of the execution was sent away for a quarter of an hour."""
    query = select(ExecutionAttempt.id).where(
        ExecutionAttempt.execution_id == context.execution_id,
        ExecutionAttempt.error_code == ErrorCode.RATE_LIMITED,
        ExecutionAttempt.retry_after >= LOAD_QUOTA_WAIT_S,
    )
    with context.database.read() as session:
        return session.scalar(query.limit(1)) is not None
