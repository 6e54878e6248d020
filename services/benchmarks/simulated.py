"""The simulated model that comes with the platform: no server is needed, and its bias is known."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.models.benchmark import BenchmarkModel

SIMULATED_NAME = "simulated"
SIMULATED_URL = "http://simulated.invalid"  # RFC 2606: no address ever answers to it


def ensure_simulated_model(session: Session, actor: Actor) -> BenchmarkModel:
    """Return the actor's simulated model, new where there is none."""
    query = select(BenchmarkModel).where(
        BenchmarkModel.owner_id == actor.user_id, BenchmarkModel.base_url == SIMULATED_URL
    )
    model = session.scalars(query).first()
    if model is None:
        model = BenchmarkModel(
            name=SIMULATED_NAME,
            owner_id=actor.user_id,
            base_url=SIMULATED_URL,
            created_at=now(),
            updated_at=now(),
        )
        session.add(model)
        session.flush()
    return model
