"""Which models may write summaries: those that benchmarks of the owner may ask."""

from sqlalchemy.orm import Session

from app.auth.actor import Actor
from services.benchmarks.runs.design import model_named
from services.scheduler.kinds.types import Params


def check_model(session: Session, actor: Actor, params: Params) -> None:
    """Refuse a model that the actor may not use: what is foreign is unknown. Raises UnknownName."""
    if params.get("model_name") is not None:
        model_named(session, actor, params["model_name"])
