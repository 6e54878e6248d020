"""The gate in front of a SuperLink: which calls reach Flower, and who must have signed them.

One server carries Flower's APIs for sites, for operators and for the programs of a run; only
the first is meant for the network. Sites are let in by their key, this host by its secret, and
to everybody else there is nothing here.
"""

import hmac
import json
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from datetime import datetime
from typing import Any, Protocol

from anyio.to_thread import run_sync

from app import strict_json
from app.clock import now
from services.federations.clocks import clock_words
from services.federations.engine.control_client import OPERATOR_HEADER
from services.federations.engine.stamps import UsedStamps
from services.flower.signing import (
    FLEET_HTTP_PUBLIC_KEY_HEADER,
    FLEET_HTTP_SIGNATURE_HEADER,
    SYSTEM_TIME_TOLERANCE,
    TIMESTAMP_HEADER,
    TIMESTAMP_TOLERANCE,
    bytes_to_public_key,
    verify_signature,
)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

FLEET, ACTIVATE, REPORT = "/v1/fleet/", "/v1/fleet/activate-node", "/roundhouse/report"
MAX_REPORT_LENGTH = 65_536
UNKNOWN = (
    "This key may not take part: it is not registered here, or it was revoked or has expired. "
    "Ask the people who run the federation for a new enrolment."
)
CLOCK = (
    "The clock of this site is {off} the server's, and calls are signed with the time: at most "
    f"{TIMESTAMP_TOLERANCE} seconds behind or {SYSTEM_TIME_TOLERANCE} seconds ahead are let in. "
    "Set it right (for example with NTP), then start again."
)

USED = "This call was let in before: each signature of a site is good for one call. Sign it anew."


class Door(Protocol):
    """What the gate looks up and reports."""

    def site_of(self, public_key: str) -> int | None:
        """Return the site of a key that may take part now, else None."""

    def seen(self, site_id: int, *, reporting: bool) -> None:
        """Note that the site has just called: its program to report, or its SuperNode."""

    def returned(self, public_key: str) -> None:
        """Let a site connect again that went away without a word."""

    def refused(self, public_key: str, reason: str) -> None:
        """Note why a call that the key has signed was not let in."""

    def report(self, site_id: int, report: Mapping[str, Any], behind: float) -> Mapping[str, Any]:
        """Take a site's report; return what it should know.

        ``behind`` is by how many seconds the site's clock is behind ours, as far as it is known.
        """


class CallRefusedError(Exception):
    """The call is not let in; the message is for the site's people."""


class ClockError(CallRefusedError):
    """The time of a call is too far from ours, though ``public_key`` has signed it."""

    def __init__(self, public_key: str, behind: float) -> None:
        super().__init__(CLOCK.format(off=clock_words(behind)))
        self.public_key = public_key


class SuperLinkGate:
    """An ASGI application in front of Flower's."""

    def __init__(self, flower: Asgi, door: Door, secret: str) -> None:
        self._flower = flower
        self._door = door
        self._secret = secret.encode()
        self._stamps = UsedStamps()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on to Flower, answer it here, or refuse it."""
        if scope["type"] == "lifespan":
            await self._flower(scope, receive, send)
            return
        if scope["type"] != "http":  # no API here has a WebSocket, so none is let past the secret
            await send({"type": "websocket.close", "code": 1008})
            return
        headers, path = _headers(scope), scope["path"]
        if path.startswith(FLEET) or path == REPORT:
            await self._for_site(headers, scope, receive, send)
        elif hmac.compare_digest(headers.get(OPERATOR_HEADER, "").encode(), self._secret):
            await self._flower(scope, receive, send)
        else:
            await _answer(send, 404, {"code": 404, "detail": "There is nothing here."})

    async def _for_site(
        self, headers: Mapping[str, str], scope: Scope, receive: Receive, send: Send
    ) -> None:
        try:
            public_key, signed_at = signer_of(headers)
            site = self._door.site_of(public_key)
            if site is None:
                raise CallRefusedError(UNKNOWN)
            if not self._stamps.take(site, signed_at):
                raise CallRefusedError(USED)
        except ClockError as refusal:
            self._door.refused(refusal.public_key, str(refusal))
            await _answer(send, 401, {"code": 401, "detail": str(refusal)})
            return
        except CallRefusedError as refusal:
            await _answer(send, 401, {"code": 401, "detail": str(refusal)})
            return
        self._door.seen(site, reporting=scope["path"] == REPORT)
        if scope["path"] == REPORT:
            await self._report(site, age_of(signed_at), receive, send)
            return
        if scope["path"] == ACTIVATE:
            await run_sync(self._door.returned, public_key)
        await self._flower(scope, receive, send)

    async def _report(self, site: int, behind: float, receive: Receive, send: Send) -> None:
        content = await _body(receive)
        try:
            report = strict_json.loads(content) if content is not None else None
        except ValueError:
            report = None
        if not isinstance(report, dict):
            detail = f"A report is one JSON object of at most {MAX_REPORT_LENGTH} bytes."
            await _answer(send, 422, {"code": 422, "detail": detail})
            return
        await _answer(send, 200, await run_sync(self._door.report, site, report, behind))


def signer_of(headers: Mapping[str, str]) -> tuple[str, datetime]:
    """Return the public key (PEM) that signed the call's time, and that time.

    Raises ``CallRefusedError``, and ``ClockError`` where only the time is wrong.
    """
    try:
        public_key = b64decode(headers[FLEET_HTTP_PUBLIC_KEY_HEADER], validate=True)
        signature = b64decode(headers[FLEET_HTTP_SIGNATURE_HEADER], validate=True)
        stamp = headers[TIMESTAMP_HEADER]
        signed_at = datetime.fromisoformat(stamp)
        age = age_of(signed_at)
        is_right = verify_signature(bytes_to_public_key(public_key), stamp.encode(), signature)
        pem = public_key.decode("ascii")
    except (KeyError, ValueError, TypeError, AttributeError, Base64Error):
        raise CallRefusedError(UNKNOWN) from None
    if not is_right:
        raise CallRefusedError(UNKNOWN)
    if not -SYSTEM_TIME_TOLERANCE < age < TIMESTAMP_TOLERANCE:
        raise ClockError(pem, age)
    return pem, signed_at


def age_of(signed_at: datetime) -> float:
    """Return how many seconds ago a time was; raises ``TypeError`` where it names no zone."""
    return (now() - signed_at).total_seconds()


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


async def _body(receive: Receive) -> bytes | None:
    """Return the body, None for one that is too long or broken off."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MAX_REPORT_LENGTH:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


async def _answer(send: Send, status: int, content: Mapping[str, Any]) -> None:
    body = json.dumps(content, allow_nan=False).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
