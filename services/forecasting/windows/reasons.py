"""Why a sample was left out, as numbers that arrays hold and as words that people read."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Reasons = NDArray[np.uint8]


class DropReason(IntEnum):
    """The first reason, series by series and point by point, for which a sample is dropped."""

    NONE = 0
    BEFORE_FIRST = 1
    AFTER_LAST = 2
    NOT_NUMERIC = 3
    GAP_TOO_LONG = 4
    NOTHING_NEAR = 5
    NOT_INSIDE = 6
    NOTHING_IN_WINDOW = 7
    LEFT_OUT = 8
    NOTHING_ISSUED = 9

    @property
    def text(self) -> str:
        """Return the reason in words."""
        return _TEXTS[self]


_TEXTS = {
    DropReason.NONE: "kept",
    DropReason.BEFORE_FIRST: "before first point",
    DropReason.AFTER_LAST: "after last point",
    DropReason.NOT_NUMERIC: "non-numeric neighbour",
    DropReason.GAP_TOO_LONG: "gap too long",
    DropReason.NOTHING_NEAR: "no numeric point within half a step",
    DropReason.NOT_INSIDE: "window not inside the series",
    DropReason.NOTHING_IN_WINDOW: "no numeric point in the horizon",
    DropReason.LEFT_OUT: "in a period that is left out",
    DropReason.NOTHING_ISSUED: "no forecast issued yet",
}
