"""Decides which due times run when a schedule is looked at later than it was due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.scheduler.times.jitter import Jitter
from services.scheduler.times.moments import SECOND, as_utc
from services.scheduler.times.timetable import Timetable

GRACE_SECONDS = 60


class CatchUp(StrEnum):
    """What runs of the times that were missed: none, the newest, or the newest few."""

    SKIP = "skip"
    ONE = "one"
    ALL = "all"


@dataclass(frozen=True)
class MissedRule:
    """A schedule's rule for times that were missed; ``most`` belongs to ``CatchUp.ALL``.

    Raises ValueError for a ``most`` below 1 or a grace below 0.
    """

    policy: CatchUp = CatchUp.SKIP
    most: int = 1
    grace_seconds: int = GRACE_SECONDS

    def __post_init__(self) -> None:
        if self.most < 1 or self.grace_seconds < 0:
            raise ValueError("most begins with 1 and grace_seconds with 0")


@dataclass(frozen=True)
class DueTimes:
    """What happens now: nominal times that run, oldest first, how many do not, what comes next."""

    run_for: tuple[datetime, ...]
    skipped: int
    next_run_at: datetime | None


def catch_up(
    timetable: Timetable, next_run_at: datetime, now: datetime, rule: MissedRule, jitter: Jitter
) -> DueTimes:
    """Return what runs at ``now`` of a schedule whose next nominal time was ``next_run_at``.

    A time is due at its nominal time plus jitter. One that is at most the grace old was not
    missed, its end included. Times are taken in the order of their nominal times, so one whose
    jitter is short waits for the one before it.
    """
    now, before = as_utc(now), as_utc(next_run_at) - SECOND
    times = timetable.times_after(before)
    first, second = next(times, None), next(times, None)
    if first is None or jitter.due_at(first) > now:
        return DueTimes((), 0, first)
    if second is None or jitter.due_at(second) > now:  # as nearly always
        return _ruled((first,), 1, second, jitter.due_at(first), now, rule)
    last, following = _last_due(timetable, jitter, before, now)
    most = rule.most if rule.policy is CatchUp.ALL else 1
    newest = timetable.newest(most, before, last)
    total = timetable.count(before, last)
    return _ruled(newest, total, following, jitter.due_at(newest[-1]), now, rule)


def _ruled(
    newest: tuple[datetime, ...],
    total: int,
    following: datetime | None,
    due_at: datetime,
    now: datetime,
    rule: MissedRule,
) -> DueTimes:
    """Return what the rule makes of the newest times; ``due_at`` belongs to the last of them."""
    is_late = now - due_at > rule.grace_seconds * SECOND
    run_for = () if rule.policy is CatchUp.SKIP and is_late else newest
    return DueTimes(run_for, total - len(run_for), following)


def _last_due(
    timetable: Timetable, jitter: Jitter, before: datetime, now: datetime
) -> tuple[datetime, datetime | None]:
    """Return until which nominal time all are due, and the first one that is not."""
    last = max(before, now - timedelta(seconds=jitter.seconds))
    for nominal in timetable.times_after(last):
        if jitter.due_at(nominal) > now:
            return last, nominal
        last = nominal
    return last, None
