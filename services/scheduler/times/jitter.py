"""Spreads the starts of schedules that are due at the same time."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from services.scheduler.times.moments import SECOND, as_utc, instant_of


@dataclass(frozen=True)
class Jitter:
    """By how much a schedule starts later: 0 to ``seconds``, both included.

    The delay follows from the schedule's id and the nominal time alone, so that it is the same on
    every host and after every restart, and never adds up. Raises ValueError below 0.
    """

    schedule_id: str
    seconds: int = 0

    def __post_init__(self) -> None:
        if self.seconds < 0:
            raise ValueError("a delay begins with 0 seconds")

    def due_at(self, nominal: datetime) -> datetime:
        """Return when the run for a nominal time is due."""
        nominal = as_utc(nominal)
        if self.seconds == 0:
            return nominal
        digest = sha256(f"{self.schedule_id} {instant_of(nominal)}".encode()).digest()
        delay = int.from_bytes(digest[:8], "big") % (self.seconds + 1)
        return nominal + delay * SECOND
