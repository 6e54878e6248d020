"""The statements of this domain."""

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.auth.access import visible
from app.auth.actor import Actor
from app.auth.views import note_view
from app.db.pages import Page, read_page
from app.models.federation import Federation, FederationSite
from app.models.run import UNFINISHED, Run


def page_of(session: Session, actor: Actor, limit: int, offset: int) -> Page[Federation]:
    """Return the newest first."""
    newest = Federation.id.desc()
    return read_page(session, _present(actor), newest, limit=limit, offset=offset)


def by_id(session: Session, actor: Actor, number: int) -> Federation | None:
    """Return the federation if it is the actor's to see and not deleted."""
    return note_view(actor, session.scalar(_present(actor).where(Federation.id == number)))


def sites_of(session: Session, federation_ids: Sequence[int]) -> Sequence[FederationSite]:
    """Return the sites of federations, by name; a name's newest enrolment comes last."""
    query = select(FederationSite).where(FederationSite.federation_id.in_(federation_ids))
    return session.scalars(query.order_by(FederationSite.name, FederationSite.id)).all()


def site_by_id(session: Session, federation_id: int, number: int) -> FederationSite | None:
    """Return a site of a federation."""
    query = select(FederationSite).where(
        FederationSite.federation_id == federation_id, FederationSite.id == number
    )
    return session.scalar(query)


def site_by_token(session: Session, token_hash: str) -> FederationSite | None:
    """Return the site that a one-time token invites."""
    query = select(FederationSite).where(FederationSite.token_hash == token_hash)
    return session.scalar(query.with_for_update())


def key_is_known(session: Session, fingerprint: str) -> bool:
    """Return whether any site ever enrolled with this key."""
    query = select(FederationSite.id).where(FederationSite.fingerprint == fingerprint).limit(1)
    return session.scalar(query) is not None


def used_ports(session: Session) -> set[int]:
    """Return the ports of all federations that are not deleted."""
    query = select(Federation.port).where(Federation.deleted_at.is_(None))
    return set(session.scalars(query))


def unfinished_run(session: Session, federation_id: int) -> int | None:
    """Return a run that is waiting or training on the federation."""
    query = select(Run.id).where(Run.federation_id == federation_id, Run.status.in_(UNFINISHED))
    return session.scalar(query.order_by(Run.id).limit(1))


def _present(actor: Actor) -> Select[Federation]:
    return select(Federation).where(visible(Federation, actor), Federation.deleted_at.is_(None))
