"""Requests in the name of a connection: its access token, renewed before it ends or is refused.

A refused token is renewed once and the request repeated once, never in a loop. Only one renewal
of a connection runs at a time: with refresh tokens that are replaced at each use, the second one
would be locked out. Who waited takes what the first one got.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from services.connections.clients.failures import bing_number
from services.connections.clients.grants import OAuthClient, OAuthTokens
from services.connections.clients.oauth import refresh_tokens
from services.connections.clients.platforms import GSC
from services.connections.clients.transport import ServiceAnswer, ServiceRequest, WebClient

MIN_LEFT = timedelta(seconds=60)  # a token that ends sooner is renewed before it is used
_BING_KEY_REFUSED = 3  # InvalidApiKey, which Bing says of an old token too


class TokenStore(Protocol):
    """Where the tokens of one connection are kept."""

    def load(self) -> OAuthTokens:
        """Return the newest tokens."""

    def save(self, tokens: OAuthTokens) -> None:
        """Keep new tokens: done before anything else, for the old ones may be dead."""

    def renewing(self) -> AbstractContextManager[None]:
        """Let one caller at a time, of all processes, renew the tokens of the connection."""


class SignedClient:
    """Sends requests of one connection."""

    def __init__(
        self,
        web: WebClient,
        oauth: OAuthClient,
        store: TokenStore,
        clock: Callable[[], datetime],
    ) -> None:
        self.web = web
        self.oauth = oauth
        self.clock = clock
        self._store = store
        self._tokens: OAuthTokens | None = None
        self._min_left = MIN_LEFT

    def send(self, request: ServiceRequest) -> ServiceAnswer:
        """Return the answer to a request with the connection's token. Raises AttemptFailed."""
        tokens = self._usable()
        answer = self.web.send(_signed(request, tokens))
        if self._is_refused(answer):
            answer = self.web.send(_signed(request, self.renew(tokens)))
        return answer

    def renew(self, old: OAuthTokens | None = None) -> OAuthTokens:
        """Replace ``old``, by default the newest ones, unless somebody did already.

        Raises AttemptFailed.
        """
        old = old or self._store.load()
        with self._store.renewing():
            current = self._store.load()
            if current.access == old.access or self._ends_soon(current):
                current = refresh_tokens(self.web, self.oauth, current, self.clock())
                self._store.save(current)
        left = current.expires_at - self.clock()
        self._min_left = min(MIN_LEFT, max(left, timedelta()) / 2)  # else it never suffices
        self._tokens = current
        return current

    def _usable(self) -> OAuthTokens:
        tokens = self._tokens or self._store.load()
        if self._ends_soon(tokens):
            return self.renew(tokens)
        self._tokens = tokens
        return tokens

    def _ends_soon(self, tokens: OAuthTokens) -> bool:
        return not tokens.access or tokens.expires_at - self.clock() < self._min_left

    def _is_refused(self, answer: ServiceAnswer) -> bool:
        if answer.status == 401:
            return True
        return self.oauth.platform != GSC and bing_number(answer) == _BING_KEY_REFUSED


def _signed(request: ServiceRequest, tokens: OAuthTokens) -> ServiceRequest:
    headers = {**request.headers, "authorization": f"Bearer {tokens.access}"}
    return replace(request, headers=headers)
