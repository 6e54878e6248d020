"""Connections as rows, with tokens that the fake servers know."""

from datetime import timedelta
from typing import Any

from app.clock import now
from app.models.connection import ServiceConnection
from app.resources import Resources
from services.connections.clients.grants import OAuthTokens
from services.connections.secret import TokenVault

SITE = "https://shop.example/"
LONG_AGO = timedelta(days=1)


def make_connection(resources: Resources, owner_id: int, **values: Any) -> int:
    """Write a connection that has a property and an access token which is over."""
    at = now()
    tokens = OAuthTokens(access="access-0", refresh="refresh-1", expires_at=at - LONG_AGO)
    with resources.database.write() as unit:
        row = ServiceConnection(
            owner_id=owner_id,
            platform=values.pop("platform", "gsc"),
            state="active",
            site=values.pop("site", SITE),
            sites=[{"site": SITE, "usable": True, "permission": "siteOwner"}],
            scopes=[],
            expires_at=tokens.expires_at,
            created_at=at,
            updated_at=at,
            **values,
        )
        unit.session.add(row)
        unit.session.flush()
        row.tokens_encrypted = TokenVault(resources.settings.home).encrypt(row.id, tokens)
        return row.id
