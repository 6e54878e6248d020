"""One client of one model server: requests in the run's shape, answers as verdicts.

It is built on one ``httpx.AsyncClient`` for all requests. Redirects are not followed, proxies of
the environment are not used, and addresses are checked on connecting (``network``).
"""

import asyncio
import socket
import ssl
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

import httpx
import orjson

from app.net.guarded import AddressRefusedError
from services.benchmarks.domain.addresses import BaseUrlError, api_root
from services.benchmarks.domain.prompts import Message
from services.benchmarks.engine.faults import AnswerVerdict, Trouble, judge, sentence
from services.benchmarks.engine.masks import masking
from services.benchmarks.engine.model_names import is_same_model
from services.benchmarks.engine.network import KEPT, LanedTransport
from services.benchmarks.engine.settings import AskSettings
from services.benchmarks.engine.shape import (
    ROUTES,
    RequestShape,
    adapted,
    first_shape,
    prompt_field,
    request_fields,
)

MAX_BODY = 8 << 20  # bytes of one answer, unpacked
MASK = "***"
NATIVE_SECONDS = 5.0  # for a route that may not exist
Fields = Mapping[str, object]


class RunEndingError(Exception):
    """No further item can be answered: a wrong key, an unknown model, a setting.

    ``group`` is configuration or authentication, ``kind`` a word; the message is a sentence.
    """

    def __init__(self, group: str, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.group = group
        self.kind = kind


class _EndedEarlyError(Exception):
    """The connection ended before the head of an answer came: it had been kept open too long."""


class ModelClient:
    """Talks to the server of ``settings``; ``shape`` is what the run's requests look like.

    ``transport`` carries the requests in place of the network: a model in this process.
    Raises RunEndingError where the base URL is none.
    """

    def __init__(
        self,
        settings: AskSettings,
        shape: RequestShape | None = None,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        try:
            self.root = api_root(settings.base_url)
        except BaseUrlError as error:
            raise RunEndingError(Trouble.CONFIGURATION, "base_url", str(error)) from None
        self.settings = settings
        self._mask = masking(settings.api_key, settings.model)
        headers = {"content-type": "application/json", "user-agent": "roundhouse-benchmarks"}
        if settings.api_key:
            headers["authorization"] = f"Bearer {_checked_key(settings.api_key)}"
        self._http = httpx.AsyncClient(
            transport=transport or LanedTransport(allow_private=settings.allow_private),
            headers=headers,
            timeout=httpx.Timeout(settings.timeout_s, connect=settings.connect_timeout_s),
            follow_redirects=False,
            trust_env=False,
        )
        self.use(shape or first_shape(settings))

    def use(self, shape: RequestShape) -> None:
        """Send requests in ``shape`` from now on."""
        self.shape = shape
        self._fields = request_fields(shape, self.settings)
        self._url = httpx.URL(self.root + ROUTES[shape.endpoint])

    async def __aenter__(self) -> Self:
        """Open nothing yet: connections are made when they are needed."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def exchange(
        self, messages: Sequence[Message], *, lane: int = 0, fields: Fields | None = None
    ) -> tuple[AnswerVerdict, RequestShape]:
        """Send one conversation; return what the answer means, and the shape it was sent in.

        ``lane`` is the connection: requests on the same one wait for each other. ``fields``
        replace those of the shape for this request alone.
        """
        shape = self.shape
        body = {**self._fields, **prompt_field(shape, list(messages)), **(fields or {})}
        request = self._http.build_request(
            "POST", self._url, content=orjson.dumps(body), extensions={"lane": lane}
        )
        verdict = await self._send(request, shape)
        if verdict.detail and self.settings.api_key:
            verdict.detail = verdict.detail.replace(self.settings.api_key, MASK)
        return verdict, shape

    async def list_models(self) -> AnswerVerdict:
        """Ask for the server's models; the answer's body is in ``reply.body``."""
        return await self._get(f"{self.root}/models")

    async def native(self, route: str) -> AnswerVerdict:
        """Ask a route of the server's own, beside OpenAI's; the body is in ``reply.body``."""
        return await self._get(self.root.removesuffix("/v1") + route, NATIVE_SECONDS)

    async def _get(self, url: str, seconds: float | None = None) -> AnswerVerdict:
        limit = httpx.Timeout(seconds) if seconds else self._http.timeout
        request = self._http.build_request("GET", url, timeout=limit)
        verdict = await self._send(request, self.shape, is_prompt=False)
        if verdict.detail and self.settings.api_key:
            verdict.detail = verdict.detail.replace(self.settings.api_key, MASK)
        return verdict

    def adapt(self, verdict: AnswerVerdict, sent: RequestShape) -> str:
        """Change the shape as the verdict says; return the change in words, or nothing.

        Raises RunEndingError where nothing is left to change. A request that was in flight when
        another one changed the shape changes nothing.
        """
        if sent is not self.shape:
            return ""
        shape = adapted(sent, verdict.fields)
        if shape is None:
            raise RunEndingError(Trouble.CONFIGURATION, verdict.kind, verdict.detail)
        self.use(shape)
        return shape.changes[-1]

    async def _send(
        self, request: httpx.Request, shape: RequestShape, *, is_prompt: bool = True
    ) -> AnswerVerdict:
        """Send ``request``, once more at once where a connection that was kept open had ended."""
        try:
            try:
                response, body = await self._fetch(request)
            except _EndedEarlyError:
                if not request.extensions.get(KEPT):
                    raise
                response, body = await self._fetch(request)
        except (httpx.HTTPError, AddressRefusedError, TimeoutError, _EndedEarlyError) as error:
            return _transport_fault(error)
        if body is None:
            return _too_large()
        verdict = judge(response.status_code, response.headers, self._mask(body), shape)
        return self._checked(verdict) if is_prompt else _list_verdict(verdict, response)

    async def _fetch(self, request: httpx.Request) -> tuple[httpx.Response, bytes | None]:
        """Return answer and body; raises _EndedEarlyError where not even its head came."""
        async with asyncio.timeout(self.settings.total_timeout_s):
            try:
                response = await self._http.send(request, stream=True)
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError) as error:
                raise _EndedEarlyError from error
            try:
                return response, await _read(response)
            finally:
                await response.aclose()

    def _checked(self, verdict: AnswerVerdict) -> AnswerVerdict:
        """Return the verdict, or that another model answered."""
        if verdict.group != Trouble.ANSWER or verdict.reply is None:
            return verdict
        name = verdict.reply.model
        if is_same_model(self.settings.model, name, self.settings.aliases):
            return verdict
        return AnswerVerdict(
            group=Trouble.CONFIGURATION,
            kind="other_model",
            detail=f"Asked for {self.settings.model}, answered by {name}.",
            reply=verdict.reply,
            retry=False,
        )


def _checked_key(key: str) -> str:
    """Return the key; raises RunEndingError where no header can carry it. It is never shown."""
    if not key.isascii() or not key.isprintable() or key != key.strip():
        words = "The key holds a character that a header cannot carry, such as a line break."
        raise RunEndingError(Trouble.AUTHENTICATION, "key", words)
    return key


async def _read(response: httpx.Response) -> bytes | None:
    """Return the body, or None where it is larger than an answer can be.

    Raises httpx.DecodingError for a body that is packed twice: a few bytes may be terabytes.
    """
    if "," in response.headers.get("content-encoding", ""):
        raise httpx.DecodingError("packed more than once")
    parts: list[bytes] = []
    size = 0
    async for part in response.aiter_bytes():
        size += len(part)
        if size > MAX_BODY:
            return None
        parts.append(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _too_large() -> AnswerVerdict:
    detail = f"{sentence('too_large')}."
    return AnswerVerdict(group=Trouble.ITEM, kind="too_large", detail=detail, cost_unknown=True)


def _fault(kind: str, detail: str = "", *, cost_unknown: bool = False) -> AnswerVerdict:
    return AnswerVerdict(
        group=Trouble.DOWN,
        kind=kind,
        detail=f"{sentence(kind)}{detail}.",
        cost_unknown=cost_unknown,
    )


def _transport_fault(error: Exception) -> AnswerVerdict:
    if isinstance(error, AddressRefusedError):
        return AnswerVerdict(group=Trouble.CONFIGURATION, kind="address", detail=str(error))
    if isinstance(error, httpx.ConnectError):
        return _fault(_connect_kind(error))
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return _fault("timeout")
    if isinstance(error, httpx.DecodingError):
        return _fault("encoding", cost_unknown=True)
    return _fault("timeout" if _is_timeout(error) else "closed", cost_unknown=True)


def _is_timeout(error: Exception) -> bool:
    return isinstance(error, httpx.TimeoutException | TimeoutError)


def _connect_kind(error: BaseException | None) -> str:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return "tls"
        if isinstance(error, socket.gaierror):
            return "dns"
        error = error.__cause__ or error.__context__
    return "refused"


def _list_verdict(verdict: AnswerVerdict, response: httpx.Response) -> AnswerVerdict:
    """Return the verdict on a list of models: it has no choices, and a server need not have it."""
    is_list = response.status_code == 200 and verdict.kind == "no_choices"
    if is_list or verdict.group == Trouble.ADAPT:
        return AnswerVerdict(group=Trouble.ANSWER, reply=verdict.reply if is_list else None)
    return verdict


def timed() -> float:
    """Return the time that durations are taken from, in seconds."""
    return time.perf_counter()
