"""Renaming, sharing and deleting datasets."""

from dataclasses import dataclass

from app.auth.access import can_edit
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import Forbidden
from app.models.dataset import Dataset
from services.datasets import repository
from services.datasets.errors import DatasetInUse, DatasetReadOnly
from services.datasets.list import visible_dataset
from services.datasets.names import checked_name


@dataclass(frozen=True, kw_only=True)
class DatasetChanges:
    """What to change; None leaves a field as it is."""

    name: str | None = None
    visibility: str | None = None


def change_dataset(
    database: Database, actor: Actor, dataset_id: str, changes: DatasetChanges
) -> Dataset:
    """Rename a dataset, or show it to the team or to nobody else."""
    with database.write() as unit:
        dataset = editable(unit, actor, dataset_id)
        before = {"name": dataset.name, "visibility": dataset.visibility}
        if changes.name is not None:
            dataset.name = checked_name(changes.name)
        if changes.visibility is not None:
            dataset.visibility = changes.visibility
        after = {"name": dataset.name, "visibility": dataset.visibility}
        if after != before:
            detail = {"before": before, "after": after}
            record(unit, actor, "dataset_changed", f"dataset:{dataset.id}", detail)
    return dataset


def delete_dataset(database: Database, actor: Actor, dataset_id: str) -> None:
    """Take a dataset out of use; its rows stay, so that old runs can be explained.

    Raises DatasetInUse while a run waits for it or trains on it.
    """
    with database.write() as unit:
        dataset = editable(unit, actor, dataset_id)
        run = repository.unfinished_run(unit.session, dataset.id)
        if run is not None:
            raise DatasetInUse(
                f"Run {run} is not over and needs this dataset. Stop it or wait for its end."
            )
        dataset.deleted_at = now()
        record(unit, actor, "dataset_deleted", f"dataset:{dataset.id}", {"name": dataset.name})


def editable(unit: UnitOfWork, actor: Actor, dataset_id: str) -> Dataset:
    """Return a dataset that the actor may change; raises NotFound, Forbidden, DatasetReadOnly."""
    dataset = visible_dataset(unit.session, actor, dataset_id)
    if dataset.slug is not None:
        raise DatasetReadOnly(f"'{dataset.name}' comes with the product and does not change.")
    if not can_edit(actor, dataset):
        raise Forbidden("This dataset is shared with you to use: its owner or an admin changes it.")
    return dataset
