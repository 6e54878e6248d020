"""Something that needs a person, and what helps."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Action:
    """What helps: a page to open (``href``), or a request to make (``method`` and ``url``)."""

    label: str
    href: str | None = None
    method: str | None = None
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Need:
    """One run, queue or other thing that needs a person.

    ``about`` is the kind of thing, None for a queue; ``advice`` says what to do in words. ``href``
    is its page, and a POST to ``acknowledge`` takes it out of the list. ``incident_id`` is the
    incident that its failure belongs to.
    """

    kind: str
    title: str
    detail: str
    at: datetime | None
    about: str | None = None
    advice: str | None = None
    href: str | None = None
    acknowledge: str | None = None
    run_id: int | None = None
    action: Action | None = None
    incident_id: int | None = None
