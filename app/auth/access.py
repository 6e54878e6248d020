"""Who may see and change what (design D10): the only place that knows.

The same rule exists as SQL, for lists, and as a plain function, for one row in hand; a test
holds the two together.
"""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import Session

from app.auth.actor import Actor
from app.auth.views import Owned, note_view
from app.errors import Forbidden, NotFound
from app.ids import MAX_ID, parse_id

Resource = TypeVar("Resource", bound=Owned)


def visible(model: type[Owned], actor: Actor) -> ColumnElement[bool]:
    """Return the condition under which rows of ``model`` are the actor's to see."""
    if actor.is_admin:
        return true()
    own = false() if actor.role == "viewer" else model.owner_id == actor.user_id
    return or_(own, model.visibility == "team", model.owner_id.is_(None))


def can_see(actor: Actor, resource: Owned) -> bool:
    """Return whether ``resource`` is the actor's to see."""
    if actor.is_admin or resource.owner_id is None or resource.visibility == "team":
        return True
    return actor.role != "viewer" and bool(resource.owner_id == actor.user_id)


def can_edit(actor: Actor, resource: Owned) -> bool:
    """Return whether the actor may change ``resource``: its owner, unless a viewer, and admins."""
    if actor.is_admin:
        return True
    return actor.role == "member" and bool(resource.owner_id == actor.user_id)


def require_visible(
    session: Session,
    model: type[Resource],
    row_id: int | str,
    actor: Actor,
    *,
    what: str = "Run",
) -> Resource:
    """Return the row; an admin's look at a private one is noted for the audit log.

    Raises NotFound when there is none or it is not the actor's to see: the two look the same.
    Raises Invalid for text that is no id.
    """
    number = parse_id(row_id, f"{what.lower()}_id") if isinstance(row_id, str) else row_id
    resource = None
    if 1 <= number <= MAX_ID:
        resource = session.scalar(select(model).where(model.id == number, visible(model, actor)))
    if resource is None:
        raise NotFound(f"{what} {row_id} not found")
    return note_view(actor, resource)


def require_all_visible(
    session: Session,
    model: type[Resource],
    row_ids: Sequence[int],
    actor: Actor,
    *,
    what: str = "Run",
) -> list[Resource]:
    """Return the rows in the order of their ids, read in one statement.

    Raises NotFound for the first that there is not, or that is not the actor's to see.
    """
    rows = session.scalars(select(model).where(model.id.in_(row_ids), visible(model, actor)))
    by_id = {row.id: row for row in rows}
    for row_id in row_ids:
        if row_id not in by_id:
            raise NotFound(f"{what} {row_id} not found")
    return [note_view(actor, by_id[row_id]) for row_id in row_ids]


def require_editable(
    session: Session,
    model: type[Resource],
    row_id: int | str,
    actor: Actor,
    *,
    what: str = "Run",
) -> Resource:
    """Return the row if the actor may change it.

    Raises NotFound when it is not visible, Forbidden when it is but belongs to somebody else.
    """
    resource = require_visible(session, model, row_id, actor, what=what)
    if not can_edit(actor, resource):
        raise Forbidden(
            f"{what} {row_id} is shared with you to read: its owner or an admin changes it."
        )
    return resource


def require_member(actor: Actor) -> None:
    """Let only those pass who may create.

    Raises Forbidden for viewers.
    """
    if actor.role == "viewer":
        raise Forbidden("A viewer reads what the team shares; ask an admin for the role member.")
