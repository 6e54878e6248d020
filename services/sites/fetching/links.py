"""Whether the links of a page lead somewhere: a few at once, none longer than it may take."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import httpx

from services.scheduler.codes.errors import AttemptFailed
from services.sites.domain.analysis import LinkCheck, LinkState
from services.sites.errors import ForbiddenAddress, ForbiddenByRobots
from services.sites.fetching.addresses import WebAddress, web_address
from services.sites.fetching.client import SiteAnswer, SiteClient
from services.sites.fetching.robots import RobotsGate
from services.sites.limits import SiteLimits

# The page is there, but not for us or not now: nobody has to mend the link.
_NOT_BROKEN = frozenset((401, 402, 403, 405, 407, 408, 425, 429, 451, 501))


@dataclass(frozen=True)
class LinkChecker:
    """Tries links with the client and the rules of a visit."""

    client: SiteClient
    robots: RobotsGate
    limits: SiteLimits

    async def check(self, urls: Iterable[str]) -> list[LinkCheck]:
        """Return what is known about each of ``urls``, in their order."""
        turns = asyncio.Semaphore(self.limits.links_at_once)
        tasks = {url: asyncio.create_task(self._in_turn(url, turns)) for url in urls}
        if tasks:
            await asyncio.wait(tasks.values(), timeout=self.limits.links_seconds)
        for task in tasks.values():
            task.cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)
        return [_result(url, task) for url, task in tasks.items()]

    async def _in_turn(self, url: str, turns: asyncio.Semaphore) -> LinkCheck:
        async with turns:
            try:
                async with asyncio.timeout(self.limits.link_seconds):
                    return await self._tried(url)
            except (TimeoutError, httpx.TimeoutException):
                return LinkCheck(url=url, state=LinkState.UNCHECKED)

    async def _tried(self, url: str) -> LinkCheck:
        try:
            answer = await self._end(url)
        except ForbiddenAddress:
            return LinkCheck(url=url, state=LinkState.REFUSED)
        except ForbiddenByRobots:
            return LinkCheck(url=url, state=LinkState.CLOSED)
        except AttemptFailed as error:
            return LinkCheck(url=url, state=_of_robots(error))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            if isinstance(error, httpx.TimeoutException):
                raise
            return LinkCheck(url=url, state=LinkState.BROKEN)
        if answer is None:
            return LinkCheck(url=url, state=LinkState.BROKEN)
        state = LinkState.BROKEN if _is_broken(answer) else LinkState.OK
        return LinkCheck(url=url, state=state, status=answer.status)

    async def _end(self, url: str) -> SiteAnswer | None:
        """Return the answer at the end of the redirects of ``url``, None where there is no end."""
        address = web_address(url)
        for _ in range(self.limits.requests):
            await self.robots.require(address)
            answer = await self._answer(address)
            if answer.location is None:
                return answer
            address = web_address(answer.location, address.href)
        return None

    async def _answer(self, address: WebAddress) -> SiteAnswer:
        """Return what GET would answer: many servers answer HEAD wrongly, or not at all."""
        try:
            answer = await self.client.look("HEAD", address)
        except (httpx.ReadError, httpx.RemoteProtocolError):
            return await self.client.look("GET", address)
        return answer if answer.status < 400 else await self.client.look("GET", address)


def _is_broken(answer: SiteAnswer) -> bool:
    is_closed_for_now = answer.status == 503 and "Retry-After" in answer.headers
    return answer.status >= 400 and answer.status not in _NOT_BROKEN and not is_closed_for_now


def _of_robots(error: AttemptFailed) -> LinkState:
    """Return what a robots.txt that was not to be had says about the links of its host."""
    cause = error.__cause__
    is_gone = isinstance(cause, httpx.HTTPError) and not isinstance(cause, httpx.TimeoutException)
    return LinkState.BROKEN if is_gone else LinkState.UNCHECKED


def _result(url: str, task: asyncio.Task[LinkCheck]) -> LinkCheck:
    if task.cancelled():
        return LinkCheck(url=url, state=LinkState.UNCHECKED)
    return task.result()
