"""The gate for sockets: at connect, at each subscribe, and while they are open.

A socket outlives the request that opened it. So the realtime loop asks, every few seconds and
for all sockets together, whether the credentials and the resources watched are still there to see.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from werkzeug.http import parse_cookie

from app.auth.access import can_see
from app.auth.actor import Actor
from app.auth.credentials import Authenticator
from app.auth.origin import SiteRules, client_address, neighbourhood
from app.auth.policy import SOCKET_EVENTS, check
from app.auth.views import ViewLog, collected_views, note_view
from app.db.engine import Database
from app.domains import TopicKind
from app.errors import NotFound, RoundhouseError
from app.topics import name_of, number_of

TEAM, ADMINS = "team", "admins"
Subscription = tuple[Actor, str]


class SocketGate:
    """Answers who is behind a socket and what that person may watch."""

    def __init__(
        self,
        database: Database,
        site: SiteRules,
        people: Authenticator,
        cookie: str,
        topics: Sequence[TopicKind],
        views: ViewLog,
        trusted_proxies: tuple[str, ...] = (),
    ) -> None:
        self._trusted_proxies = trusted_proxies
        self._topics = tuple(topics)
        self._database = database
        self._site = site
        self._people = people
        self._cookie = cookie
        self._views = views

    def authenticate(
        self, auth: Any, headers: Mapping[str, str], scheme: str = "http"
    ) -> Actor | None:
        """Return who connects, None when nobody that we know, or from a page of another site.

        ``auth`` is the payload of the handshake: ``{"token": "rh_..."}`` or nothing. ``headers``
        have names in title case, as ``headers_of`` makes them.
        """
        try:
            self._site.check_host(headers.get("Host", ""))
            actor = self._actor(auth, headers)
            check(SOCKET_EVENTS["connect"], actor)
        except RoundhouseError:
            return None
        return actor if self._site.is_our_origin(headers, scheme) else None

    def address_of(self, environ: Mapping[str, Any]) -> str:
        """Return whose connection this is: what one subscriber can choose addresses from."""
        peer = (environ.get("asgi.scope", {}).get("client") or ("",))[0]
        forwarded = str(environ.get("HTTP_X_FORWARDED_FOR", ""))
        return neighbourhood(client_address(peer, forwarded, self._trusted_proxies))

    def _actor(self, auth: Any, headers: Mapping[str, str]) -> Actor:
        token = auth.get("token") if isinstance(auth, dict) else None
        if isinstance(token, str) and token:
            return self._people.by_token(token)
        return self._people.by_session(parse_cookie(headers.get("Cookie")).get(self._cookie, ""))

    def require_topic(self, actor: Actor, topic: str) -> None:
        """Let the actor watch ``topic``.

        Raises NotFound for topics that do not exist or are not the actor's to see.
        """
        check(SOCKET_EVENTS["subscribe"], actor)
        row = self._rows({topic}).get(topic)
        if not (_is_own(actor, topic) or (row is not None and can_see(actor, row))):
            raise NotFound(f"The topic {topic[:100]!r} does not exist, or is not shared with you.")
        note_view(actor, row)

    def subscribe(self, actor: Actor, topic: str) -> None:
        """Let the actor watch ``topic`` live; an admin's look is written into the audit log.

        Raises NotFound as ``require_topic`` does.
        """
        with collected_views() as views:
            self.require_topic(actor, topic)
        self._views.write(views)

    def still_valid(self, actors: Collection[Actor]) -> set[Actor]:
        """Return those actors whose sockets may stay open; two statements for all of them."""
        return self._people.still_valid(actors)

    def still_visible(self, subscriptions: Collection[Subscription]) -> set[Subscription]:
        """Return those (actor, topic) pairs that may go on; one statement per kind of topic."""
        rows = self._rows({topic for _, topic in subscriptions})
        return {
            (actor, topic)
            for actor, topic in subscriptions
            if _is_own(actor, topic) or (topic in rows and can_see(actor, rows[topic]))
        }

    def _rows(self, topics: Collection[str]) -> dict[str, Any]:
        """Return the row behind each topic of a declared kind that exists."""
        numbers_by_kind = {
            kind: numbers
            for kind in self._topics
            if (numbers := {n for one in topics if (n := number_of(kind.kind, one)) is not None})
        }
        if not numbers_by_kind:
            return {}
        with self._database.read() as session:
            return {
                name_of(kind.kind, row.id): row
                for kind, numbers in numbers_by_kind.items()
                for row in session.scalars(select(kind.model).where(kind.model.id.in_(numbers)))
            }


def headers_of(environ: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers of a WSGI-like environ, as python-socketio hands it over."""
    return {
        name.removeprefix("HTTP_").replace("_", "-").title(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }


def _is_own(actor: Actor, topic: str) -> bool:
    return topic in (TEAM, f"user:{actor.user_id}") or (topic == ADMINS and actor.is_admin)
