"""Moving a switch, by a person or by the platform's brake."""

from app.auth.actor import SYSTEM, Actor
from app.auth.audit import record
from app.auth.flags import EVERYBODY
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import NotFound
from app.models.flag import Flag
from services.flags.read import FlagState, Kinds, list_flags


def change_flag(
    database: Database, actor: Actor, kinds: Kinds, name: str, *, percent: int, reason: str
) -> FlagState:
    """Switch a part on for ``percent`` of the people, at once; the audit log has who and why.

    Raises NotFound for a name that no domain declares.
    """
    if name not in kinds:
        raise NotFound(f"There is no flag of this name; there are {', '.join(sorted(kinds))}.")
    with database.write() as unit:
        _move(unit, actor, name, percent, reason, "flag_changed")
    return next(one for one in list_flags(database, kinds) if one.name == name)


def brake(unit: UnitOfWork, name: str, reason: str) -> bool:
    """Stop the roll-out of a part; return whether one was on its way.

    What nobody has stays off, and what everybody has is no roll-out: it stays on.
    """
    flag = unit.session.get(Flag, name, with_for_update=True)
    if flag is None or not 0 < flag.percent < EVERYBODY:
        return False
    _move(unit, SYSTEM, name, 0, reason, "flag_braked")
    return True


def _move(
    unit: UnitOfWork, actor: Actor, name: str, percent: int, reason: str, action: str
) -> None:
    before = unit.session.get(Flag, name)
    detail = {"from": before.percent if before else EVERYBODY, "to": percent, "reason": reason}
    moved = Flag(
        name=name,
        percent=percent,
        reason=reason,
        changed_at=now(),
        changed_by_id=actor.audit_id,
    )
    unit.session.merge(moved)
    record(unit, actor, action, f"flag:{name}", detail)
