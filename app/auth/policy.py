"""The one table of who may call what. What has no row here is refused, and fails the tests.

``reads`` and ``edits`` mean that the thing in the address decides, in ``app.auth.access``:
404 where it is not the caller's to see, 403 where it is but may not be changed.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from app.auth.actor import Actor
from app.errors import Forbidden


class Who(StrEnum):
    """Who may call."""

    PUBLIC = "everybody, without signing in"
    SIGNED_IN = "everybody who is signed in"
    MEMBER = "members and admins"
    ADMIN = "admins"
    READS = "who may see the thing in the address"
    EDITS = "who may change the thing in the address"


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


PUBLIC = Rule(Who.PUBLIC, Scope.READ)
OWN = Rule(Who.SIGNED_IN, Scope.READ)
OWN_CHANGE = Rule(Who.SIGNED_IN, Scope.WRITE)
OWN_KEYS = Rule(Who.SIGNED_IN, Scope.BROWSER)
MAKES = Rule(Who.MEMBER, Scope.WRITE)
READS = Rule(Who.READS, Scope.READ)
EDITS = Rule(Who.EDITS, Scope.WRITE)
ADMIN = Rule(Who.ADMIN, Scope.ADMIN)

ROUTES: dict[str, Rule] = {
    # pages and health: they hold no data; the API description is that of the published product
    "GET /": PUBLIC,
    "GET /{path}": PUBLIC,
    "GET /assets/{name}": PUBLIC,
    "GET /health/live": PUBLIC,
    "GET /health/ready": PUBLIC,
    "GET /api/openapi.json": PUBLIC,
    "GET /api/docs": PUBLIC,
    "GET /api/docs/{name}": PUBLIC,
    # signing in and one's own credentials
    "POST /api/auth/login": PUBLIC,
    "POST /api/auth/one-time": PUBLIC,
    "POST /api/auth/logout": OWN_KEYS,
    "GET /api/auth/me": OWN,
    "GET /api/auth/sessions": OWN,
    "DELETE /api/auth/sessions/{id}": OWN_KEYS,
    "POST /api/auth/sessions/revoke-others": OWN_KEYS,
    "POST /api/auth/password": OWN_KEYS,
    "GET /api/auth/tokens": OWN,
    "POST /api/auth/tokens": OWN_KEYS,
    "DELETE /api/auth/tokens/{id}": OWN_KEYS,
    # people
    "GET /api/users": ADMIN,
    "POST /api/users": ADMIN,
    "PATCH /api/users/{id}": ADMIN,
    "POST /api/users/{id}/signin-link": ADMIN,
    "GET /api/audit": ADMIN,
    # data
    "GET /api/datasets": OWN,
    "POST /api/datasets": MAKES,
    "GET /api/datasets/{id}": READS,
    "PATCH /api/datasets/{id}": EDITS,
    "DELETE /api/datasets/{id}": EDITS,
    "GET /api/weights": OWN,
    "POST /api/weights": MAKES,
    "DELETE /api/weights/{id}": EDITS,
    # experiments and one's own configuration
    "POST /api/experiments/centralized/train": MAKES,
    "POST /api/experiments/federated/train": MAKES,
    "POST /api/experiments/federated/skew": MAKES,
    "GET /api/experiments/schema": OWN,
    "GET /api/experiments/list": OWN,
    "GET /api/experiments/status/{id}": READS,
    "GET /api/config/current": OWN,
    "POST /api/config/update": MAKES,
    # runs
    "GET /api/home": OWN,
    "GET /api/runs/list": OWN,
    "GET /api/runs/columns": OWN,
    "GET /api/runs/groups": OWN,
    "GET /api/runs/ids": OWN,
    "POST /api/runs": MAKES,
    "GET /api/runs/{id}": READS,
    "PATCH /api/runs/{id}": EDITS,
    "POST /api/runs/bulk": MAKES,
    "POST /api/runs/import/{kind}": MAKES,
    "GET /api/runs/imports": OWN,
    "GET /api/runs/imports/{id}": READS,
    "POST /api/runs/imports/{id}/stop": EDITS,
    "POST /api/runs/backfill/{id}/server-evaluations": EDITS,
    "DELETE /api/runs/{id}": EDITS,
    "POST /api/runs/{id}/archive": EDITS,
    "POST /api/runs/{id}/unarchive": EDITS,
    "POST /api/runs/{id}/stop": EDITS,
    "POST /api/runs/{id}/resume": EDITS,
    "POST /api/runs/{id}/acknowledge": EDITS,
    "POST /api/runs/{id}/heartbeat": EDITS,
    "POST /api/runs/{id}/logs": EDITS,
    "POST /api/runs/{id}/artifacts": EDITS,
    "POST /api/runs/{id}/server-evaluations": EDITS,
    "POST /api/runs/{id}/client-rounds": EDITS,
    "GET /api/runs/{id}/metrics": READS,
    "GET /api/runs/{id}/download/{form}": READS,
    "GET /api/runs/{id}/federated-rounds": READS,
    "GET /api/runs/{id}/server-evaluation": READS,
    "GET /api/runs/{id}/client-metrics": READS,
    "GET /api/runs/{id}/series": READS,
    "GET /api/runs/{id}/series/summary": READS,
    "POST /api/runs/{id}/series": EDITS,
    "GET /api/runs/{id}/rounds": READS,
    "GET /api/runs/{id}/skew": READS,
    "GET /api/runs/{id}/contributions": READS,
    "GET /api/runs/{id}/logs": READS,
    "GET /api/runs/{id}/artifacts": READS,
    "GET /api/runs/{id}/artifacts/{artifact}/download": READS,
    "GET /api/runs/compare": OWN,
    "GET /api/runs/compare/download/html": OWN,
    "GET /api/runs/analytics/summary": OWN,
    # studies
    "GET /api/studies": OWN,
    "POST /api/studies": MAKES,
    "GET /api/studies/{id}": READS,
    "DELETE /api/studies/{id}": EDITS,
    # federations across sites; a site that joins proves itself by its one-time token
    "GET /api/federations": OWN,
    "POST /api/federations": MAKES,
    "GET /api/federations/{id}": READS,
    "PATCH /api/federations/{id}": EDITS,
    "DELETE /api/federations/{id}": EDITS,
    "POST /api/federations/{id}/start": EDITS,
    "POST /api/federations/{id}/stop": EDITS,
    "POST /api/federations/{id}/sites": EDITS,
    "PATCH /api/federations/{id}/sites/{site}": EDITS,
    "POST /api/federations/{id}/sites/{site}/revoke": EDITS,
    "POST /api/federations/join": PUBLIC,
    # the platform; the topic of events is the thing that decides
    "GET /api/events": READS,
    "GET /api/system": OWN,
    "GET /api/search": OWN,
}

SOCKET_EVENTS: dict[str, Rule] = {
    "connect": OWN,
    "disconnect": PUBLIC,
    "subscribe": READS,
    "unsubscribe": OWN,
}

_VARIABLE = re.compile(r"<[^>]*>|\{[^}]*\}")


def _shape(method: str, address: str) -> str:
    return f"{method} {_VARIABLE.sub('{}', address)}"


_BY_SHAPE = {_shape(*row.split(" ", 1)): rule for row, rule in ROUTES.items()}


def rule_for(method: str, address: str) -> Rule | None:
    """Return the row for an address as the router writes it, None where there is none."""
    return _BY_SHAPE.get(_shape("GET" if method == "HEAD" else method, address))


def check(rule: Rule, actor: Actor) -> None:
    """Let ``actor`` pass as far as the table alone can tell.

    Raises Forbidden, saying which role or scope is missing.
    """
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
