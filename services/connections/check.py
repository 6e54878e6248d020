"""Looking whether the sign-in of a connection still holds: the work of the kind ``token.check``.

The tokens are renewed, early by design, and the account's properties are listed with the new ones.
"""

from typing import Any

from app.models.connection import ServiceConnection
from services.connections.clients.results import Property
from services.connections.session import (
    Write,
    live_connection,
    recorded,
    service_of,
    signed_client,
)
from services.connections.types import CHECK, Here

MAX_SITES = 1000
MAX_SITE_LENGTH = 500


def check_token(here: Here, connection_id: int, *, write: Write | None = None) -> dict[str, Any]:
    """Renew the tokens of a connection and keep the list of its properties.

    Returns until when the token is good, and how many properties there are. ``write`` opens the
    units of work, by default those of the database. Raises AttemptFailed; where the sign-in is
    over, the connection needs a person from then on.
    """
    write = write or here.database.write

    def work() -> dict[str, Any]:
        row = live_connection(here, connection_id)
        with signed_client(here, row) as signed:
            tokens = signed.renew()
            offered = service_of(signed).properties()
        sites = [_kept(one) for one in offered if len(one.site) <= MAX_SITE_LENGTH][:MAX_SITES]
        with write() as unit:
            known = unit.session.get(ServiceConnection, connection_id, with_for_update=True)
            if known is not None:
                known.sites = sites
        return {
            "expires_at": tokens.expires_at.isoformat(),
            "sites": len(sites),
            "usable_sites": sum(one["usable"] for one in sites),
        }

    return recorded(connection_id, CHECK, write, work)


def _kept(offered: Property) -> dict[str, Any]:
    return {
        "site": offered.site,
        "usable": offered.usable,
        "permission": offered.permission,
    }
