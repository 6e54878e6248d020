"""Which runs show something of a private data set to everybody who sees them.

A run names the columns, classes and counts of what it was trained on; its page and plots need
them. Who shares a run shares these, and hears so first; the data set itself stays private.
"""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.dataset import Dataset
from app.models.run import Run


def of_private_data(session: Session, run_ids: Sequence[int]) -> list[int]:
    """Return which of the runs were trained on a private data set, by id."""
    query = (
        select(Run.id)
        .join(Dataset, Dataset.id == Run.dataset_id)
        .where(Run.id.in_(run_ids), Dataset.visibility == "private")
    )
    return list(session.scalars(query.order_by(Run.id)))


def is_private(dataset: Dataset | None) -> bool:
    """Return whether there is a data set, and one that is not shared."""
    return dataset is not None and dataset.visibility == "private"
