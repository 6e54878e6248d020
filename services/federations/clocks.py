"""What a site's clock says beside ours: its times are put right before anybody sees them."""

from datetime import datetime, timedelta

MIN_REPORTED_SECONDS = 2.0  # seconds; a slow line alone can look like one
_UNITS = ((86_400, "{:.0f} days"), (3_600, "{:.0f} hours"), (60, "{:.0f} minutes"))


def clock_words(behind: float) -> str:
    """Return how far a clock is off in words, such as ``7 minutes behind``."""
    span = _span(abs(behind))
    return f"{span} behind" if behind > 0 else f"{span} ahead of"


def _span(seconds: float) -> str:
    for size, words in _UNITS:
        if seconds >= 2 * size:
            return words.format(seconds / size)
    return f"{seconds:.0f} seconds"


def clock_warning(behind: float | None) -> str | None:
    """Return a sentence about a clock that is let in but wrong, None for a good one."""
    if behind is None or abs(behind) < MIN_REPORTED_SECONDS:
        return None
    return f"Its clock is {clock_words(behind)} the server's. Set it right, for example with NTP."


def in_our_time(reported: object, behind: float, at: datetime) -> str | None:
    """Return a time that a site reported as it was by our clock, never after ``at``."""
    try:
        theirs = datetime.fromisoformat(reported) if isinstance(reported, str) else None
        if theirs is None or theirs.tzinfo is None:
            return None
        return min(theirs + timedelta(seconds=behind), at).astimezone(at.tzinfo).isoformat()
    except (ValueError, OverflowError):
        return None
