"""Request ids and the security headers of every answer."""

import re
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from quart import Quart, Response, g, request

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
    ]
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


_ONLY_HTTPS = "max-age=31536000"


def guarded(
    asgi: Callable[[Any, Any, Any], Awaitable[None]], *, https: bool
) -> Callable[[Any, Any, Any], Awaitable[None]]:
    """Return an ASGI application whose every answer is guarded, whoever inside gives it."""
    guards = HEADERS | ({"Strict-Transport-Security": _ONLY_HTTPS} if https else {})
    rows = [(name.lower().encode(), value.encode()) for name, value in guards.items()]

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        async def send_guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                there = {name.lower() for name, _ in given}
                missing = [row for row in rows if row[0] not in there]
                message = {**message, "headers": [*given, *missing]}
            await send(message)

        await asgi(scope, receive, send_guarded)

    return serve


def install_headers(app: Quart, *, https: bool) -> None:
    """Name every request before anything else, and guard every answer."""
    app.before_request(_name_request)
    app.after_request(_guard)
    if https:
        app.after_request(_only_https)


async def _name_request() -> None:
    offered = request.headers.get("X-Request-Id", "")
    g.request_id = offered if _REQUEST_ID.fullmatch(offered) else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


async def _guard(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = getattr(g, "request_id", "")
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


async def _only_https(response: Response) -> Response:
    response.headers["Strict-Transport-Security"] = _ONLY_HTTPS
    return response
