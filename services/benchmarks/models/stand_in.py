"""The model of imported runs: it stands for servers that others asked, and can be asked nothing."""

from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.clock import now
from app.models.benchmark import BenchmarkModel

IMPORTED_URL = "http://imported.invalid"  # RFC 2606: no server is ever there
NAME = "imported"


def ensure_imported_model(session: Session, actor: Actor) -> BenchmarkModel:
    """Return what the actor's imported runs name as their model, new where there is none."""
    query = select(BenchmarkModel).where(BenchmarkModel.owner_id == actor.user_id)
    rows = session.scalars(query).all()
    model = next((one for one in rows if one.base_url == IMPORTED_URL), None)
    if model is None:
        taken = {one.name for one in rows}
        names = (NAME if number == 1 else f"{NAME} {number}" for number in count(1))
        model = BenchmarkModel(
            name=next(name for name in names if name not in taken),
            owner_id=actor.user_id,
            base_url=IMPORTED_URL,
            created_at=now(),
            updated_at=now(),
        )
        session.add(model)
        session.flush()
    return model
