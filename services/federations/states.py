"""How federations and sites are, from what their rows say and the time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.models.federation import Federation, FederationSite
from services.federations.clocks import clock_warning
from services.federations.releases import release_warning

LINK_ALIVE = timedelta(seconds=15)
SITE_ALIVE = timedelta(seconds=45)  # longer than both programs of a site take to start again
STARTING, RUNNING, STOPPED, FAILED = "starting", "running", "stopped", "failed"
SITE_STATES = ("invited", "enrolled", "expired", "revoked", "lapsed")


def state_of(federation: Federation, at: datetime) -> str:
    """Return starting, running, stopped or failed."""
    if federation.wanted == "stopped":
        return STOPPED
    if federation.seen_at is not None and at - federation.seen_at < LINK_ALIVE:
        return RUNNING
    return STARTING if federation.problem is None else FAILED


def state_of_site(site: FederationSite, at: datetime) -> str:
    """Return invited, enrolled, expired, revoked, or lapsed: invited for too long."""
    if site.revoked_at is not None:
        return "revoked"
    if site.public_key is None:
        return "invited" if site.token_expires_at and site.token_expires_at > at else "lapsed"
    if site.expires_at is not None and site.expires_at <= at:
        return "expired"
    return "enrolled"


def is_online(site: FederationSite, link_seen_at: datetime | None) -> bool:
    """Return whether the site called shortly before the SuperLink was last seen itself.

    While the SuperLink is away nobody can call, and that is no fault of the sites.
    """
    if site.last_seen_at is None or link_seen_at is None:
        return False
    return link_seen_at - site.last_seen_at < SITE_ALIVE


@dataclass(frozen=True, kw_only=True)
class SiteView:
    """One site as people see it."""

    id: int
    name: str
    state: str
    online: bool
    fingerprint: str | None
    created_at: datetime
    enrolled_at: datetime | None
    expires_at: datetime | None
    token_expires_at: datetime | None
    revoked_at: datetime | None
    last_seen_at: datetime | None
    versions: dict[str, str] | None
    data_check: dict[str, object] | None
    last_error: str | None
    last_error_at: datetime | None
    warnings: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class FederationView:
    """One federation with its sites as people see it."""

    id: int
    name: str
    owner_id: int
    visibility: str
    host: str
    port: int
    address: str
    ca_certificate: str
    wanted: str
    state: str
    problem: str | None
    seen_at: datetime | None
    created_at: datetime
    sites: Sequence[SiteView]
    sites_enrolled: int
    sites_online: int


def view_of(
    federation: Federation, sites: Sequence[FederationSite], at: datetime
) -> FederationView:
    """Return what people see of a federation."""
    shown = [_site_view(site, federation, at) for site in sites]
    enrolled = [site for site in shown if site.state == "enrolled"]
    state = state_of(federation, at)
    return FederationView(
        id=federation.id,
        name=federation.name,
        owner_id=federation.owner_id,
        visibility=federation.visibility,
        host=federation.host,
        port=federation.port,
        address=address_of(federation.host, federation.port),
        ca_certificate=federation.ca_certificate,
        wanted=federation.wanted,
        state=state,
        problem=federation.problem if state != RUNNING else None,
        seen_at=federation.seen_at,
        created_at=federation.created_at,
        sites=shown,
        sites_enrolled=len(enrolled),
        sites_online=sum(site.online for site in enrolled),
    )


def warnings_of(site: FederationSite) -> list[str]:
    """Return what is not as it should be at a site that may take part all the same."""
    check = site.data_check or {}
    warnings = (release_warning(site.versions), clock_warning(check.get("clock_behind")))
    return [one for one in warnings if one is not None]


def address_of(host: str, port: int) -> str:
    """Return host:port; an address with colons has brackets around it."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _site_view(site: FederationSite, federation: Federation, at: datetime) -> SiteView:
    state = state_of_site(site, at)
    running = state_of(federation, at) == RUNNING
    return SiteView(
        id=site.id,
        name=site.name,
        state=state,
        online=running and state == "enrolled" and is_online(site, federation.seen_at),
        fingerprint=site.fingerprint,
        created_at=site.created_at,
        enrolled_at=site.enrolled_at,
        expires_at=site.expires_at,
        token_expires_at=site.token_expires_at,
        revoked_at=site.revoked_at,
        last_seen_at=site.last_seen_at,
        versions=site.versions,
        data_check=site.data_check,
        last_error=site.last_error,
        last_error_at=site.last_error_at,
        warnings=warnings_of(site) if state == "enrolled" else [],
    )
