"""What datasets bring to the platform."""

from app.domains import HOUR, Domain, PeriodicTask
from services.datasets.sweep import sweep_datasets

DOMAIN = Domain(
    name="datasets",
    tasks=(
        PeriodicTask(seconds=HOUR, run=lambda it: sweep_datasets(it.database, it.store, it.folder)),
    ),
    audit_actions=("dataset_created", "dataset_changed", "dataset_deleted"),
)
