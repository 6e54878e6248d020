"""The simulated model as an ASGI application: models, chat and completions."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from workers.benchmark_model.model import SimulationSettings, answer
from workers.benchmark_model.troubles import TroubleCount, TroubleSettings
from workers.benchmark_model.wire import CHARACTERS_PER_TOKEN, completion

JSON = (b"content-type", b"application/json")
CHAT, COMPLETIONS, MODELS = "/v1/chat/completions", "/v1/completions", "/v1/models"
MAX_BODY = 4 << 20  # bytes
DEFAULT_LIMIT = 256  # tokens
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class ServerSettings:
    """How the model is served. ``context`` is in tokens: a longer prompt loses its beginning.

    ``drift`` is the share of answers that change while other requests are in flight.
    """

    name: str = "simulated"
    model: SimulationSettings = field(default_factory=SimulationSettings)
    troubles: TroubleSettings = field(default_factory=TroubleSettings)
    key: str | None = None
    latency_s: float = 0.0
    context: int | None = None
    context_error: bool = False
    logprobs: bool = True
    drift: float = 0.0


class WireError(Exception):
    """An error as such servers write it."""

    def __init__(
        self, status: int, kind: str, message: str, *, code: str | None = None, param: str = ""
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers: list[tuple[bytes, bytes]] = []
        error = {"message": message, "type": kind, "param": param or None, "code": code}
        self.body = {"error": error}


class ModelServer:
    """The application; ``died`` is set when it is to go away for a while."""

    def __init__(self, settings: ServerSettings) -> None:
        self.settings = settings
        self.troubles = TroubleCount(settings.troubles)
        self.died = asyncio.Event()
        self.in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        if scope["type"] != "http":
            return
        self.in_flight += 1
        try:
            status, body, headers = 200, await self._answer(scope, receive), []
        except WireError as error:
            status, body, headers = error.status, error.body, error.headers
        finally:
            self.in_flight -= 1
        content = orjson.dumps(body)
        length = (b"content-length", str(len(content)).encode())
        head = {"type": "http.response.start", "status": status}
        await send({**head, "headers": [JSON, length, *headers]})
        await send({"type": "http.response.body", "body": content})

    async def _answer(self, scope: Scope, receive: Receive) -> dict[str, Any]:
        self._check_key(scope)
        path = scope["path"]
        if path == MODELS:
            row = {"id": self.settings.name, "object": "model", "digest": self._digest()}
            return {"object": "list", "data": [row]}
        if path not in (CHAT, COMPLETIONS) or scope["method"] != "POST":
            raise WireError(404, "invalid_request_error", "Unknown route.", code="unknown_url")
        request = await _read_json(receive)
        self._meet_trouble()
        if self.settings.latency_s:
            await asyncio.sleep(self.settings.latency_s)
        return self._complete(request, chat=path == CHAT)

    def _digest(self) -> str:
        """Return what tells this model from one with other effects or another seed."""
        return hashlib.sha256(repr(self.settings.model).encode()).hexdigest()

    def _check_key(self, scope: Scope) -> None:
        key = self.settings.key
        sent = dict(scope["headers"]).get(b"authorization", b"")
        if key is not None and sent != f"Bearer {key}".encode():
            raise WireError(401, "invalid_request_error", "Wrong key.", code="invalid_api_key")

    def _meet_trouble(self) -> None:
        if self.troubles.next_is_limited():
            error = WireError(429, "requests", "Too many requests.", code="rate_limit_exceeded")
            seconds = self.settings.troubles.burst_wait_s
            error.headers = [(b"retry-after", f"{seconds:g}".encode())]
            raise error
        if self.troubles.dies_now():
            self.died.set()
        if self.died.is_set():
            raise WireError(503, "unavailable_error", "The server is going away.")

    def _complete(self, request: dict[str, Any], *, chat: bool) -> dict[str, Any]:
        if request.get("model") not in (None, self.settings.name):
            raise WireError(404, "NotFoundError", "Unknown model.", param="model")
        prompt = self._in_context(prompt_of(request, chat=chat))
        said = answer(self.settings.model, prompt, self._salt(request, prompt))
        limit = request.get("max_tokens") or request.get("max_completion_tokens")
        return completion(
            said,
            prompt,
            self.settings.name,
            chat=chat,
            top=self._top(request, chat=chat),
            limit=limit if isinstance(limit, int) and limit > 0 else DEFAULT_LIMIT,
        )

    def _top(self, request: dict[str, Any], *, chat: bool) -> int:
        """Return how many alternatives are asked for, and given."""
        wish = request.get("logprobs")
        number = (request.get("top_logprobs") or 1) if chat and wish else wish
        if not chat and isinstance(wish, bool):
            raise WireError(400, "BadRequestError", "An integer is expected.", param="logprobs")
        if not isinstance(number, int) or not self.settings.logprobs:
            return 0
        return max(0, min(20, number))

    def _in_context(self, prompt: str) -> str:
        window = self.settings.context
        if window is None or len(prompt) <= window * CHARACTERS_PER_TOKEN:
            return prompt
        if self.settings.context_error:
            raise WireError(400, "exceed_context_size_error", "The prompt is too long.")
        return prompt[-window * CHARACTERS_PER_TOKEN :]

    def _salt(self, request: dict[str, Any], prompt: str) -> str:
        """Return what makes an answer differ: sampling without a seed, or load."""
        seed = request.get("seed")
        warm = bool(request.get("temperature", 1))
        count = str(self.troubles.requests)
        salt = f"seed {seed}" if warm and seed is not None else count if warm else ""
        if self.settings.drift and self.in_flight > 1:
            digest = hashlib.blake2b(f"{count}{prompt}".encode(), digest_size=4).digest()
            drifts = int.from_bytes(digest, "big") / 2**32 < self.settings.drift
            salt += count if drifts else ""
        return salt


def prompt_of(request: dict[str, Any], *, chat: bool) -> str:
    """Return the prompt as one text; raises WireError where there is none."""
    if not chat:
        prompt = request.get("prompt")
        if not isinstance(prompt, str):
            raise WireError(400, "invalid_request_error", "A text is expected.", param="prompt")
        return prompt
    messages = request.get("messages")
    if not isinstance(messages, list) or not messages:
        raise WireError(400, "invalid_request_error", "A list is expected.", param="messages")
    parts = [one.get("content") for one in messages if isinstance(one, dict)]
    return "\n\n".join(part for part in parts if isinstance(part, str))


async def _read_json(receive: Receive) -> dict[str, Any]:
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            raise WireError(413, "invalid_request_error", "The request is too large.")
        if not message.get("more_body"):
            break
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        value = None
    if not isinstance(value, dict):
        raise WireError(400, "invalid_request_error", "A JSON object is expected.")
    return value


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        kind = message["type"].removeprefix("lifespan.")
        await send({"type": f"lifespan.{kind}.complete"})
        if kind == "shutdown":
            return
