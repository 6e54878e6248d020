"""How long leases went unwatched: a death that only time explains is none.

A laptop sleeps, a virtual machine is paused, a clock jumps ahead: afterwards every lease is over at
once, and whoever holds one could not extend it. Only the database's time is looked at, for leases
are in it: whatever the reason, it moved further between two looks than looks are apart.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func

from app.db.types import database_time
from app.models.job import Job

LOOK_SECONDS = 1.0  # between two looks of a clock that was not held up
SHARE = 1 / 3  # of a lease: a shorter gap leaves whoever lives time for a beat


@dataclass
class LeaseWatch:
    """What a clock knows of its own looks at leases of ``lease_seconds``; times by the database.

    A lease is longer by ``unseen`` seconds for as long as it lasts after ``woke``: so whoever was
    held up has as much time left for a beat as before, and whoever died since is seen no later.
    ``outage`` is the kind of outage that refused the look before, None where it got through.
    """

    lease_seconds: float
    looked: float | None = None
    unseen: float = 0.0
    woke: float = 0.0
    outage: str | None = None

    def look(self, at: float) -> float:
        """Note a look at the time ``at``; return by how many seconds time went back, 0 if not."""
        since, self.looked = 0.0 if self.looked is None else at - self.looked, at
        if since < 0.0:
            self.unseen, self.woke = 0.0, at
        elif since > LOOK_SECONDS + self.lease_seconds * SHARE:
            self.unseen = self._unseen_with(since, at)
            self.woke = at
        return max(0.0, -since)

    def _unseen_with(self, since: float, at: float) -> float:
        """Return what leases are longer by after a gap of ``since`` seconds that ends ``at``.

        Sleeps in a row add up. Gaps shorter than a lease do not: on a busy machine they come one
        after the other, and would put off for ever what shows a death.
        """
        if at - self.woke - since > self.lease_seconds:
            return since
        if since > self.lease_seconds:
            return self.unseen + since
        return max(self.unseen, since)

    def is_over(self) -> ColumnElement[bool]:
        """Return the condition under which the lease of a job is over."""
        length = func.coalesce(Job.lease_seconds, self.lease_seconds)
        allowed = case((length > database_time() - self.woke, self.unseen), else_=0.0)
        return Job.lease_until + allowed < database_time()
