"""Which signed times a gate has let in: a call that somebody caught cannot be sent again."""

from collections import defaultdict
from collections.abc import Hashable
from datetime import datetime

KEPT = 4_000  # of a signer, some 0.4 MB; calls of a site overtake few others


class UsedStamps:
    """Takes each time of a signer once.

    Of a signer the newest are remembered. A time before all of these counts as used, so memory
    is bounded and nothing is let in twice; who still makes calls signs later times than that.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._used: dict[Hashable, set[datetime]] = defaultdict(set)
        self._forgotten: dict[Hashable, datetime] = {}

    def take(self, signer: Hashable, stamp: datetime) -> bool:
        """Return whether the stamp is a new one of the signer, which it is not afterwards."""
        used, forgotten = self._used[signer], self._forgotten.get(signer)
        if stamp in used or (forgotten is not None and stamp <= forgotten):
            return False
        used.add(stamp)
        if len(used) > self._kept:
            self._forget_older_half(signer)
        return True

    def _forget_older_half(self, signer: Hashable) -> None:
        stamps = sorted(self._used[signer])
        half = len(stamps) // 2
        self._forgotten[signer] = stamps[half - 1]
        self._used[signer] = set(stamps[half:])
