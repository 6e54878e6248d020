"""Signing in with OAuth 2.0 (RFC 6749): the code, the refresh."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from services.connections.clients.failures import oauth_failure, object_of
from services.connections.clients.grants import OAuthClient, OAuthTokens
from services.connections.clients.transport import ServiceAnswer, ServiceRequest, WebClient
from services.scheduler.codes.errors import BadData, SignInExpired

USUAL_SECONDS = 3600  # of an answer that does not say it (RFC 6749, 5.1)
MAX_SECONDS = 366 * 86400
MAX_TOKEN_LENGTH = 20_000


def exchange_code(
    web: WebClient, client: OAuthClient, code: str, redirect_uri: str, at: datetime
) -> OAuthTokens:
    """Return the tokens that a code stands for. Raises AttemptFailed."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
    return _granted(web, client, form, at, None)


def refresh_tokens(
    web: WebClient, client: OAuthClient, tokens: OAuthTokens, at: datetime
) -> OAuthTokens:
    """Return new tokens; a refresh token that the answer leaves out stays the old one.

    Raises AttemptFailed. The old refresh token may be dead from the moment of the answer.
    """
    if tokens.refresh is None:
        raise SignInExpired(f"{client.service} gave no refresh token: connect the account again.")
    form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh}
    return _granted(web, client, form, at, tokens)


def _granted(
    web: WebClient,
    client: OAuthClient,
    form: Mapping[str, str],
    at: datetime,
    before: OAuthTokens | None,
) -> OAuthTokens:
    secret = {"client_id": client.client_id, "client_secret": client.client_secret}
    request = ServiceRequest(method="POST", url=client.addresses.token, form={**form, **secret})
    answer = web.send(request)
    if answer.status != 200:
        raise oauth_failure(answer, client.service, at)
    return _tokens(answer, client, at, before)


def _tokens(
    answer: ServiceAnswer, client: OAuthClient, at: datetime, before: OAuthTokens | None
) -> OAuthTokens:
    content = object_of(answer, client.service)
    access = _token(content.get("access_token"))
    if access is None:
        raise BadData(f"The sign-in of {client.service} answered without an access token.")
    kept = before.refresh if before else None
    return OAuthTokens(
        access=access,
        refresh=_token(content.get("refresh_token")) or kept,
        expires_at=at + timedelta(seconds=_lifetime(content)),
        scopes=_scopes(content) or (before.scopes if before else ()),
    )


def _token(value: object) -> str | None:
    is_one = isinstance(value, str) and value.isascii() and value.isprintable()
    return value if is_one and 0 < len(str(value)) <= MAX_TOKEN_LENGTH else None  # type: ignore[return-value]


def _lifetime(content: Mapping[str, Any]) -> float:
    """Return the seconds that the access token lives; some servers write them as text."""
    try:
        seconds = float(content.get("expires_in", USUAL_SECONDS))
    except (TypeError, ValueError):
        return USUAL_SECONDS
    return min(max(seconds, 0.0), MAX_SECONDS) if seconds == seconds else USUAL_SECONDS


def _scopes(content: Mapping[str, Any]) -> tuple[str, ...]:
    value = content.get("scope")
    return tuple(value.split()[:20]) if isinstance(value, str) else ()
