"""From a data set to rows that a network can take: split, shared out, scaled.

Scaling knows the training rows only; in a federation it is the sum of what the sites tell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from app.errors import Invalid
from services.datasets.types import TrainingData
from services.runs.domain import partition
from services.runs.domain.config import TrainingConfig
from services.runs.domain.scaling import Moments, together
from services.runs.domain.seeding import generator
from services.runs.domain.settings import FEDERATED
from services.runs.domain.split import Rows, Split, hold_out, split_rows, units_of
from services.runs.engine import images
from services.runs.engine.augmentation import augmented
from services.runs.engine.batches import LEAST

IMAGENET_MEAN, IMAGENET_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True, kw_only=True)
class Shard:
    """The rows of one site."""

    name: str
    train: Rows
    validation: Rows


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Rows ready for a network. ``x`` is scaled float32, or uint8 for images."""

    x: Tensor
    y: Tensor
    mean: Tensor
    deviation: Tensor
    classes: Sequence[str]
    split: Split
    shards: Sequence[Shard]
    device: torch.device
    augmentation_strength: float

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the shape of one input."""
        return tuple(self.x.shape[1:])

    @property
    def is_images(self) -> bool:
        """Return whether the rows are images."""
        return self.x.dtype == torch.uint8

    @property
    def class_counts(self) -> Tensor:
        """Return how many training rows each class has; in a federation summed over sites."""
        parts = [shard.train for shard in self.shards] or [self.split.train]
        counts = [torch.bincount(self.y[rows].cpu(), minlength=len(self.classes)) for rows in parts]
        return torch.stack(counts).sum(dim=0)

    def inputs(self, rows: Tensor, draw: torch.Generator | None = None) -> Tensor:
        """Return the network's input for ``rows``, augmented if there is a generator to draw."""
        x = self.x[rows]
        if not self.is_images:
            return x
        x = x.float().div_(255)
        if draw is not None and self.augmentation_strength > 0:
            x = augmented(x, self.augmentation_strength, draw)
        return x.sub_(self.mean).div_(self.deviation)

    def rows(self) -> dict[str, Any]:
        """Return which rows of the data set each part has."""
        parts: dict[str, Any] = {"test": self.split.test.tolist()}
        if not self.shards:
            parts |= {"train": self.split.train.tolist()}
            return parts | {"validation": self.split.validation.tolist()}
        return parts | {
            "clients": {
                shard.name: {
                    "train": shard.train.tolist(),
                    "validation": shard.validation.tolist(),
                }
                for shard in self.shards
            }
        }

    def sizes(self) -> dict[str, Any]:
        """Return how many rows each part has."""
        parts: dict[str, Any] = {
            "train": len(self.split.train),
            "validation": len(self.split.validation),
            "test": len(self.split.test),
        }
        if self.shards:
            parts["clients"] = {
                shard.name: {"train": len(shard.train), "validation": len(shard.validation)}
                for shard in self.shards
            }
        return parts


def prepare(
    data: TrainingData, config: TrainingConfig, mode: str, device: torch.device
) -> Prepared:
    """Return the rows of ``data`` as the settings want them; raises ``Invalid``."""
    split = split_rows(
        data.patients,
        data.y,
        seed=config.seed,
        test_share=config.test_split,
        validation_share=config.validation_split,
        sample_fraction=config.sample_fraction,
    )
    shards = shard_out(data, split, config) if mode == FEDERATED else []
    parts = [shard.train for shard in shards] or [split.train]
    x, mean, deviation = _scaled(data, parts, config)
    return Prepared(
        x=x.to(device),
        y=torch.from_numpy(data.y).long().to(device),
        mean=mean.to(device),
        deviation=deviation.to(device),
        classes=tuple(data.classes),
        split=split,
        shards=shards,
        device=device,
        augmentation_strength=config.augmentation_strength,
    )


def shard_out(data: TrainingData, split: Split, config: TrainingConfig) -> list[Shard]:
    """Return the sites' rows: never a test row, and a patient's rows stay together."""
    rows = np.sort(np.concatenate([split.train, split.validation]))
    settled = np.zeros(len(rows), dtype=bool)
    if config.partitioner == "column":
        values = _column(data, config)[rows]
        # a patient seen at two sites must not train one and validate the other
        settled = partition.travellers(data.patients[rows], values)
    return [
        _shard(data, name, rows[places], settled[places], config)
        for name, places in _places(data, rows, config).items()
    ]


def _places(data: TrainingData, rows: Rows, config: TrainingConfig) -> Mapping[str, Rows]:
    if config.partitioner == "column":
        return partition.by_column(_column(data, config)[rows], config.min_client_rows)
    units = units_of(data.patients[rows], data.y[rows])
    draw = generator(config.seed, "partition")
    least, clients = config.min_client_rows, config.num_clients
    if config.partitioner == "dirichlet":
        shards = partition.dirichlet(units, clients, config.dirichlet_alpha, least, draw)
    else:
        shards = partition.equal(units, clients, least, draw)
    return {f"client_{number}": shard for number, shard in enumerate(shards, start=1)}


def _column(data: TrainingData, config: TrainingConfig) -> np.ndarray:
    column = data.columns.get(config.partition_column or "")
    if column is None:
        known = ", ".join(data.columns) or "no further columns"
        message = f"The data has no column {config.partition_column!r}; it has {known}."
        raise Invalid(message, errors={"partition_column": [message]})
    return np.asarray(column)


def _shard(
    data: TrainingData, name: str, rows: Rows, settled: np.ndarray, config: TrainingConfig
) -> Shard:
    held = np.zeros(len(rows), dtype=bool)
    free = np.flatnonzero(~settled)
    units = units_of(data.patients[rows[free]], data.y[rows[free]]) if len(free) else None
    if units is not None and units.count > 1:
        draw = generator(config.seed, "validation", name)
        held[free] = hold_out(units, config.validation_split, draw)
        if len(rows) - held.sum() < LEAST:  # nearly all rows are one patient's
            held[:] = False
    return Shard(name=name, train=rows[~held], validation=rows[held])


def _scaled(
    data: TrainingData, parts: Sequence[Rows], config: TrainingConfig
) -> tuple[Tensor, Tensor, Tensor]:
    if data.kind == "table":
        moments = together([Moments.of(data.x[rows]) for rows in parts])
        mean, deviation = moments.mean, moments.deviation
        x = torch.from_numpy(((data.x - mean) / deviation).astype(np.float32))
        return x, torch.from_numpy(mean), torch.from_numpy(deviation)
    pixels = images.prepared(data.x, config)
    mean_t, deviation_t = _pixel_scale(pixels, parts, config)
    return pixels, mean_t.view(1, -1, 1, 1), deviation_t.view(1, -1, 1, 1)


def _pixel_scale(
    pixels: Tensor, parts: Sequence[Rows], config: TrainingConfig
) -> tuple[Tensor, Tensor]:
    channels = pixels.shape[1]
    if config.use_imagenet_norm and channels in (1, 3):
        mean, deviation = torch.tensor(IMAGENET_MEAN), torch.tensor(IMAGENET_DEVIATION)
        return (mean, deviation) if channels == 3 else (mean.mean()[None], deviation.mean()[None])
    moments = together([_pixel_moments(pixels[torch.from_numpy(rows)]) for rows in parts])
    return (
        torch.from_numpy(moments.mean).float(),
        torch.from_numpy(moments.deviation).float(),
    )


def _pixel_moments(pixels: Tensor) -> Moments:
    flat = pixels.permute(0, 2, 3, 1).flatten(end_dim=2).numpy()
    return Moments.of(flat.astype(np.float32) / 255)
