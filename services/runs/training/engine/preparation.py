"""From a data set to rows that a network can take: split, shared out, scaled.

Fits of columns and scaling know the training rows only; in a federation they are made of what the
sites report.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from services.datasets.types import TrainingData
from services.runs.training.config.config import TrainingConfig
from services.runs.training.config.field_spec import CENTRALIZED, FEDERATED
from services.runs.training.data.certificate import RunCertificate, certify_run
from services.runs.training.data.scaling import Floats, Moments, together
from services.runs.training.data.sharing import (
    ClassCounts,
    Shard,
    alone,
    only_site,
    shard_out,
    split_of,
)
from services.runs.training.data.split import Rows, Split
from services.runs.training.data.table import TableFit, count_columns, fit_of
from services.runs.training.engine import images
from services.runs.training.engine.augmentation import augmented

IMAGENET_MEAN, IMAGENET_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Rows ready for a network. ``x`` is scaled float32, or uint8 for images.

    ``fit`` is what was fitted on training rows to make inputs of a table.
    """

    x: Tensor
    y: Tensor
    mean: Tensor
    deviation: Tensor
    classes: Sequence[str]
    split: Split
    shards: Sequence[Shard]
    device: torch.device
    augmentation_strength: float
    fit: TableFit | None = None
    certificate: RunCertificate | None = None

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
    labels = ClassCounts(y=data.y, patients=data.patients, columns=data.columns)
    split = split_of(labels, config)
    alone_at = config.only_client is not None and mode == CENTRALIZED
    shards = shard_out(labels, split, config) if mode == FEDERATED or alone_at else []
    if alone_at:
        split, shards = alone(only_site(shards, config), split), []
    parts = [shard.train for shard in shards] or [split.train]
    fit = fit_of(data, [count_columns(data, rows) for rows in parts]) if is_table(data) else None
    x, mean, deviation = _scaled(data, parts, config, fit)
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
        fit=fit,
        certificate=certify_run(
            data,
            split,
            shards,
            np.concatenate(parts),
            fit,
            scaled=is_scaled(data, config),
        ),
    )


def is_table(data: TrainingData) -> bool:
    """Return whether the rows are numbers and categories."""
    return data.kind == "table"


def is_scaled(data: TrainingData, config: TrainingConfig) -> bool:
    """Return whether the scale of the inputs is fitted on rows of the data."""
    return is_table(data) or not has_imagenet_scale(data.x.shape[-1], config)


def has_imagenet_scale(channels: int, config: TrainingConfig) -> bool:
    """Return whether images are scaled by constants, which no row of the data decides."""
    return config.use_imagenet_norm and channels in (1, 3)


def _scaled(
    data: TrainingData, parts: Sequence[Rows], config: TrainingConfig, fit: TableFit | None
) -> tuple[Tensor, Tensor, Tensor]:
    if fit is not None:
        inputs = fit.encode(data)
        mean, deviation = scale_inputs(together([Moments.of(inputs[rows]) for rows in parts]), fit)
        x = torch.from_numpy(((inputs - mean) / deviation).astype(np.float32))
        return x, torch.from_numpy(mean), torch.from_numpy(deviation)
    pixels = images.prepared(data.x, config)
    mean_t, deviation_t = _pixel_scale(pixels, parts, config)
    return pixels, mean_t.view(1, -1, 1, 1), deviation_t.view(1, -1, 1, 1)


def scale_inputs(moments: Moments, fit: TableFit) -> tuple[Floats, Floats]:
    """Return mean and deviation of each input; those that are 0 or 1 stay as they are."""
    mean, deviation = moments.mean.copy(), moments.deviation.copy()
    mean[fit.unscaled], deviation[fit.unscaled] = 0.0, 1.0
    return mean, deviation


def _pixel_scale(
    pixels: Tensor, parts: Sequence[Rows], config: TrainingConfig
) -> tuple[Tensor, Tensor]:
    channels = pixels.shape[1]
    if has_imagenet_scale(channels, config):
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
