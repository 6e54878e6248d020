"""Finding weights: what is not the caller's to see does not exist."""

from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.db.pages import Page
from app.ids import parse_id
from app.models.weights import Weights
from services.weights import repository
from services.weights.errors import WeightsNotFound


def list_weights(database: Database, actor: Actor, limit: int, offset: int) -> Page[Weights]:
    """Return the newest first."""
    with database.read() as session:
        return repository.page_of(session, actor, limit, offset)


def resolve_weights(session: Session, actor: Actor, number: int | None) -> Weights | None:
    """Return the weights that a training names, None where it names none.

    Raises NotFound with the field ``pretrained``, so that a form can show it there.
    """
    if number is None:
        return None
    weights = repository.by_id(session, actor, number)
    if weights is None:
        detail = (
            f"There are no weights {number} that you may use. Give the id of some in your list."
        )
        raise WeightsNotFound(detail, errors={"pretrained": [detail]})
    return weights


def visible_weights(session: Session, actor: Actor, weights_id: str) -> Weights:
    """Return the weights of this id, in the caller's session."""
    number = parse_id(weights_id, "weights_id")
    weights = repository.by_id(session, actor, number)
    if weights is None:
        raise WeightsNotFound(f"Weights {number} do not exist, or they are not shared with you.")
    return weights
