"""Who may call what. The rows lie beside each blueprint and are put together into one table.

What has no row is refused, and fails the tests.

``reads`` and ``edits`` mean that the resource in the address decides, in ``app.auth.access``:
404 where it is not the caller's to see, 403 where it is but may not be changed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from app.auth.actor import Actor
from app.errors import Forbidden


class Who(StrEnum):
    """Who may call."""

    PUBLIC = "everybody, without signing in"
    SIGNED_IN = "everybody who is signed in"
    LISTED = "addresses in ROUNDHOUSE_METRICS_ALLOW, and everybody who is signed in"
    MEMBER = "members and admins"
    ADMIN = "admins"
    READS = "who may see the resource in the address"
    EDITS = "who may change the resource in the address"


class Scope(StrEnum):
    """What a token needs to have been given."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"
    BROWSER = "a signed-in browser"  # a token cannot lengthen its own life


@dataclass(frozen=True)
class Rule:
    """One row of the table."""

    who: Who
    scope: Scope
    admits_keys: bool = False  # a forecast key may call it, about its own session
    flag: str | None = None  # for whom this is switched off, the address does not exist


PUBLIC = Rule(Who.PUBLIC, Scope.READ)
LISTED = Rule(Who.LISTED, Scope.READ)
OWN = Rule(Who.SIGNED_IN, Scope.READ)
OWN_CHANGE = Rule(Who.SIGNED_IN, Scope.WRITE)
OWN_KEYS = Rule(Who.SIGNED_IN, Scope.BROWSER)
MAKES = Rule(Who.MEMBER, Scope.WRITE)
READS = Rule(Who.READS, Scope.READ)
EDITS = Rule(Who.EDITS, Scope.WRITE)
EDITS_READ = Rule(Who.EDITS, Scope.READ)  # a list that only editors see
COMPUTES = Rule(Who.READS, Scope.WRITE)  # changes nothing, and costs time
FORECASTS = Rule(Who.READS, Scope.WRITE, admits_keys=True)
ADMIN = Rule(Who.ADMIN, Scope.ADMIN)

PAGES: dict[str, Rule] = {  # they hold no data
    "GET /": PUBLIC,
    "GET /{path}": PUBLIC,
    "GET /assets/{name}": PUBLIC,
}

SOCKET_EVENTS: dict[str, Rule] = {
    "connect": OWN,
    "disconnect": PUBLIC,
    "subscribe": READS,
    "unsubscribe": OWN,
}


def behind(flag: str, rows: Mapping[str, Rule]) -> dict[str, Rule]:
    """Return ``rows`` as routes of a part that is switched on and off by ``flag``.

    Raises ValueError for a route of the public: nobody is there whose share could be known.
    """
    public = [row for row, rule in rows.items() if rule.who in (Who.PUBLIC, Who.LISTED)]
    if public:
        raise ValueError(f"{', '.join(public)}: who calls is not known, so no flag can hide it.")
    return {row: replace(rule, flag=flag) for row, rule in rows.items()}


_VARIABLE = re.compile(r"<[^>]*>|\{[^}]*\}")


def _shape(method: str, address: str) -> str:
    return f"{method} {_VARIABLE.sub('{}', address)}"


class AccessTable:
    """The one table of all routes; an address without a row is refused, whoever asks."""

    def __init__(self, *parts: Mapping[str, Rule]) -> None:
        """Put the rows of ``parts`` together; raises ValueError for a route with two rows."""
        rows = [row for part in (PAGES, *parts) for row in part.items()]
        self.routes: Mapping[str, Rule] = dict(rows)
        if len(self.routes) != len(rows):
            raise ValueError("A route has two rows in the authorisation table.")
        self._by_shape = {_shape(*row.split(" ", 1)): rule for row, rule in rows}

    def rule_for(self, method: str, address: str) -> Rule | None:
        """Return the row for an address as the router writes it, None where there is none."""
        return self._by_shape.get(_shape("GET" if method == "HEAD" else method, address))


def check(rule: Rule, actor: Actor) -> None:
    """Let ``actor`` pass as far as the table alone decides.

    Raises Forbidden, saying which role or scope is missing.
    """
    if actor.via == "key":
        if not rule.admits_keys:
            raise Forbidden("A forecast key gets forecasts of its session, and nothing else.")
        return
    _check_scope(rule.scope, actor)
    if rule.who is Who.ADMIN and not actor.is_admin:
        raise Forbidden("Only an admin may do this.")
    if rule.who is Who.MEMBER and actor.role == "viewer":
        raise Forbidden("A viewer reads what the team shares; ask an admin for the role member.")


def _check_scope(scope: Scope, actor: Actor) -> None:
    if actor.scopes is None or scope in actor.scopes:
        return
    if scope is Scope.BROWSER:
        raise Forbidden("This needs a signed-in browser: tokens do not manage credentials.")
    had = ", ".join(sorted(actor.scopes)) or "none"
    raise Forbidden(f"This token needs the scope {scope.value}; it has {had}.")
