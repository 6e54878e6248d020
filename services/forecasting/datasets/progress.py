"""How far the dataset job is, in the contract's percentages, stored and published step by step."""

import time
from collections.abc import Callable

from app.jobs import states
from services.forecasting.datasets.events import DatasetStatusUpdate
from services.forecasting.topics import subject_of
from services.runs.training.ports import FencedAttempt

MESSAGE = "violin.progress."
# Contract section 7, in an order in which the bar never jumps back.
PERCENT = {
    "start": 5.0,
    "load": 10.0,
    "windows": 25.0,
    "split": 30.0,
    "certify": 40.0,
    "violins_input": 45.0,
    "violins_time": 55.0,
    "violins_output": 58.0,
    "draw": 65.0,
    "arrays": 75.0,
    "save": 97.0,
}
ARRAYS_TO = 95.0
EVERY = 3.0  # percent, between two reports of one step


class BuildStopped(Exception):
    """A person requested the end of the job."""


class DatasetProgress:
    """Reports one attempt; a second attempt goes on from where the bar was."""

    def __init__(
        self,
        attempt: FencedAttempt,
        session_id: int,
        wire_id: str,
        begun_at: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._attempt = attempt
        self._topic = subject_of(session_id)
        self._wire_id = wire_id
        self._percent = begun_at
        self._clock = clock
        self._since = clock()

    def step(self, name: str) -> None:
        """Say that a step begins. Raises BuildStopped, and what a worker that leaves raises."""
        self._report(name, PERCENT[name])

    def share_of_arrays(self, share: float) -> None:
        """Say how much of the arrays is written."""
        percent = PERCENT["arrays"] + share * (ARRAYS_TO - PERCENT["arrays"])
        if percent - self._percent >= EVERY or share >= 1:
            self._report("arrays", percent)

    def _report(self, name: str, percent: float) -> None:
        if self._attempt.stop_requested():
            raise BuildStopped
        self._percent = max(self._percent, percent)
        event = DatasetStatusUpdate(
            session_id=self._wire_id,
            progress=round(self._percent, 1),
            step=name,
            status="processing",
            message=f"{MESSAGE}{name}",
            job_state=states.RUNNING,
            eta_seconds=self._seconds_left(percent),
        )
        with self._attempt.write() as unit:
            self._attempt.note(unit, progress=self._percent / 100, message=event.message)
            unit.publish(self._topic, event)

    def _seconds_left(self, percent: float) -> float | None:
        """Return elapsed / p · (100 - p), the contract's estimate; None before there is any."""
        spent = self._clock() - self._since
        return round(spent / percent * (100 - percent), 1) if percent > PERCENT["start"] else None
