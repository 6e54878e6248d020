"""The statements of this domain."""

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.auth.views import note_view
from app.db.pages import Page, read_page
from app.models.run import UNFINISHED, Run
from app.models.weights import Weights


def page_of(session: Session, actor: Actor, limit: int, offset: int) -> Page[Weights]:
    """Return the newest first."""
    newest = Weights.id.desc()
    return read_page(session, _present(actor), newest, limit=limit, offset=offset)


def by_id(session: Session, actor: Actor, number: int) -> Weights | None:
    """Return the weights if they are the actor's to see and not deleted."""
    return note_view(actor, session.scalar(_present(actor).where(Weights.id == number)))


def unfinished_run(session: Session, weights_id: int) -> int | None:
    """Return a run that is waiting or training from the weights."""
    query = select(Run.id).where(Run.pretrained_id == weights_id, Run.status.in_(UNFINISHED))
    return session.scalar(query.order_by(Run.id).limit(1))


def is_kept(session: Session, object_key: str) -> bool:
    """Return whether a row points at the object; deleted weights count."""
    return bool(session.scalar(select(exists().where(Weights.object_key == object_key))))


def kept_objects(session: Session) -> set[str]:
    """Return the keys of all objects that rows point at; deleted weights count."""
    return set(session.scalars(select(Weights.object_key)))


def _present(actor: Actor) -> Select[Weights]:
    return select(Weights).where(visible(Weights, actor), Weights.deleted_at.is_(None))
