"""Recognises times that were read as UTC and look like the wall clock of a place."""

import numpy as np

from services.tabular.reading import Gap, Times
from services.tabular.zones import to_utc

PLACES = (
    "Europe/Berlin",
    "Europe/London",
    "Europe/Athens",
    "America/New_York",
    "America/Chicago",
    "America/Los_Angeles",
)


def suspected_zone(repeated: Times, gaps: tuple[Gap, ...]) -> str | None:
    """Return a zone whose changes of the clock explain repeated times or gaps of an hour.

    ``repeated`` are the times that come twice. All of them must lie in the hour that the clock
    repeats, or a gap must leave out exactly the hour that it skips.
    """
    for zone in PLACES:
        if len(repeated) and to_utc(np.sort(repeated), zone).folds.all():
            return zone
        if not len(repeated) and _skips(gaps, zone):
            return zone
    return None


def _skips(gaps: tuple[Gap, ...], zone: str) -> bool:
    """Whether a gap holds the whole hour that does not exist, and nothing more."""
    for gap in gaps[:100]:
        step = (gap.before - gap.after) // (gap.missing + 1)
        if gap.missing < 1 or step * gap.missing != 3_600_000_000:
            continue
        inside = np.array([gap.after + step, gap.before - step, gap.after, gap.before])
        missing = to_utc(inside, zone).missing
        if missing[:2].all() and not missing[2:].any():
            return True
    return False
