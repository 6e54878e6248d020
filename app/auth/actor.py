"""Who acts: the one value that every use case gets to judge permission by."""

from dataclasses import dataclass, field
from typing import Literal

Via = Literal["session", "token", "key", "system"]
SYSTEM_ID = 0


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person as authenticated by one credential.

    ``role`` is what this credential may act as: a token without the scope ``admin`` acts as a
    member even when its owner is an admin. ``scopes`` is None for a session, which has no limits
    of its own. ``bound_to`` is the one session that a forecast key (``via`` "key") is good for.
    """

    user_id: int
    role: str
    name: str = field(default="", compare=False)
    session_id: int | None = None
    token_id: int | None = None
    scopes: frozenset[str] | None = None
    via: Via = "session"
    bound_to: int | None = None

    @property
    def is_admin(self) -> bool:
        """Return whether everything is visible and editable."""
        return self.role in ("admin", "system")

    @property
    def audit_id(self) -> int | None:
        """Return the user id for the audit log, None for the platform itself."""
        return self.user_id or None


SYSTEM = Actor(user_id=SYSTEM_ID, role="system", name="Roundhouse", via="system")
