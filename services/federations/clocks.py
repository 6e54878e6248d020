"""What a site's clock says beside ours: its times are put right before anybody sees them."""

from datetime import datetime, timedelta

MIN_REPORTED_SECONDS = 2.0  # seconds; a slow line alone can look like one
_UNITS = ((86_400, "days"), (3_600, "hours"), (60, "minutes"))


def clock_words(behind: float) -> str:
    """Return how far a clock is off in words, such as ``7 minutes behind``."""
    seconds, way = abs(behind), "behind" if behind > 0 else "ahead of"
    for size, unit in _UNITS:
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit} {way}"
    return f"{seconds:.0f} seconds {way}"


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
