"""The troubles of the simulated server: bursts of 429, a crash and the return from it."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TroubleSettings:
    """Every ``burst_every`` requests, ``burst_length`` answers are 429 with ``burst_wait_s``.

    After ``die_after`` requests the server is gone for ``dead_s`` seconds, once. 0 is never.
    """

    burst_every: int = 0
    burst_length: int = 0
    burst_wait_s: float = 1.0
    die_after: int = 0
    dead_s: float = 5.0


@dataclass
class TroubleCount:
    """Counts requests and says which of them meets what."""

    settings: TroubleSettings
    requests: int = 0
    died: bool = False

    def next_is_limited(self) -> bool:
        """Count a request; return whether it is one of a burst."""
        self.requests += 1
        every = self.settings.burst_every
        return bool(every) and (self.requests - 1) % every >= every - self.settings.burst_length

    def dies_now(self) -> bool:
        """Return whether the server is to go away with this request."""
        is_due = bool(self.settings.die_after) and self.requests >= self.settings.die_after
        dies = is_due and not self.died
        self.died = self.died or dies
        return dies


def parse_burst(text: str) -> tuple[int, int, float]:
    """Return (every, length, seconds) of ``every:length:seconds``.

    Raises ValueError with the form that is right.
    """
    parts = text.split(":")
    try:
        every, length, seconds = int(parts[0]), int(parts[1]), float(parts[2])
        if len(parts) != 3 or not 0 < length < every or seconds < 0:
            raise ValueError
    except (ValueError, IndexError):
        raise ValueError(
            f"{text!r} is no burst. Write every:length:seconds with length below every, "
            "such as 100:5:2."
        ) from None
    return every, length, seconds
