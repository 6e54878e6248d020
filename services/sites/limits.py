"""What a visit may cost."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class SiteLimits:
    """Limits of one visit; bytes of one body, seconds of all its requests of that part.

    ``page_seconds`` is for robots.txt, redirects and the page together; ``silence_seconds`` for one
    read, ``link_seconds`` for one link with its robots.txt, ``links_seconds`` for all of them.
    """

    packed_bytes: int = 5 * MIB
    unpacked_bytes: int = 5 * MIB
    robots_bytes: int = 500 * 1024  # RFC 9309, 2.5: at least 500 KiB are to be read
    requests: int = 10  # of a chain of redirects
    robots_requests: int = 6  # RFC 9309, 2.3.1.2: five redirects
    page_seconds: float = 60.0
    silence_seconds: float = 15.0
    links_at_once: int = 4
    link_seconds: float = 15.0
    links_seconds: float = 120.0


LIMITS = SiteLimits()
