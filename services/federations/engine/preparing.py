"""Rows ready for a network, on either side: a site has its own, the server those of the test.

The arithmetic is that of a federation in one process, so both give the same numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from app.errors import Invalid
from services.datasets.types import TrainingData
from services.federations.engine.columns import fit_from_json, plain_fit
from services.federations.engine.facts import SiteFacts, SitePlan
from services.runs.training.config.config import TrainingConfig
from services.runs.training.data.scaling import Moments, together
from services.runs.training.data.sharing import MIN_ROWS, Shard
from services.runs.training.data.split import Split, hold_out, units_of
from services.runs.training.data.table import TableFit
from services.runs.training.engine import images
from services.runs.training.engine.preparation import (
    IMAGENET_DEVIATION,
    IMAGENET_MEAN,
    Prepared,
    scale_inputs,
)
from services.seeding import generator

NOTHING: NDArray[np.int64] = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class SitePrepared(Prepared):
    """Prepared rows with classes counted over all sites; most rows stay at the sites."""

    counts: Sequence[int]

    @property
    def class_counts(self) -> Tensor:
        """Return how many training rows each class has at all sites together."""
        return torch.tensor(list(self.counts))

    def rows(self) -> dict[str, Any]:
        """Return which rows are tested; which ones a site trains on is its own matter."""
        return {"test": self.split.test.tolist(), "clients": self.sizes()["clients"]}


def in_order(data: TrainingData, plan: SitePlan) -> TrainingData:
    """Return the rows with the plan's columns and classes, in its order; raises ``Invalid``."""
    if data.kind != plan.kind:
        raise _unfit(f"The data here is of kind {data.kind}; this run trains on {plan.kind}.")
    missing = [name for name in plan.features if name not in set(data.feature_names)]
    missing += [f"{name} (categories)" for name in plan.categories if name not in data.categories]
    if missing:
        raise _unfit(f"The data here lacks the columns {', '.join(missing[:5])}.")
    places = {name: place for place, name in enumerate(plan.classes)}
    present = [name for place, name in enumerate(data.classes) if (data.y == place).any()]
    unknown = [name for name in present if name not in places]
    if unknown:
        known = ", ".join(plan.classes)
        raise _unfit(f"The data here has the class {unknown[0]!r}; this run knows {known}.")
    order = np.array([places.get(name, 0) for name in data.classes], dtype=np.int64)
    x = data.x
    if data.kind == "table":
        columns = {name: place for place, name in enumerate(data.feature_names)}
        x = np.ascontiguousarray(x[:, [columns[name] for name in plan.features]])
    ordered = replace(
        data,
        x=x,
        y=order[data.y],
        classes=list(plan.classes),
        feature_names=list(plan.features),
        categories={name: data.categories[name] for name in plan.categories},
        fills=dict(plan.fills),
    )
    _require_filled(ordered)
    return ordered


def _require_filled(data: TrainingData) -> None:
    """Raise ``Invalid`` for a gap that this run does not fill."""
    gaps = []
    if data.kind == "table":
        holes = np.isnan(data.x).any(axis=0)
        gaps = [name for name, has in zip(data.feature_names, holes, strict=True) if has]
    gaps += [name for name, cells in data.categories.items() if (cells == "").any()]
    unfilled = [name for name in gaps if name not in data.fills]
    if unfilled:
        raise _unfit(
            f"The data here has missing values in {', '.join(unfilled[:5])}, which this run does "
            "not fill. Where the run has data at the server, name the column there too "
            "(missing_features)."
        )


def shard_of(data: TrainingData, name: str, config: TrainingConfig) -> Shard:
    """Return which of a site's rows it trains on; patients stay on one side."""
    rows = np.arange(len(data.y), dtype=np.int64)
    if len(rows) < max(config.min_client_rows, MIN_ROWS):
        raise _unfit(
            f"The data here has {len(rows)} rows; this run requires {config.min_client_rows} or "
            "more of each site (min_client_rows)."
        )
    held = np.zeros(len(rows), dtype=bool)
    units = units_of(data.patients, data.y)
    if units.count > 1:
        held = hold_out(units, config.validation_split, generator(config.seed, "validation", name))
        if len(rows) - held.sum() < MIN_ROWS:
            held[:] = False
    return Shard(name=name, train=rows[~held], validation=rows[held])


