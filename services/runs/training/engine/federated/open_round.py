"""A round from its beginning to its outcome."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.runs.training.engine.federated.aggregation import Merged
from services.runs.training.engine.federated.exchange import COMPLETED, Answers, Validation
from services.runs.training.ports import ClientRound, RoundOutcome

NO_QUORUM = "no_quorum"


@dataclass(frozen=True, kw_only=True)
class OpenRound:
    """A round that has begun: ``started`` is on the monotonic clock.

    ``quorum`` is how many good updates it needs to change the model.
    """

    number: int
    at: datetime
    started: float
    parts: Mapping[int, ClientRound]
    quorum: int

    def outcome(
        self,
        answers: Answers,
        merged: Merged | None,
        validation: Validation,
        traffic: tuple[int | None, int | None],
    ) -> RoundOutcome:
        """Return what the round came to; ``traffic`` are the bytes down and up."""
        down, up = traffic
        return RoundOutcome(
            number=self.number,
            status=COMPLETED if merged else NO_QUORUM,
            started_at=self.at,
            seconds=time.monotonic() - self.started,
            taking_part=len(self.parts),
            good=len(answers.good),
            quorum=self.quorum,
            fit_metrics=merged.metrics if merged else {},
            eval_metrics=validation.mean,
            bytes_down=down,
            bytes_up=up,
        )
