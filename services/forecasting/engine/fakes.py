"""Shipped fakes: blocks in memory, and a context that remembers what it was given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from services.forecasting.models.ports import Floats, Metrics, Rows


@dataclass(frozen=True)
class MemoryBlock:
    """Windows that lie in memory whole."""

    x: Floats
    y: Floats

    def __len__(self) -> int:
        return len(self.x)

    def inputs(self, rows: Rows) -> Floats:
        """Return inputs."""
        return np.asarray(self.x[rows], dtype=np.float32)

    def outputs(self, rows: Rows) -> Floats:
        """Return outputs."""
        return np.asarray(self.y[rows], dtype=np.float32)


class MemoryCheckpoints:
    """Keeps every checkpoint; ``load`` returns the newest."""

    def __init__(self, newest: Mapping[str, bytes] | None = None) -> None:
        self.newest = newest
        self.all: list[Mapping[str, bytes]] = []

    def load(self) -> Mapping[str, bytes] | None:
        """Return the newest checkpoint."""
        return self.newest

    def save(self, epoch: int, files: Mapping[str, bytes]) -> None:
        """Replace the newest checkpoint."""
        self.newest = dict(files)
        self.all.append(self.newest)


@dataclass
class RecordingContext:
    """Remembers epochs and batches; ``stop_when`` decides when a person requests the end."""

    seed: int = 46
    checkpoints: MemoryCheckpoints | None = None
    stop_when: Callable[["RecordingContext"], bool] = lambda _: False
    epochs: list[tuple[int, int, Metrics]] = field(default_factory=list)
    batches: list[tuple[int, int, Metrics, int]] = field(default_factory=list)

    def on_epoch(self, epoch: int, total: int, metrics: Metrics, seconds: float) -> None:
        """Remember an epoch."""
        self.epochs.append((epoch, total, metrics))

    def on_batch(self, batch: int, total: int, metrics: Metrics, epoch: int) -> None:
        """Remember a batch."""
        self.batches.append((batch, total, metrics, epoch))

    def stop_requested(self) -> bool:
        """Return what ``stop_when`` says."""
        return self.stop_when(self)
