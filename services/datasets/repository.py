"""The statements of this domain."""

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session, defer

from app.auth.access import visible
from app.auth.actor import Actor
from app.auth.views import note_view
from app.db.pages import Page, read_page
from app.models.dataset import Dataset
from app.models.run import UNFINISHED, Run


def page_of(session: Session, actor: Actor, limit: int, offset: int) -> Page[Dataset]:
    """Return built-ins first, then the newest."""
    order = (Dataset.slug.is_(None), Dataset.slug, Dataset.id.desc())
    present = _present(actor).options(defer(Dataset.column_schema))  # of thousands of columns
    return read_page(session, present, *order, limit=limit, offset=offset)


def by_id(session: Session, actor: Actor, number: int) -> Dataset | None:
    """Return the dataset if it is the actor's to see and not deleted."""
    return note_view(actor, session.scalar(_present(actor).where(Dataset.id == number)))


def by_slug(session: Session, slug: str) -> Dataset | None:
    """Return the built-in of this name."""
    return session.scalar(select(Dataset).where(Dataset.slug == slug))


def unfinished_run(session: Session, dataset_id: int) -> int | None:
    """Return a run that is waiting or training on the dataset."""
    query = select(Run.id).where(Run.dataset_id == dataset_id, Run.status.in_(UNFINISHED))
    return session.scalar(query.order_by(Run.id).limit(1))


def any_run(session: Session, dataset_id: int) -> int | None:
    """Return a run that was ever started on the dataset."""
    query = select(Run.id).where(Run.dataset_id == dataset_id)
    return session.scalar(query.order_by(Run.id).limit(1))


def lock(session: Session, dataset: Dataset) -> None:
    """Hold the row until the unit of work ends, so that no run begins on it meanwhile."""
    session.refresh(dataset, with_for_update=True)


def is_kept(session: Session, object_key: str) -> bool:
    """Return whether a row points at the object; deleted datasets count."""
    points = or_(Dataset.object_key == object_key, Dataset.source_key == object_key)
    return bool(session.scalar(select(exists().where(points))))


def kept_objects(session: Session) -> set[str]:
    """Return the keys of all objects that rows point at; deleted datasets count."""
    pairs = session.execute(select(Dataset.object_key, Dataset.source_key))
    return {key for pair in pairs for key in pair if key is not None}


def _present(actor: Actor) -> Select[Dataset]:
    return select(Dataset).where(visible(Dataset, actor), Dataset.deleted_at.is_(None))
