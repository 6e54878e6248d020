"""What an installation lets federations have: ports, and how many servers at a time."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.turns import take_turn
from app.models.federation import Federation
from app.settings import Settings
from app.settings_values import ports_in
from services.federations.errors import TooManyFederations

PLATFORM_PORT = 8000
TURN = 7_264_912  # of whoever takes a place or a port


@dataclass(frozen=True, kw_only=True)
class FederationLimits:
    """The range of ports, those of the platform itself, and how many may run; 0: any number."""

    ports: tuple[int, int] = (9443, 9999)
    platform_port: int = PLATFORM_PORT
    own_ports: Collection[int] = (PLATFORM_PORT,)
    most: int = 0
    most_of_one: int = 0

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return what the settings say."""
        return cls(
            ports=settings.federation_ports,
            platform_port=settings.port,
            own_ports=own_ports(settings),
            most=settings.max_federations,
            most_of_one=settings.max_own_federations,
        )


def own_ports(settings: Settings) -> frozenset[int]:
    """Return the ports of the platform's own parts, whether they listen just now or not."""
    urls = (settings.public_url, settings.database_url, settings.redis_url, settings.smtp_url)
    return ports_in(urls) | {settings.port}


def require_place(session: Session, owner_id: int, limits: FederationLimits) -> None:
    """Raise TooManyFederations where one more federation of this owner may not run.

    Until the commit nobody else takes a place.
    """
    take_turn(session, TURN)
    query = select(func.count()).where(
        Federation.wanted == "running", Federation.deleted_at.is_(None)
    )
    own = session.scalar(query.where(Federation.owner_id == owner_id)) or 0
    if limits.most_of_one and own >= limits.most_of_one:
        raise TooManyFederations(
            f"{own} federations of this owner run, and more may not: stop or delete one first."
        )
    running = session.scalar(query) or 0
    if limits.most and running >= limits.most:
        raise TooManyFederations(
            f"{running} federations run here, and more may not: stop or delete one first, or let "
            "an admin set ROUNDHOUSE_MAX_FEDERATIONS."
        )
