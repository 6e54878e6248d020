"""The kind of schedule ``forecasting.session``: its attempts are several jobs, one by one.

The parts that read windows and models are imported on use: every process reads the manifests.
"""

from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.uow import UnitOfWork
from services.scheduler.breaker.kinds import KIND_RULES
from services.scheduler.codes.codes import ErrorCode
from services.scheduler.kinds.types import Beginning, NextStep, Params, ScheduleKind

NAME = "forecasting.session"


def _check(session: Session, actor: Actor, params: Params) -> None:
    from services.forecasting.scheduled.check import check_params

    check_params(session, actor, params)


def _next_step(unit: UnitOfWork, beginning: Beginning) -> NextStep | None:
    from services.forecasting.scheduled.steps import next_step

    return next_step(unit, beginning)


FORECASTING_SESSION = ScheduleKind(
    name=NAME,
    params="blueprints.forecasting.schedule_params:ForecastingSessionParams",
    cadence="0 3 * * *",
    timeout_s=24 * 3600,
    rules=KIND_RULES[NAME],
    check=_check,
    next_step=_next_step,
    run="services.forecasting.scheduled.perform:perform_step",
    advice={
        ErrorCode.RATE_LIMITED: "The session is busy, or its owner trains as many models as one "
        "may. It is tried again by itself.",
        ErrorCode.QUOTA_EXHAUSTED: "The hours of computing of this month are used up. It goes on "
        "next month; an admin can allow more.",
    },
)
