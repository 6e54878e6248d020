"""Refusing a schedule of a session that could not run, by the parameter that is wrong."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.errors import Invalid, RoundhouseError
from services.connections.schedule import require_own
from services.forecasting.resolve import fillable_session
from services.forecasting.scheduled.rows import uploads_of
from services.forecasting.training.plan import plan_of
from services.forecasting.training.start_from import read_request
from services.scheduler.kinds.types import Params

Find = Callable[[], object]


def check_params(session: Session, actor: Actor, params: Params) -> None:
    """Raise Invalid naming ``session_id``, ``models`` or ``connection_id``."""
    with _refused_as("session_id"):
        owner = fillable_session(session, actor, params["session_id"])
        plan_of(session, owner, owner.split or {})
    with _refused_as("models"):
        for one in params["models"]:
            read_request(one)
    if params.get("connection_id") is not None:
        require_own(session, actor, params)
        with _refused_as("connection_id"):
            uploads_of(session, owner, params["connection_id"])


@contextmanager
def _refused_as(field: str) -> Iterator[None]:
    """Raise what is refused inside as the fault of one parameter."""
    try:
        yield
    except RoundhouseError as refused:
        raise Invalid(refused.detail, errors={field: [refused.detail]}) from None
