"""Letting sites in, and putting them out again."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.auth.actor import Actor
from app.auth.audit import record
from app.auth.secrets import digest, mint
from app.clock import now
from app.db.engine import Database
from app.db.uow import UnitOfWork
from app.errors import Conflict
from app.models.federation import Federation, FederationSite
from services.federations import repository
from services.federations.errors import TokenRefused
from services.federations.list import editable_federation, site_of
from services.federations.states import SiteView, address_of, state_of_site, view_of

TOKEN_PREFIX = "rhs_"  # noqa: S105 - lets people and secret scanners recognise a token
TOKEN_HOURS = 48
IN_USE = ("invited", "enrolled", "expired")
NOT_VALID = (
    "This one-time token was used, has expired or never was one. Ask for a new enrolment on the "
    "federation's page."
)


@dataclass(frozen=True, kw_only=True)
class Enrolment:
    """A site, and the token by which it joins: shown this once, None if it brought its key."""

    site: SiteView
    token: str | None


@dataclass(frozen=True, kw_only=True)
class Joined:
    """What a site needs to take part."""

    federation: str
    site: str
    address: str
    ca_certificate: str
    expires_at: datetime | None


def enrol_site(
    database: Database,
    actor: Actor,
    federation_id: str,
    *,
    name: str,
    public_key: str | None = None,
    expires_in_days: int | None = None,
) -> Enrolment:
    """Let a site in by the key that it sent, or invite it by a one-time token.

    Raises Conflict for a name that an active site has, or a key that was ever used.
    """
    secret = None if public_key else mint(TOKEN_PREFIX)
    with database.write() as unit:
        federation = editable_federation(unit.session, actor, federation_id)
        _require_free_name(unit, federation, name)
        at = now()
        site = FederationSite(
            federation_id=federation.id,
            name=name,
            created_at=at,
            expires_at=at + timedelta(days=expires_in_days) if expires_in_days else None,
            token_hash=digest(secret) if secret else None,
            token_expires_at=at + timedelta(hours=TOKEN_HOURS) if secret else None,
        )
        if public_key:
            _take_key(unit, site, public_key)
        unit.session.add(site)
        unit.session.flush()
        detail = {"name": name, "fingerprint": site.fingerprint}
        record(unit, actor, "site_enrolled" if public_key else "site_invited", _at(site), detail)
        view = view_of(federation, [site], at).sites[0]
    return Enrolment(site=view, token=secret)


def join_federation(database: Database, *, token: str, public_key: str) -> Joined:
    """Enrol the site that a token invites with the key that it made; the token is used up.

    Raises TokenRefused, Invalid for a key that cannot be read, Conflict for one that is known.
    """
    token_hash = digest(token)
    with database.write() as unit:
        site = repository.site_by_token(unit.session, token_hash)
        is_known = site is not None and hmac.compare_digest(site.token_hash or "", token_hash)
        if site is None or not is_known or state_of_site(site, now()) != "invited":
            raise TokenRefused(NOT_VALID)
        federation = unit.session.get_one(Federation, site.federation_id)
        _take_key(unit, site, public_key)
        site.token_hash = site.token_expires_at = None
        unit.session.flush()
        detail = {"name": site.name, "fingerprint": site.fingerprint}
        record(unit, None, "site_joined", _at(site), detail)
        return Joined(
            federation=federation.name,
            site=site.name,
            address=address_of(federation.host, federation.port),
            ca_certificate=federation.ca_certificate,
            expires_at=site.expires_at,
        )


def revoke_site(database: Database, actor: Actor, federation_id: str, site_id: str) -> SiteView:
    """Put a site out for good: its key is refused at once and can never come back."""
    with database.write() as unit:
        federation = editable_federation(unit.session, actor, federation_id)
        site = site_of(unit.session, federation, site_id)
        if site.revoked_at is None:
            site.revoked_at, site.token_hash = now(), None
            record(unit, actor, "site_revoked", _at(site), {"name": site.name})
        return view_of(federation, [site], now()).sites[0]


def change_expiry(
    database: Database, actor: Actor, federation_id: str, site_id: str, days: int | None
) -> SiteView:
    """Let a site's key last for ``days`` from now, or until it is revoked (None)."""
    with database.write() as unit:
        federation = editable_federation(unit.session, actor, federation_id)
        site = site_of(unit.session, federation, site_id)
        if site.revoked_at is not None:
            raise Conflict(f"The key of {site.name} was revoked. Enrol the site again.")
        site.expires_at = None if days is None else now() + timedelta(days=days)
        detail = {"name": site.name, "days": days}
        record(unit, actor, "site_expiry_changed", _at(site), detail)
        return view_of(federation, [site], now()).sites[0]


def _take_key(unit: UnitOfWork, site: FederationSite, public_key: str) -> None:
    from services.federations.keys import as_pem, fingerprint, public_key_of

    key = public_key_of(public_key)
    site.public_key, site.fingerprint, site.enrolled_at = as_pem(key), fingerprint(key), now()
    with unit.session.no_autoflush:
        if repository.key_is_known(unit.session, site.fingerprint):
            detail = (
                "A site has enrolled with this key before. Make a fresh pair at the site "
                "(python -m app site key --new)."
            )
            raise Conflict(detail, errors={"public_key": [detail]})


def _require_free_name(unit: UnitOfWork, federation: Federation, name: str) -> None:
    at = now()
    for site in repository.sites_of(unit.session, [federation.id]):
        state = state_of_site(site, at)
        if site.name.casefold() == name.casefold() and state in IN_USE:
            detail = f"{site.name} is {state} already. Revoke it first, or take another name."
            raise Conflict(detail, errors={"name": [detail]})


def _at(site: FederationSite) -> str:
    return f"federation:{site.federation_id}/site:{site.id}"