def facts_of(
    data: TrainingData, shard: Shard, config: TrainingConfig, fit: TableFit | None = None
) -> SiteFacts:
    """Return what a site reports of its rows, once they are in the plan's order."""
    moments, shape = _moments(data, shard, config, fit or plain_fit(data))
    counts = np.bincount(data.y[shard.train], minlength=len(data.classes))
    return SiteFacts(
        site=shard.name,
        sha256=data.sha256,
        rows=len(data.y),
        patients=len(np.unique(data.patients)),
        train_rows=len(shard.train),
        validation_rows=len(shard.validation),
        class_counts=[int(count) for count in counts],
        mean=moments.mean.tolist(),
        spread=moments.spread.tolist(),
        shape=list(shape),
    )


def _moments(
    data: TrainingData, shard: Shard, config: TrainingConfig, fit: TableFit | None
) -> tuple[Moments, tuple[int, ...]]:
    if fit is not None:
        inputs = fit.encode(data)
        return Moments.of(inputs[shard.train]), (inputs.shape[1],)
    pixels = images.prepared(data.x, config)
    chosen = pixels[torch.from_numpy(shard.train)]
    flat = chosen.permute(0, 2, 3, 1).flatten(end_dim=2).numpy().astype(np.float32) / 255
    return Moments.of(flat), tuple(pixels.shape[1:])


def scale_of(
    fit: TableFit | None, facts: Sequence[SiteFacts], config: TrainingConfig
) -> tuple[list[float], list[float]]:
    """Return mean and deviation from the sums of the sites, joined in their order."""
    channels = facts[0].shape[0]
    if fit is None and config.use_imagenet_norm and channels in (1, 3):
        mean, deviation = torch.tensor(IMAGENET_MEAN), torch.tensor(IMAGENET_DEVIATION)
        if channels == 1:
            mean, deviation = mean.mean()[None], deviation.mean()[None]
        return mean.tolist(), deviation.tolist()
    moments = together([one.moments for one in facts])
    if fit is not None:
        mean_of, deviation_of = scale_inputs(moments, fit)
        return mean_of.tolist(), deviation_of.tolist()
    return moments.mean.tolist(), moments.deviation.tolist()


def prepared_at(
    data: TrainingData,
    plan: SitePlan,
    config: TrainingConfig,
    shards: Sequence[Shard],
    device: torch.device,
) -> SitePrepared:
    """Return the rows scaled as the plan says; the test rows are those of no shard here."""
    fit = plain_fit(data) if plan.fit is None else fit_from_json(plan.fit)
    x, mean, deviation = _scaled(data, plan, config, fit)
    everything = np.arange(len(data.y), dtype=np.int64)
    return SitePrepared(
        x=x.to(device),
        y=torch.from_numpy(data.y).long().to(device),
        mean=mean.to(device),
        deviation=deviation.to(device),
        classes=tuple(plan.classes),
        split=Split(train=NOTHING, validation=NOTHING, test=everything),
        shards=shards,
        device=device,
        augmentation_strength=config.augmentation_strength,
        counts=list(plan.class_counts or ()),
        fit=fit,
    )


def shape_of(data: TrainingData, config: TrainingConfig, fit: TableFit | None) -> list[int]:
    """Return the shape of one row as the network sees it; there need not be one."""
    if fit is not None:
        return [len(fit.inputs)]
    blank = np.zeros((1, *data.x.shape[1:]), dtype=np.uint8)
    return list(images.prepared(blank, config).shape[1:])


def _scaled(
    data: TrainingData, plan: SitePlan, config: TrainingConfig, fit: TableFit | None
) -> tuple[Tensor, Tensor, Tensor]:
    mean, deviation = np.array(plan.mean), np.array(plan.deviation)
    if fit is not None:
        x = torch.from_numpy(((fit.encode(data) - mean) / deviation).astype(np.float32))
        return x, torch.from_numpy(mean), torch.from_numpy(deviation)
    if len(data.x):
        pixels = images.prepared(data.x, config)
    else:
        pixels = torch.zeros((0, *shape_of(data, config, None)), dtype=torch.uint8)
    return pixels, _per_channel(mean), _per_channel(deviation)


def _per_channel(values: NDArray[np.float64]) -> Tensor:
    return torch.from_numpy(values).float().view(1, -1, 1, 1)


def _unfit(message: str) -> Invalid:
    return Invalid(message, errors={"data": [message]})
