"""Spreads the starts of schedules that are due at the same time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from services.scheduler.times.zones import EPOCH


@dataclass(frozen=True)
class Jitter:
    """By how much a schedule starts later: 0 to ``seconds``, both included.

    The delay follows from the schedule's id and the nominal time alone, so that it is the same on
    every host and after every restart, and never adds up.
    """

    schedule_id: str
    seconds: int = 0

    def due_at(self, nominal: datetime) -> datetime:
        """Return when the run for a nominal time is due."""
        instant = (nominal - EPOCH) // timedelta(seconds=1)
        digest = sha256(f"{self.schedule_id} {instant}".encode()).digest()
        delay = int.from_bytes(digest[:8], "big") % (self.seconds + 1)
        return nominal + timedelta(seconds=delay)
