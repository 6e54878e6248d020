"""What robots.txt allows us: read once for each host of a visit, by RFC 9309.

protego reads groups and paths; which answer means what (2.3.1) and that a group is for us only when
it has our name, not a part of it (2.2.1), is decided here.
"""

import asyncio
import re
from collections import defaultdict

import httpx
from protego import Protego

from services.sites.errors import (
    ForbiddenByRobots,
    PageUnreadable,
    RobotsUnreachable,
    SiteUnreachable,
)
from services.sites.fetching.addresses import WebAddress, web_address
from services.sites.fetching.client import AGENT, SiteAnswer, SiteClient, meaning_of
from services.sites.fetching.unpack import BodyLimits
from services.sites.limits import SiteLimits

_AGENT_LINE = re.compile(r"^([ \t]*user-?agent[ \t]*:)([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_NAME = re.compile(r"\s*([a-zA-Z_-]+|\*)")
_FOREIGN = "x-other"  # of which ours is no beginning
_EVERYTHING = Protego.parse("")


def rules_of(content: bytes) -> Protego:
    """Return the rules of a robots.txt; what is no rule says nothing."""
    text = content.decode("utf-8-sig", "replace").replace("\0", "")
    return Protego.parse(_AGENT_LINE.sub(_exact, text))


def _exact(line: re.Match[str]) -> str:
    """Return a line about an agent that protego takes for us only if it names us or all."""
    name = _NAME.match(line[2])
    value = name[1].lower() if name else _FOREIGN
    return f"{line[1]} {value if value in ('*', AGENT.lower()) else _FOREIGN}"


class RobotsGate:
    """Lets through what the robots.txt of its host allows."""

    def __init__(self, client: SiteClient, limits: SiteLimits) -> None:
        self._client, self._limits = client, limits
        self._rules: dict[str, Protego] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def require(self, address: WebAddress) -> None:
        """Return if ``address`` may be asked for.

        Raises ForbiddenByRobots, RobotsUnreachable (which forbids everything, too), and
        ForbiddenAddress where the robots.txt leads somewhere that is not called.
        """
        async with self._locks[address.origin]:
            if address.origin not in self._rules:
                self._rules[address.origin] = await self._read(address)
        if not self._rules[address.origin].can_fetch(address.href, AGENT):
            raise ForbiddenByRobots(f"The robots.txt of {address.host} does not allow this page.")

    async def _read(self, address: WebAddress) -> Protego:
        at = web_address("/robots.txt", address.href)
        try:
            return await self._followed(at)
        except PageUnreadable as error:
            raise self._unreachable(at, error.detail) from None
        except httpx.ConnectError as error:
            raise SiteUnreachable(meaning_of(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._unreachable(at, meaning_of(error)) from error

    async def _followed(self, at: WebAddress) -> Protego:
        size = self._limits.robots_bytes
        body = BodyLimits(packed=size, unpacked=size, cuts=True)
        for _ in range(self._limits.robots_requests):
            answer = await self._client.get(at, body)
            if answer.location is None:
                return self._meaning(at, answer)
            at = web_address(answer.location, at.href)
        return _EVERYTHING  # 2.3.1.2: after five redirects it counts as not there

    def _meaning(self, at: WebAddress, answer: SiteAnswer) -> Protego:
        if 200 <= answer.status < 300:
            return rules_of(answer.body)
        if 400 <= answer.status < 500:
            return _EVERYTHING
        raise self._unreachable(at, f"HTTP {answer.status}.")

    def _unreachable(self, at: WebAddress, why: str) -> RobotsUnreachable:
        return RobotsUnreachable(f"The robots.txt of {at.host} could not be read: {why}")
