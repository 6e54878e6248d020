"""What a training reads and reports to: the seam between the platform, the windows and the engine.

Numbers are scaled; steps come before columns in every array.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from services.forecasting.models.families import ModelSettings

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Metrics = Mapping[str, float]


class Block(Protocol):
    """The samples of one part of the split, cut out of the series when they are read."""

    def __len__(self) -> int:
        """Return the number of samples."""

    def inputs(self, rows: Rows) -> Floats:
        """Return scaled inputs, (len(rows), input steps, input columns)."""

    def outputs(self, rows: Rows) -> Floats:
        """Return scaled outputs, (len(rows), output steps, output columns)."""


@dataclass(frozen=True, kw_only=True)
class WindowShape:
    """Steps and columns of every window."""

    input_steps: int
    output_steps: int
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]

    @property
    def input_size(self) -> tuple[int, int]:
        """Return (input steps, input columns)."""
        return self.input_steps, len(self.input_names)

    @property
    def output_size(self) -> tuple[int, int]:
        """Return (output steps, output columns)."""
        return self.output_steps, len(self.output_names)

    def as_mapping(self) -> dict[str, Any]:
        """Return the shape as JSON knows it."""
        return {
            "input_steps": self.input_steps,
            "output_steps": self.output_steps,
            "input_names": list(self.input_names),
            "output_names": list(self.output_names),
        }

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Self:
        """Return the shape that ``as_mapping`` wrote."""
        return cls(
            input_steps=int(mapping["input_steps"]),
            output_steps=int(mapping["output_steps"]),
            input_names=tuple(mapping["input_names"]),
            output_names=tuple(mapping["output_names"]),
        )


@dataclass(frozen=True, kw_only=True)
class TrainingBlocks:
    """What a model is fitted on and chosen by; the test samples are not among them."""

    train: Block
    validation: Block
    input_steps: int
    output_steps: int
    input_names: tuple[str, ...]
    output_names: tuple[str, ...]

    @property
    def shape(self) -> WindowShape:
        """Return the shape of all windows."""
        return WindowShape(
            input_steps=self.input_steps,
            output_steps=self.output_steps,
            input_names=tuple(self.input_names),
            output_names=tuple(self.output_names),
        )


class CheckpointStore(Protocol):
    """Keeps the newest checkpoint of one training: safetensors and JSON by file name."""

    def load(self) -> Mapping[str, bytes] | None:
        """Return the files of the newest checkpoint, None before the first one."""

    def save(self, epoch: int, files: Mapping[str, bytes]) -> None:
        """Replace the checkpoint by the one after ``epoch`` (from 1)."""


class TrainingStopped(Exception):
    """A stop came before there was a model; what was done so far is in the checkpoint."""


class FitContext(Protocol):
    """What a training reports to, and asks whether it should go on."""

    @property
    def seed(self) -> int:
        """Return the session's seed; a seed among the settings comes before it."""

    @property
    def checkpoints(self) -> CheckpointStore | None:
        """Return where checkpoints are kept, None where none are."""

    def on_epoch(self, epoch: int, total: int, metrics: Metrics, seconds: float) -> None:
        """Report an epoch that has ended (from 1): train and val loss (MSE) and rmse."""

    def on_batch(self, batch: int, total: int, metrics: Metrics, epoch: int) -> None:
        """Report batch ``batch`` of ``total`` within ``epoch`` (both from 1).

        A batch is one of samples (networks), a tree (LightGBM, whose epochs are targets) or a
        regression (SVR); ``metrics`` has train_loss where there is one.
        """

    def stop_requested(self) -> bool:
        """Return whether a person has requested the end."""


@dataclass(frozen=True, kw_only=True)
class FitHistory:
    """How a training went.

    ``epochs`` holds the metrics of each epoch; ``best_epoch`` (from 1) is the one that the model
    is from, None for a family without epochs. ``reason`` is completed, early_stopping or stopped.
    ``notes`` are sentences for the person: what was left out, and why.
    """

    epochs: Sequence[Metrics] = ()
    best_epoch: int | None = None
    reason: str = "completed"
    notes: Sequence[str] = ()
    seconds: float = 0.0

    def as_mapping(self) -> dict[str, Any]:
        """Return the history as JSON knows it."""
        return {
            "epochs": [dict(one) for one in self.epochs],
            "best_epoch": self.best_epoch,
            "reason": self.reason,
            "notes": list(self.notes),
            "seconds": self.seconds,
        }


class Fitted(Protocol):
    """A trained model."""

    @property
    def settings(self) -> ModelSettings:
        """Return what it was trained with."""

    @property
    def shape(self) -> WindowShape:
        """Return the windows that it reads and makes."""

    @property
    def history(self) -> FitHistory:
        """Return how its training went."""

    def predict(self, inputs: Floats) -> Floats:
        """Return scaled outputs (n, output steps, output columns) of scaled inputs.

        ``inputs`` is (n, input steps, input columns); raises ``WrongWindowShape`` otherwise.
        """

    def save(self, folder: Path) -> None:
        """Write the model into the empty ``folder``, as files that run no code."""


@runtime_checkable
class WeightedFit(Fitted, Protocol):
    """A trained model that is a weighted sum of others."""

    @property
    def given_weights(self) -> Sequence[float]:
        """Return the weight of each model that was given, 0 of those that are left out."""
