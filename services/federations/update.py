"""Making, changing, starting, stopping and deleting federations."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.auth.access import require_member
from app.auth.actor import Actor
from app.auth.audit import record
from app.clock import now
from app.db.engine import Database
from app.db.turns import take_turn
from app.db.uow import UnitOfWork
from app.errors import Invalid
from app.models.federation import Federation
from services.federations import repository
from services.federations.errors import FederationBusy
from services.federations.limits import TURN, FederationLimits, require_place
from services.federations.list import editable_federation, show_federation
from services.federations.ports import checked_port, next_port
from services.federations.states import FederationView

NO_LIMITS = FederationLimits(ports=(1024, 65_535))
HOST = re.compile(r"(?=.{1,255}$)[A-Za-z0-9:]([A-Za-z0-9.:_-]*[A-Za-z0-9])?")


def create_federation(
    database: Database,
    actor: Actor,
    home: Path,
    *,
    name: str,
    host: str,
    port: int | None = None,
    limits: FederationLimits = NO_LIMITS,
    visibility: str = "private",
) -> FederationView:
    """Make a federation with an authority of its own, whose SuperLink starts at once.

    Raises Invalid for a host that is no name or address, Conflict for a port that is taken and
    where as many run as may.
    """
    from services.federations.folder import FederationFolder

    require_member(actor)
    with database.write() as unit:
        require_place(unit.session, actor.user_id, limits)
        federation = Federation(
            name=name,
            owner_id=actor.user_id,
            visibility=visibility,
            host=checked_host(host),
            port=_port(unit, port, limits),
            ca_certificate="",
            wanted="running",
            created_at=now(),
        )
        unit.session.add(federation)
        unit.session.flush()
        folder = FederationFolder(home, federation.id)
        folder.remove()  # of a federation whose making was broken off: ids are given again
        federation.ca_certificate = folder.create(name)
        record(unit, actor, "federation_created", _target(federation), {"name": name})
    return show_federation(database, actor, str(federation.id))


def change_federation(
    database: Database,
    actor: Actor,
    federation_id: str,
    changes: Mapping[str, Any],
    limits: FederationLimits = NO_LIMITS,
) -> FederationView:
    """Change name, visibility, host or port; with a new place its SuperLink starts again.

    Raises Conflict for a port that is taken.
    """
    with database.write() as unit:
        federation = editable_federation(unit.session, actor, federation_id)
        if "host" in changes or "port" in changes:
            _require_idle(unit, federation, "moved")
        if "host" in changes:
            federation.host = checked_host(changes["host"])
        if "port" in changes and changes["port"] != federation.port:
            federation.port = _port(unit, changes["port"], limits)
        for name in ("name", "visibility"):
            setattr(federation, name, changes.get(name, getattr(federation, name)))
        federation.problem = None
        record(unit, actor, "federation_changed", _target(federation), dict(changes))
    return show_federation(database, actor, federation_id)


def switch_federation(
    database: Database,
    actor: Actor,
    federation_id: str,
    target: str,
    limits: FederationLimits = NO_LIMITS,
) -> FederationView:
    """Have the SuperLink running or stopped.

    Raises FederationBusy while a run needs it, TooManyFederations where as many run as may.
    """
    with database.write() as unit:
        federation = editable_federation(unit.session, actor, federation_id)
        if target == "running" and federation.wanted != "running":
            require_place(unit.session, federation.owner_id, limits)
        if target == "stopped":
            _require_idle(unit, federation, "stopped")
        federation.wanted, federation.problem, federation.seen_at = target, None, None
        action = "federation_started" if target == "running" else "federation_stopped"
        record(unit, actor, action, _target(federation), {"name": federation.name})
    return show_federation(database, actor, federation_id)


def delete_federation(database: Database, actor: Actor, home: Path, federation_id: str) -> None:
    """Take a federation out of use for good: its keys are removed, its runs stay explained."""
    from services.federations.folder import FederationFolder

    with database.write() as unit:
        federation = editable_federation(unit.session, actor, federation_id)
        _require_idle(unit, federation, "deleted")
        at = now()
        federation.deleted_at, federation.wanted = at, "stopped"
        for site in repository.sites_of(unit.session, [federation.id]):
            site.revoked_at = site.revoked_at or at
            site.token_hash = None
        record(unit, actor, "federation_deleted", _target(federation), {"name": federation.name})
    FederationFolder(home, federation.id).remove()


def checked_host(host: str) -> str:
    """Return a host by which sites can find this machine; raises ``Invalid``."""
    if not HOST.fullmatch(host):
        detail = (
            f"host is {host[:60]!r}; give the name or address of this machine as the sites see "
            "it, without https:// and without a port."
        )
        raise Invalid(detail, errors={"host": [detail]})
    return host


def _port(unit: UnitOfWork, requested: int | None, limits: FederationLimits) -> int:
    take_turn(unit.session, TURN)
    used = repository.used_ports(unit.session)
    if requested is None:
        return next_port(used, limits)
    return checked_port(requested, used, limits)


def _require_idle(unit: UnitOfWork, federation: Federation, what: str) -> None:
    run = repository.unfinished_run(unit.session, federation.id)
    if run is not None:
        raise FederationBusy(
            f"Run {run} is not over and needs this federation, so it cannot be {what}. Stop the "
            "run or wait for its end."
        )


def _target(federation: Federation) -> str:
    return f"federation:{federation.id}"
