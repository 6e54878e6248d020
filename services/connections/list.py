"""Listing connections, and how their refreshes and checks ended."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.auth.actor import Actor
from app.db.engine import Database
from app.db.pages import Page, read_page
from app.errors import NotFound
from app.ids import parse_id
from app.models.connection import ConnectionLog, ServiceConnection
from app.models.user import User
from app.settings import Settings
from services.connections.clients.platforms import NAMES, PLATFORMS
from services.connections.config import missing_settings, redirect_uri
from services.connections.repository import live_of, with_jobs
from services.connections.types import ConnectionNow


def list_connections(database: Database, actor: Actor) -> list[ConnectionNow]:
    """Return the actor's own connections, the newest first."""
    with database.read() as session:
        return with_jobs(session, live_of(session, actor.user_id))


def connections_of(database: Database, actor: Actor, user_id: str) -> Sequence[ServiceConnection]:
    """Return the connections of a person, for that person and admins. Raises NotFound."""
    owner_id = require_person(database, actor, user_id)
    with database.read() as session:
        return live_of(session, owner_id)


def list_platforms(settings: Settings) -> list[dict[str, Any]]:
    """Return what can be connected, and which settings are missing for it."""
    return [
        {
            "platform": platform,
            "name": NAMES[platform],
            "missing_settings": missing_settings(settings, platform),
            "redirect_uri": redirect_uri(settings),
        }
        for platform in PLATFORMS
    ]


def list_logs(
    database: Database, actor: Actor, user_id: str, query: Mapping[str, Any]
) -> Page[ConnectionLog]:
    """Return how refreshes and checks of a person ended, the newest first. Raises NotFound.

    ``query`` has limit and offset, and may have a platform and a connection.
    """
    owner_id = require_person(database, actor, user_id)
    rows = select(ConnectionLog).where(ConnectionLog.owner_id == owner_id)
    if query.get("platform"):
        rows = rows.where(ConnectionLog.platform == query["platform"])
    if query.get("connection"):
        rows = rows.where(ConnectionLog.connection_id == query["connection"])
    with database.read() as session:
        limit, offset = query["limit"], query["offset"]
        return read_page(session, rows, ConnectionLog.id.desc(), limit=limit, offset=offset)


def require_person(database: Database, actor: Actor, user_id: str) -> int:
    """Return the id of a person whose connections the actor may see. Raises NotFound, Invalid.

    Somebody else and nobody look the same, except to admins.
    """
    number = parse_id(user_id, "user_id")
    if number == actor.user_id:
        return number
    if actor.is_admin:
        with database.read() as session:
            if session.get(User, number) is not None:
                return number
    raise NotFound(f"User {number} not found")
