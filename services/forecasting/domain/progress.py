"""How far a training is, in percent of the contract's scale (section 7), and what is left of it.

0 is a training that waits, 1 to 50 are its epochs, 50 to 100 what comes after them. A family
without epochs is at 35 while it is fitted, and at 45 when it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

PREPARATION, TRAINING, AFTER, DONE = (
    "data_transformation",
    "training_execution",
    "post_training",
    "completed",
)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A stage of a training: where it begins, in percent, and the contract's words for it."""

    name: str
    percent: float
    phase: str
    status: str


ACCEPTED = Stage(name="accepted", percent=0, phase=PREPARATION, status="training_starting")
PREPARE = Stage(name="prepare_data", percent=1, phase=PREPARATION, status="data_transformation")
EPOCHS = Stage(name="epochs", percent=1, phase=TRAINING, status="training_started")
FIT = Stage(name="fit", percent=35, phase=TRAINING, status="training_started")
FITTED = Stage(name="fitted", percent=45, phase=TRAINING, status="processing")
TRAINED = Stage(name="trained", percent=50, phase=TRAINING, status="model_training_completed")
EVALUATE = Stage(name="evaluate", percent=55, phase=AFTER, status="post_training")
RESULTS = Stage(name="prepare_results", percent=60, phase=AFTER, status="post_training")
COMPRESS = Stage(name="compress", percent=63, phase=AFTER, status="post_training")
COMPRESSED = Stage(name="compressed", percent=65, phase=AFTER, status="post_training")
UPLOAD = Stage(name="upload", percent=66, phase=AFTER, status="post_training")
RESULTS_STORED = Stage(name="results_stored", percent=70, phase=AFTER, status="post_training")
PACKED_STORED = Stage(name="packed_stored", percent=85, phase=AFTER, status="post_training")
MODEL_STORED = Stage(name="model_stored", percent=95, phase=AFTER, status="post_training")
COMPLETED = Stage(name="completed", percent=100, phase=DONE, status="completed")


def at_epoch(epoch: int, total: int) -> Stage:
    """Return the stage after ``epoch`` (from 1) of ``total``: 1 to 50 percent."""
    return replace(EPOCHS, percent=1 + 49 * _share(epoch, total), status="processing")


def at_part(part: int, total: int) -> Stage:
    """Return the stage after ``part`` (from 1) of the ``total`` parts of a fit without epochs."""
    return replace(FIT, percent=35 + 10 * _share(part, total), status="processing")


def _share(done: int, total: int) -> float:
    return min(1.0, max(0.0, done / total)) if total > 0 else 0.0


def epochs_left_seconds(seconds: Sequence[float], left: int) -> float | None:
    """Return how long ``left`` epochs will take; None before the first one has ended.

    The mean of the ``seconds`` of the epochs so far, weighted 1, 2, … k from the oldest to the
    newest, times the epochs left (contract section 7).
    """
    if not seconds:
        return None
    weights = range(1, len(seconds) + 1)
    mean = sum(w * s for w, s in zip(weights, seconds, strict=True)) / sum(weights)
    return mean * max(0, left)


def remaining_seconds(elapsed: float, begun_at: float, percent: float) -> float | None:
    """Return how long the rest will take at the pace so far; None before anything is done.

    ``elapsed`` seconds brought the work from ``begun_at`` to ``percent``; the contract's
    elapsed / p · (100 - p) where it began at 0.
    """
    done = percent - begun_at
    return None if done <= 0 else max(0.0, elapsed) / done * (100 - percent)
