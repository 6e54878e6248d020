"""Which rows each site has: the same answer before a run, in its training, and for one site alone.

Pure, so that the web process computes skew and a worker trains rows from one function.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from app.errors import Invalid
from services.runs.training.config.config import TrainingConfig
from services.runs.training.data import partition
from services.runs.training.data.split import Rows, Split, hold_out, split_rows, units_of
from services.seeding import generator

MIN_ROWS = 2  # BatchNorm cannot train on a single row


@dataclass(frozen=True, kw_only=True)
class ClassCounts:
    """What sharing out needs to know of rows: parallel columns of shape (n,)."""

    y: NDArray[np.int64]
    patients: NDArray[np.str_]
    columns: Mapping[str, NDArray[np.str_]]


@dataclass(frozen=True, kw_only=True)
class Shard:
    """The rows of one site."""

    name: str
    train: Rows
    validation: Rows

    @property
    def rows(self) -> Rows:
        """Return all rows of the site, ascending."""
        return np.sort(np.concatenate([self.train, self.validation]))


def split_of(labels: ClassCounts, config: TrainingConfig) -> Split:
    """Return train, validation and test rows; raises ``Invalid``."""
    return split_rows(
        labels.patients,
        labels.y,
        seed=config.seed,
        test_share=config.test_split,
        validation_share=config.validation_split,
        sample_fraction=config.sample_fraction,
    )


def shard_out(labels: ClassCounts, split: Split, config: TrainingConfig) -> list[Shard]:
    """Return the sites' rows: never a test row, and a patient's rows stay together."""
    rows = np.sort(np.concatenate([split.train, split.validation]))
    settled = np.zeros(len(rows), dtype=bool)
    if config.partitioner == "column":
        values = _column(labels, config)[rows]
        # a patient seen at two sites must not train one and validate the other
        settled = partition.travellers(labels.patients[rows], values)
    return [
        _shard(labels, name, rows[places], settled[places], config)
        for name, places in _places(labels, rows, config).items()
    ]


def only_site(shards: Sequence[Shard], config: TrainingConfig) -> Shard:
    """Return the one site that ``only_client`` names; raises ``Invalid`` with the nearest name."""
    name = str(config.only_client)
    site = next((shard for shard in shards if shard.name == name), None)
    if site is None:
        names = [shard.name for shard in shards]
        nearest = get_close_matches(name, names, n=1, cutoff=0.5)
        hint = f" Did you mean {nearest[0]}?" if nearest else f" There are {', '.join(names[:5])}."
        raise _not_alone(f"There is no client called {name!r}.{hint}")
    if not len(site.validation):
        raise _not_alone(f"{name} has no validation rows to choose its best epoch by.")
    return site


def alone(shard: Shard, split: Split) -> Split:
    """Return the split of a training on one site's rows; what is tested stays the same."""
    return Split(train=shard.train, validation=shard.validation, test=split.test)


def _not_alone(message: str) -> Invalid:
    return Invalid(message, errors={"only_client": [message]})


def _places(labels: ClassCounts, rows: Rows, config: TrainingConfig) -> Mapping[str, Rows]:
    if config.partitioner == "column":
        return partition.by_column(_column(labels, config)[rows], config.min_client_rows)
    units = units_of(labels.patients[rows], labels.y[rows])
    draw = generator(config.seed, "partition")
    min_rows, clients = config.min_client_rows, config.num_clients
    if config.partitioner == "dirichlet":
        shards = partition.dirichlet(units, clients, config.dirichlet_alpha, min_rows, draw)
    else:
        shards = partition.equal(units, clients, min_rows, draw)
    return {f"client_{number}": shard for number, shard in enumerate(shards, start=1)}


def _column(labels: ClassCounts, config: TrainingConfig) -> NDArray[np.str_]:
    column = labels.columns.get(config.partition_column or "")
    if column is None:
        known = ", ".join(labels.columns) or "no further columns"
        message = f"The data has no column {config.partition_column!r}; it has {known}."
        raise Invalid(message, errors={"partition_column": [message]})
    return np.asarray(column)


def _shard(
    labels: ClassCounts, name: str, rows: Rows, settled: NDArray[np.bool_], config: TrainingConfig
) -> Shard:
    held = np.zeros(len(rows), dtype=bool)
    free = np.flatnonzero(~settled)
    units = units_of(labels.patients[rows[free]], labels.y[rows[free]]) if len(free) else None
    if units is not None and units.count > 1:
        draw = generator(config.seed, "validation", name)
        held[free] = hold_out(units, config.validation_split, draw)
        if len(rows) - held.sum() < MIN_ROWS:  # nearly all rows are one patient's
            held[:] = False
    return Shard(name=name, train=rows[~held], validation=rows[held])
