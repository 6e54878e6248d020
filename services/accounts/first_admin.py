"""The first admin: there is no default password, only a link that works once."""

from app.auth.actor import SYSTEM
from app.db.engine import Database
from services.accounts.repository import lock_active_admins
from services.accounts.types import IssuedLink
from services.accounts.users import add_link, add_user


def first_admin_link(
    database: Database, public_url: str, *, email: str = "admin@localhost", name: str = "Admin"
) -> IssuedLink:
    """Return a one-time address for the first admin, making the account where there is none."""
    with database.write() as uow:
        admins = lock_active_admins(uow.session)
        user = admins[0] if admins else add_user(uow, SYSTEM, email=email, name=name, role="admin")
        return add_link(uow, SYSTEM, user, public_url)
