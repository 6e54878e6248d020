"""How far a federation has come: what a checkpoint holds beside the weights."""

import json
import math
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from services.engine_kit.errors import TrainingFailedError
from services.engine_kit.serialization import as_json
from services.runs.training.config.monitor import rank
from services.runs.training.engine.metrics import Metrics


@dataclass
class RoundProgress:
    """The last finished round, the best one so far, and rounds in a row without quorum.

    ``measured`` is the model as each site measured it last: what it receives next.
    ``lr_scheduler`` is the schedule that the run began with, ``rates`` what it remembers. A
    checkpoint that names none is of a release whose federations trained at a constant rate.
    """

    round: int = 0
    best_round: int | None = None
    best_value: float | None = None
    without_quorum: int = 0
    threads: int = 1
    measured: dict[str, Metrics] = field(default_factory=dict)
    lr_scheduler: str = "none"
    rates: dict[str, Any] = field(default_factory=dict)

    def improves(self, monitor: str, metrics: Metrics) -> bool:
        """Note the round's monitored metric; return whether the round is the best so far.

        Of equal rounds the first one counts. The first round counts even if nothing could be
        measured, so that there always is a best model.
        """
        value = metrics.get(monitor)
        if value is None:
            better = self.best_round is None
        else:
            best = math.inf if self.best_value is None else rank(monitor, self.best_value)
            better = rank(monitor, value) < best
        if better:
            self.best_round, self.best_value = self.round, value
        return better

    def to_bytes(self) -> bytes:
        """Return the progress as JSON."""
        return as_json(asdict(self))

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Return the progress of a checkpoint; raises ``TrainingFailedError``."""
        try:
            return cls(**json.loads(content))
        except (ValueError, TypeError) as error:
            raise TrainingFailedError("The checkpoint of this run cannot be read.") from error
