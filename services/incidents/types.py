"""What the use cases of incidents take and give back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.models.incident import Incident, JobFailure


@dataclass(frozen=True, kw_only=True)
class IncidentFilter:
    """Which incidents; None leaves a part open.

    ``state`` is one of the states. ``query`` is part of the message or the type. With ``mine``
    only those of the actor's own jobs, which says something to admins. ``assignee_id`` is a user.
    """

    state: str | None = None
    kind: str | None = None
    code: str | None = None
    assignee_id: int | None = None
    query: str | None = None
    mine: bool = False


@dataclass(frozen=True, kw_only=True)
class IncidentPerson:
    """Somebody as the inbox names them."""

    id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class IncidentCard:
    """One incident.

    ``detail`` is the sentence of its newest failure, ``trend`` has a count per day of the last two
    weeks in UTC, today last.
    """

    incident: Incident
    about: str | None
    detail: str
    advice: str
    trend: Sequence[int]
    owner: IncidentPerson | None
    assignee: IncidentPerson | None
    state_by: IncidentPerson | None
    can_retry: bool


@dataclass(frozen=True, kw_only=True)
class IncidentPage:
    """One page of incidents, those seen last first. ``counts`` has how many are in each state."""

    items: Sequence[IncidentCard]
    next_after: str | None
    counts: dict[str, int]


@dataclass(frozen=True, kw_only=True)
class Part:
    """One cause of an incident: several where people put them together."""

    cause: str
    subject: str
    kind: str
    type: str
    words: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Note:
    """What somebody wrote about an incident."""

    id: int
    author: IncidentPerson | None
    at: datetime
    text: str


@dataclass(frozen=True, kw_only=True)
class IncidentDetail:
    """An incident with why its failures are together, in sentences."""

    card: IncidentCard
    why: Sequence[str]
    parts: Sequence[Part]
    notes: Sequence[Note]


@dataclass(frozen=True, kw_only=True)
class Occurrence:
    """A failure; ``name`` and ``href`` are of its thing, ``now`` is the state of its newest job."""

    failure: JobFailure
    name: str | None
    href: str | None
    now: str | None


@dataclass(frozen=True, kw_only=True)
class OccurrencePage:
    """Failures of an incident, the newest first."""

    items: Sequence[Occurrence]
    next_after: str | None


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """Something that is not retried, and why."""

    subject: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Retried:
    """What a retry does or would do; ``left`` are beyond what one request retries."""

    dry_run: bool
    matching: int
    retried: int
    left_out: Sequence[LeftOut]
    left: int


@dataclass(frozen=True, kw_only=True)
class IncidentBulk:
    """How many incidents match, and how many of them a bulk action changed."""

    dry_run: bool
    matching: int
    changed: int
    retried: Retried | None = None
