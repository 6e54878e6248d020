"""Training with torch: the one place where a task's mode chooses between Lightning and Flower.

Importing this package is cheap; each mode imports its own libraries when it is needed.
"""

import json
from collections.abc import Sequence
from typing import Any

from services.engine_kit.environment import compute_with, silence, threads_for
from services.runs.training.config.field_spec import CENTRALIZED, FEDERATED
from services.runs.training.ports import TrainingRecorder, TrainingResult, TrainingTask


class LightningFlowerEngine:
    """Trains centralised runs with Lightning and federated ones with Flower.

    ``client_mods`` are Flower's wrappers around every client's part, none by default.
    """

    def __init__(self, client_mods: Sequence[Any] = ()) -> None:
        self._client_mods = tuple(client_mods)

    def train(self, task: TrainingTask, recorder: TrainingRecorder) -> TrainingResult:
        """Train to the end or to a stop; raises a ``RoundhouseError`` that says what is wrong."""
        silence()
        threads = _threads(task)
        compute_with(threads)
        if task.mode == FEDERATED:
            from services.runs.training.engine.federated.train import train_federated

            return train_federated(task, recorder, threads, self._client_mods)
        if task.mode == CENTRALIZED:
            from services.runs.training.engine.centralized.train import train_centralised

            return train_centralised(task, recorder, threads)
        raise ValueError(f"There is no training mode {task.mode!r}.")


def _threads(task: TrainingTask) -> int:
    """Return the number of threads: a resumed run keeps the one that it began with.

    Sums of floats depend on how they are cut into threads.
    """
    if task.resume is not None and "state.json" in task.resume.files:
        return int(json.loads(task.resume.files["state.json"])["threads"])
    return threads_for(task.config.torch_threads)
