"""How long a training will about take, from earlier ones like it: never from nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import select

from app.auth.access import visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.models.run import Run
from services.datasets.list import resolve_dataset
from services.tracking.domain.training_modes import is_federated

MAX_RUNS = 20  # the latest count: machines and data change


@dataclass(frozen=True, kw_only=True)
class EstimateQuery:
    """A training that somebody thinks about.

    ``steps`` are its epochs; of a federated one its rounds times the local epochs of each.
    """

    mode: str
    network: str
    steps: int
    dataset: int | str | None = None
    federation: int | None = None


@dataclass(frozen=True, kw_only=True)
class TimeEstimate:
    """Seconds of one run, by the median pace of ``runs`` earlier ones; None without any."""

    seconds: float | None
    runs: int


def estimate_time(database: Database, actor: Actor, query: EstimateQuery) -> TimeEstimate:
    """Return how long such a run will about take.

    Earlier runs count that the actor may see and that ended well: of the same dataset, mode,
    network and federation. Raises NotFound for a dataset that is not the actor's to see.
    """
    with database.read() as session:
        dataset = None if query.dataset is None else resolve_dataset(session, actor, query.dataset)
        similar = (
            select(Run.config, Run.duration_seconds)
            .where(
                Run.origin == "trained",
                Run.status == "completed",
                Run.training_mode == query.mode,
                Run.dataset_id.is_(None) if dataset is None else Run.dataset_id == dataset.id,
                Run.federation_id.is_(None)
                if query.federation is None
                else Run.federation_id == query.federation,
                Run.duration_seconds > 0,
                visible(Run, actor),
            )
            .order_by(Run.id.desc())
            .limit(5 * MAX_RUNS)
        )
        rows = session.execute(similar).all()
    paces = [
        row.duration_seconds / steps
        for row in rows
        if row.config.get("network") == query.network
        and (steps := planned_steps(row.config, query))
    ][:MAX_RUNS]
    seconds = round(median(paces) * query.steps, 3) if paces else None
    return TimeEstimate(seconds=seconds, runs=len(paces))


def planned_steps(config: Mapping[str, Any], query: EstimateQuery) -> int:
    """Return how many epochs a run of this configuration trains, 0 where it does not say."""
    if is_federated(query.mode):
        return int(config.get("num_rounds") or 0) * int(config.get("local_epochs") or 0)
    return int(config.get("epochs") or 0)
