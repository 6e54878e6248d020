"""The gate of the HTTP side: every request passes here before any view sees it.

Default deny: an address without a row in ``app.auth.policy`` is refused, whoever asks.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

import werkzeug
from quart import Quart, Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from app.auth.actor import Actor
from app.auth.credentials import Authenticator, SessionLimits
from app.auth.flags import FlagGate
from app.auth.forecast_keys import is_forecast_key
from app.auth.origin import SiteRules, client_address, is_within
from app.auth.policy import PUBLIC, AccessTable, Rule, Who, check
from app.auth.sockets import SocketGate
from app.auth.views import View, ViewLog, begin_views
from app.db.engine import Database
from app.domains import TopicKind
from app.errors import Forbidden, Unauthorised
from app.http.threads import count_for, run_in_thread
from app.settings import Settings

AnyResponse = Response | werkzeug.Response
SAFE_METHODS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, kw_only=True)
class Gate:
    """What the gate knows: where we are, who people are, and how their cookie is called."""

    access: AccessTable
    site: SiteRules
    people: Authenticator
    sockets: SocketGate
    views: ViewLog
    flags: FlagGate
    cookie: str
    secure: bool
    trusted_proxies: tuple[str, ...]
    metrics_allow: tuple[str, ...]

    def set_cookie(self, response: AnyResponse, secret: str) -> None:
        """Hand the browser its session."""
        response.set_cookie(
            self.cookie,
            secret,
            max_age=self.people.limits.absolute,
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="Lax",
        )

    def clear_cookie(self, response: AnyResponse) -> None:
        """Take the session away from the browser."""
        response.delete_cookie(
            self.cookie, path="/", secure=self.secure, httponly=True, samesite="Lax"
        )


def open_gate(
    settings: Settings, database: Database, access: AccessTable, topics: Sequence[TopicKind]
) -> Gate:
    """Return the gate for these settings: ``access`` for requests, ``topics`` for sockets."""
    secure = settings.public_url.startswith("https://")
    cookie = "__Host-roundhouse" if secure else "roundhouse_session"
    site = SiteRules(settings.public_url, settings.trusted_hosts, settings.host)
    limits = SessionLimits(
        idle=timedelta(seconds=settings.session_idle_seconds),
        absolute=timedelta(seconds=settings.session_lifetime_seconds),
    )
    people, views = Authenticator(database, limits), ViewLog(database)
    return Gate(
        access=access,
        site=site,
        people=people,
        sockets=SocketGate(database, site, people, cookie, topics, views, settings.trusted_proxies),
        views=views,
        flags=FlagGate(database),
        cookie=cookie,
        secure=secure,
        trusted_proxies=settings.trusted_proxies,
        metrics_allow=settings.metrics_allow,
    )


def install_gate(app: Quart, gate: Gate) -> None:
    """Put ``gate`` in front of every request of ``app``."""
    app.extensions["gate"] = gate
    app.before_request(_pass)
    app.after_request(_write_views)


def the_gate() -> Gate:
    """Return the gate of the running app."""
    return cast("Gate", current_app.extensions["gate"])


def current_actor() -> Actor:
    """Return who makes this request."""
    return cast("Actor", g.actor)


async def known_actor() -> Actor | None:
    """Return who makes a request that needs nobody, None where that is not said or does not hold.

    While the database is away nobody is known.
    """
    try:
        return await _authenticate(the_gate(), PUBLIC)
    except (Unauthorised, SQLAlchemyError):
        return None


def client_ip() -> str:
    """Return the address this request comes from."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return client_address(request.remote_addr or "", forwarded, the_gate().trusted_proxies)


async def _pass() -> None:
    gate = the_gate()
    gate.site.check_host(request.host)
    if request.url_rule is None:
        return  # no such address, or not by that method: the router says so itself
    rule = gate.access.rule_for(request.method, request.url_rule.rule)
    if rule is None:
        raise Forbidden("Nobody may call this address by this method.")
    if rule.who is Who.PUBLIC:
        _check_stranger(gate)
        return
    if rule.who is Who.LISTED and _is_listed(gate):
        return
    g.actor = await _authenticate(gate, rule)
    check(rule, g.actor)
    count_for(g.actor.user_id)
    if rule.flag is not None:
        await run_in_thread(gate.flags.require, rule.flag, g.actor)
    g.views = begin_views()


async def _write_views(response: Response) -> Response:
    """Write down what an admin has been shown; a refused request has shown nothing."""
    views: set[View] = g.get("views", set())
    if views and response.status_code < 400:
        await run_in_thread(the_gate().views.write, views)
    return response


def _check_stranger(gate: Gate) -> None:
    """Keep another site from signing a browser in as somebody else."""
    if request.method not in SAFE_METHODS:
        gate.site.check_origin(_headers(), request.scheme)


def _is_listed(gate: Gate) -> bool:
    """Return whether the caller's own address may read what is measured.

    Behind a proxy that is not trusted nobody is: everybody would have the proxy's address.
    """
    peer, forwarded = request.remote_addr or "", "X-Forwarded-For" in request.headers
    if forwarded and not is_within(peer, gate.trusted_proxies):
        return False
    return is_within(client_ip(), gate.metrics_allow)


async def _authenticate(gate: Gate, rule: Rule) -> Actor:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":  # another scheme is meant for a proxy in front of us
        if rule.admits_keys and is_forecast_key(token.strip()):
            return await run_in_thread(gate.people.by_forecast_key, token.strip())
        return await run_in_thread(gate.people.by_token, token.strip())
    secret = request.cookies.get(gate.cookie)
    if secret is None:
        raise Unauthorised("Sign in, or send a token: Authorization: Bearer rh_...")
    if request.method not in SAFE_METHODS:
        gate.site.check_intent(_headers(), request.scheme)
    return await run_in_thread(gate.people.by_session, secret)


def _headers() -> dict[str, str]:
    return {name.title(): value for name, value in request.headers.items()}
