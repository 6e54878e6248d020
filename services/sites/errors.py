"""Why a site was not analysed: each is a code of the scheduler, and some have a reason."""

from typing import ClassVar

from services.scheduler.codes.errors import (
    AccessForbidden,
    AttemptFailed,
    BadData,
    RateLimited,
    ServiceUnreachable,
    ThingGone,
)
from services.sites.domain.analysis import SiteReason


class SiteRefusal(AccessForbidden):
    """We do not ask for this page: nothing went wrong, we may not."""

    reason: ClassVar[SiteReason]


class ForbiddenAddress(SiteRefusal):
    """The address leads into a network, names a user or a service that is no web page."""

    reason = SiteReason.ADDRESS


class ForbiddenByRobots(SiteRefusal):
    """The robots.txt of the host forbids it to us."""

    reason = SiteReason.ROBOTS


class RobotsUnreachable(ServiceUnreachable):
    """The robots.txt was not to be had, which forbids everything for now (RFC 9309, 2.3.1.4)."""

    reason = SiteReason.ROBOTS


class PageForbidden(AccessForbidden):
    """The page is behind a password or is not shown to us."""


class PageGone(ThingGone):
    """There is no such page."""


class PageUnreadable(BadData):
    """What was answered is no page, or more than a page."""


class SiteUnreachable(ServiceUnreachable):
    """The site was not reached, or failed itself."""


class SiteBusy(RateLimited):
    """The site answers no more of our requests for a while."""


def reason_of(error: AttemptFailed) -> SiteReason | None:
    """Return the reason of an error, where it has one."""
    return getattr(error, "reason", None)
