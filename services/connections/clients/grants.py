"""What a sign-in with OAuth 2.0 (RFC 6749) begins with, and what it is worth."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from services.connections.clients.platforms import GSC, NAMES, SCOPES, Addresses


@dataclass(frozen=True, kw_only=True)
class OAuthClient:
    """What a platform knows this installation by, and where that platform is."""

    platform: str
    client_id: str
    client_secret: str = field(repr=False)
    addresses: Addresses

    @property
    def service(self) -> str:
        """Return what the platform is called."""
        return NAMES[self.platform]


@dataclass(frozen=True, kw_only=True)
class OAuthTokens:
    """What a sign-in is worth: an access token until ``expires_at``, and what renews it."""

    access: str = field(repr=False)
    refresh: str | None = field(repr=False)
    expires_at: datetime
    scopes: tuple[str, ...] = ()


def authorize_url(client: OAuthClient, *, redirect_uri: str, state: str) -> str:
    """Return the address at which a person lets this installation read."""
    query = {
        "client_id": client.client_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "scope": SCOPES[client.platform],
        "state": state,
    }
    if client.platform == GSC:  # else there is no refresh token
        query |= {"access_type": "offline", "prompt": "consent"}
    return f"{client.addresses.authorize}?{urlencode(query)}"
