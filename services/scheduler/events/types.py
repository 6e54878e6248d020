"""Which events of schedules are listed, and what is shown of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

SELF, OTHER, PLATFORM = "self", "other", "platform"
BY = (SELF, OTHER, PLATFORM)


@dataclass(frozen=True, kw_only=True)
class EventQuery:
    """Which events, and from where: those with an id below ``after``, the newest first.

    ``by`` is one of ``BY``, seen by the reader; ``days`` are the last ones.
    """

    limit: int = 100
    after: int | None = None
    type: tuple[str, ...] = ()
    schedule_id: int | None = None
    by: str | None = None
    days: int | None = None


@dataclass(frozen=True, kw_only=True)
class EventView:
    """Something that happened to a schedule, or to the clock, which has neither owner nor data.

    ``user_name`` is the person's, None for the platform and where it is not the reader's to know.
    """

    id: int
    type: str
    at: datetime
    schedule_id: int | None
    schedule_name: str | None
    kind: str | None
    execution_id: int | None
    by: str
    user_name: str | None
    data: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class EventList:
    """One page; ``next`` is where the following one begins, None at the end."""

    items: Sequence[EventView]
    next: int | None
