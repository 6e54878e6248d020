"""What datasets bring to the platform."""

from app.domains import HOUR, Domain, PeriodicTask, SearchKind
from app.later import later
from app.models.dataset import Dataset

kept_objects = later("services.datasets.repository:kept_objects")
sweep_datasets = later("services.datasets.sweep:sweep_datasets")

DOMAIN = Domain(
    name="datasets",
    tasks=(
        PeriodicTask(seconds=HOUR, run=lambda it: sweep_datasets(it.database, it.store, it.folder)),
    ),
    audit_actions=("dataset_created", "dataset_changed", "dataset_deleted"),
    search=(
        SearchKind(
            kind="dataset",
            model=Dataset,
            place=4,
            words=("dataset", "datasets", "data", "datensatz", "daten"),
        ),
    ),
    pages=("datasets",),
    kept_objects=(kept_objects,),
)
