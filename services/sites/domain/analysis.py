"""The result of one visit, as JSON and back: what the next visit of the same page begins with."""

from dataclasses import asdict, dataclass, field, fields
from enum import StrEnum
from typing import Any, Self

from services.scheduler.codes.codes import ErrorCode
from services.sites.domain.findings import SiteFinding
from services.sites.domain.page import PageFacts

RULES_VERSION = 1  # of reading and findings: results of another one are not "unchanged"


class SiteOutcome(StrEnum):
    """How a visit ended."""

    ANALYSED = "analysed"
    SKIPPED = "skipped"  # unchanged since the last one: its findings hold
    REFUSED = "refused"  # we do not ask for it
    FAILED = "failed"


class SiteReason(StrEnum):
    """What decided an outcome, where its code alone does not say it."""

    ROBOTS = "robots"
    ADDRESS = "address"
    UNCHANGED = "unchanged"


class LinkState(StrEnum):
    """What is known about a link."""

    OK = "ok"
    BROKEN = "broken"
    REFUSED = "refused"  # leads where we do not connect to
    CLOSED = "closed"  # its robots.txt forbids it to us
    UNCHECKED = "unchecked"  # no answer in time


@dataclass(frozen=True, kw_only=True)
class LinkCheck:
    """A link of the page that was tried; ``status`` is that of the last answer."""

    url: str
    state: LinkState
    status: int | None = None


@dataclass(frozen=True, kw_only=True)
class SiteAnalysis:
    """One visit of one page.

    ``code``, ``detail`` and ``retry_after_s`` say why it failed or was refused. ``redirects`` are
    the addresses that led to ``final_url``; ``packed_bytes`` and ``bytes`` are of the page.
    A skipped one has the facts of the visit before, so that it can be the ``previous`` of the next.
    """

    url: str
    outcome: SiteOutcome
    code: ErrorCode | None = None
    reason: SiteReason | None = None
    detail: str | None = None
    retry_after_s: float | None = None
    final_url: str | None = None
    status: int | None = None
    redirects: tuple[str, ...] = ()
    packed_bytes: int = 0
    bytes: int = 0
    facts: PageFacts | None = None
    findings: tuple[SiteFinding, ...] = ()
    links: tuple[LinkCheck, ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    content_hash: str | None = None
    rules_version: int = field(default=RULES_VERSION)

    @property
    def is_usable(self) -> bool:
        """Whether a next visit may compare itself with this one."""
        ended = self.outcome in (SiteOutcome.ANALYSED, SiteOutcome.SKIPPED)
        return ended and self.rules_version == RULES_VERSION and self.facts is not None

    @property
    def broken(self) -> list[str]:
        """The links that lead nowhere, in the order of the page."""
        return [one.url for one in self.links if one.state is LinkState.BROKEN]

    def to_json(self) -> dict[str, Any]:
        """Return a form that is JSON."""
        return asdict(self) | {"facts": self.facts.to_json() if self.facts else None}

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> Self:
        """Return the analysis of ``to_json``. Raises KeyError, TypeError and ValueError."""
        values = {one.name: raw[one.name] for one in fields(cls)}
        code, reason, facts = values["code"], values["reason"], values["facts"]
        return cls(
            **values
            | {
                "outcome": SiteOutcome(values["outcome"]),
                "code": ErrorCode(code) if code else None,
                "reason": SiteReason(reason) if reason else None,
                "redirects": tuple(values["redirects"]),
                "facts": PageFacts.from_json(facts) if facts else None,
                "findings": tuple(SiteFinding.from_json(one) for one in values["findings"]),
                "links": tuple(_link(one) for one in values["links"]),
            }
        )


def _link(raw: dict[str, Any]) -> LinkCheck:
    return LinkCheck(url=raw["url"], state=LinkState(raw["state"]), status=raw["status"])
