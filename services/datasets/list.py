"""Finding datasets: what is not the caller's to see does not exist."""

from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.db.engine import Database
from app.db.pages import Page
from app.ids import parse_id
from app.models.dataset import Dataset
from services.datasets import repository
from services.datasets.builtin import BUILTINS
from services.datasets.errors import DatasetNotFound

_MAX_SHOWN = 100


def list_datasets(database: Database, actor: Actor, limit: int, offset: int) -> Page[Dataset]:
    """Return built-in datasets first, then the newest."""
    with database.read() as session:
        return repository.page_of(session, actor, limit, offset)


def get_dataset(database: Database, actor: Actor, dataset_id: str) -> Dataset:
    """Return one dataset.

    Raises NotFound when there is none or it is not the actor's to see.
    """
    with database.read() as session:
        return visible_dataset(session, actor, dataset_id)


def resolve_dataset(session: Session, actor: Actor, reference: int | str) -> Dataset:
    """Return the dataset that a training names by id (7 or "7") or by slug.

    Raises NotFound with the field ``dataset``, so that a form can show it there.
    """
    text = str(reference).strip()
    dataset = None
    if text.isascii() and text.isdigit():
        dataset = repository.by_id(session, actor, int(text)) if len(text) < 19 else None
    elif text in BUILTINS:
        dataset = repository.by_slug(session, text)
    if dataset is None:
        known = ", ".join(BUILTINS)
        detail = (
            f"There is no dataset '{text[:_MAX_SHOWN]}' that you may use. "
            f"Give the id of one in your list, or {known}."
        )
        raise DatasetNotFound(detail, errors={"dataset": [detail]})
    return dataset


def visible_dataset(session: Session, actor: Actor, dataset_id: int | str) -> Dataset:
    """Return the dataset of this id, in the caller's session."""
    number = parse_id(dataset_id, "dataset_id") if isinstance(dataset_id, str) else dataset_id
    dataset = repository.by_id(session, actor, number)
    if dataset is None:
        raise DatasetNotFound(f"Dataset {number} does not exist, or it is not shared with you.")
    return dataset
