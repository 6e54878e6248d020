"""Finding federations: what is not the caller's to see does not exist."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.auth.access import can_edit
from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.db.pages import Page
from app.errors import Forbidden
from app.ids import parse_id
from app.models.federation import Federation, FederationSite
from services.federations import repository
from services.federations.errors import FederationNotFound, SiteNotFound
from services.federations.states import FederationView, view_of


def list_federations(
    database: Database, actor: Actor, limit: int, offset: int
) -> Page[FederationView]:
    """Return the newest first, each with its sites."""
    with database.read() as session:
        page = repository.page_of(session, actor, limit, offset)
        sites = repository.sites_of(session, [one.id for one in page.items])
    return page.of([_view(one, sites) for one in page.items])


def show_federation(database: Database, actor: Actor, federation_id: str) -> FederationView:
    """Return one federation with its sites."""
    with database.read() as session:
        federation = visible_federation(session, actor, federation_id)
        return _view(federation, repository.sites_of(session, [federation.id]))


def visible_federation(session: Session, actor: Actor, federation_id: str) -> Federation:
    """Return the federation of this id, in the caller's session."""
    number = parse_id(federation_id, "federation_id")
    federation = repository.by_id(session, actor, number)
    if federation is None:
        raise FederationNotFound(
            f"Federation {number} does not exist, or it is not shared with you."
        )
    return federation


def editable_federation(session: Session, actor: Actor, federation_id: str) -> Federation:
    """Return the federation if the actor may change it; raises as ``visible_federation``."""
    federation = visible_federation(session, actor, federation_id)
    if not can_edit(actor, federation):
        raise Forbidden(
            "This federation is shared with you to use: its owner or an admin changes it."
        )
    return federation


def site_of(session: Session, federation: Federation, site_id: str) -> FederationSite:
    """Return a site of the federation; raises ``SiteNotFound``."""
    number = parse_id(site_id, "site_id")
    site = repository.site_by_id(session, federation.id, number)
    if site is None:
        raise SiteNotFound(f"{federation.name} has no site {number}.")
    return site


def resolve_federation(session: Session, actor: Actor, number: int) -> Federation:
    """Return the federation that a training names; the error names the field."""
    federation = repository.by_id(session, actor, number)
    if federation is None:
        detail = f"There is no federation {number} that you may use."
        raise FederationNotFound(detail, errors={"federation": [detail]})
    return federation


def _view(federation: Federation, sites: Sequence[FederationSite]) -> FederationView:
    own = [site for site in sites if site.federation_id == federation.id]
    return view_of(federation, own, now())
