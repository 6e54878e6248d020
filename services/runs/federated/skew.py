"""How unevenly a federation's rows lie: known before anything is trained, by the same partition."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.auth.access import require_member, require_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.errors import Conflict
from app.models.dataset import Dataset
from app.models.run import Run
from app.storage import ObjectStore
from services.datasets.list import resolve_dataset
from services.runs.create import StartRequest, config_of, in_the_request
from services.runs.training.config.config import TrainingConfig
from services.runs.training.config.field_spec import FEDERATED
from services.runs.training.config.rules import validate_sites
from services.runs.training.data.sharing import ClassCounts, shard_out, split_of
from services.runs.training.data.skew import Skew, skew_of


@dataclass(frozen=True, kw_only=True)
class SkewRequest:
    """A federation that somebody thinks about; ``config`` is over that person's defaults."""

    dataset: int | str
    config: Mapping[str, Any] = field(default_factory=dict)


def show_skew(database: Database, store: ObjectStore, actor: Actor, run_id: str) -> Skew:
    """Return the skew of a run's sites.

    Raises Conflict for a run whose rows were not shared out by us.
    """
    with database.read() as session:
        run = require_visible(session, Run, run_id, actor)
        dataset = session.get(Dataset, run.dataset_id) if run.dataset_id else None
    if dataset is None or run.origin != "trained" or run.federation_id is not None:
        raise Conflict(
            f"The rows of run {run.id} are on external sites: their skew is not known here."
        )
    if run.training_mode != FEDERATED:
        raise Conflict(f"Run {run.id} is centralized: it has no sites to compare.")
    labels = load_class_counts(dataset, store)
    return skew_among_sites(dataset, labels, TrainingConfig.from_mapping(run.config))


def preview_skew(
    database: Database, store: ObjectStore, actor: Actor, request: SkewRequest
) -> Skew:
    """Return the skew of the sites that a federation would have.

    Raises Invalid naming each setting that is wrong, NotFound for a dataset that is not there.
    """
    require_member(actor)
    start = StartRequest(
        mode=FEDERATED, dataset=request.dataset, experiment_name="", config=request.config
    )
    with database.read() as session:
        dataset = resolve_dataset(session, actor, request.dataset)
        config = config_of(session, actor, start, dataset)
    with in_the_request():
        return skew_among_sites(dataset, load_class_counts(dataset, store), config)


def load_class_counts(dataset: Dataset, store: ObjectStore) -> ClassCounts:
    """Return what a partition needs of a dataset's rows."""
    from services.datasets.labels import load_labels  # with polars: the web process starts bare

    loaded = load_labels(dataset, store)
    return ClassCounts(y=loaded.y, patients=loaded.patients, columns=loaded.columns)


def skew_among_sites(dataset: Dataset, labels: ClassCounts, config: TrainingConfig) -> Skew:
    """Return the skew of the sites that the rows are shared out to; raises Invalid."""
    shards = shard_out(labels, split_of(labels, config), config)
    validate_sites(config, len(shards))
    return skew_of(shards, labels, dataset.classes)
