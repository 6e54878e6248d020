"""Requests to a service, one after another, on connections that stay open.

The time limit is on a whole answer, from the request to its last byte, and so is the limit of its
size. Redirects are not followed and proxies of the environment are not used: a token goes to the
address it is for, and nowhere else.
"""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import TracebackType
from typing import Any, Self

import httpx

from services.scheduler.codes.errors import AnswerTooLate, BadData, ServiceUnreachable

LIMIT_SECONDS = 60.0
MAX_ANSWER_BYTES = 64 << 20  # a page of 25,000 rows with query and page has about 8 MB
_HEADERS = {"accept": "application/json", "accept-encoding": "identity", "user-agent": "Roundhouse"}


@dataclass(frozen=True, kw_only=True)
class ServiceRequest:
    """One request; what it carries is never shown, for it may be a secret."""

    method: str
    url: str
    params: Mapping[str, str] = field(default_factory=dict, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    json: Any = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class ServiceAnswer:
    """One answer, whole."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class WebClient:
    """Sends requests to ``service``, whose name is what errors say."""

    def __init__(
        self,
        service: str,
        *,
        limit_s: float = LIMIT_SECONDS,
        max_bytes: int = MAX_ANSWER_BYTES,
    ) -> None:
        self.service = service
        self._limit_s = limit_s
        self._max_bytes = max_bytes
        self._runner = asyncio.Runner()
        self._http = httpx.AsyncClient(
            verify=_certificates(),
            headers=_HEADERS,
            timeout=httpx.Timeout(limit_s),
            follow_redirects=False,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        """Open nothing yet: connections are made when they are needed."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close all connections."""
        try:
            self._runner.run(self._http.aclose())
        finally:
            self._runner.close()

    def send(self, request: ServiceRequest) -> ServiceAnswer:
        """Return the answer, whatever its status.

        Raises AnswerTooLate, ServiceUnreachable, and BadData for an answer that is too large.
        Their causes are left out: they may hold the request with its secrets.
        """
        try:
            return self._runner.run(self._exchange(request))
        except (TimeoutError, httpx.TimeoutException):
            raise AnswerTooLate(
                f"{self.service} gave no whole answer within {self._limit_s:g} seconds."
            ) from None
        except httpx.TransportError as error:
            kind = type(error).__name__
            raise ServiceUnreachable(f"The connection to {self.service} failed ({kind}).") from None

    async def _exchange(self, request: ServiceRequest) -> ServiceAnswer:
        made = self._http.build_request(
            request.method,
            request.url,
            params=dict(request.params) or None,
            headers=dict(request.headers),
            data=None if request.form is None else dict(request.form),
            json=request.json,
        )
        async with asyncio.timeout(self._limit_s):
            answer = await self._http.send(made, stream=True)
            try:
                body = await self._read(answer)
            finally:
                await answer.aclose()
        return ServiceAnswer(status=answer.status_code, headers=answer.headers, body=body)

    async def _read(self, answer: httpx.Response) -> bytes:
        parts, size = [], 0
        async for part in answer.aiter_raw():
            size += len(part)
            if size > self._max_bytes:
                raise BadData(f"{self.service} sent more than {self._max_bytes >> 20} MiB.")
            parts.append(part)
        return b"".join(parts)


@cache
def _certificates() -> ssl.SSLContext:
    """Return what verifies servers: reading the certificates takes 25 ms, so once."""
    return httpx.create_ssl_context(trust_env=False)
