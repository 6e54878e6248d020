"""What a SuperLink's process reads and writes: who may connect, who was there, what they said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update

from app.clock import now
from app.db.engine import Database
from app.models.federation import Federation, FederationSite
from services.federations import repository
from services.federations.clocks import in_our_time
from services.federations.states import is_online

LOOPBACK = ("localhost", "127.0.0.1", "::1")
MAX_ERROR_LENGTH = 1000
MAX_WORD_LENGTH = 200


@dataclass(frozen=True, kw_only=True)
class Listening:
    """How sites call the server, the address on which it listens, and how this host calls it."""

    host: str
    listen: str
    own: str
    port: int


@dataclass(frozen=True, kw_only=True)
class Admitted:
    """A site that may connect now; ``public_key`` is PEM."""

    site_id: int
    name: str
    public_key: str
    node_id: str | None


def federations_to_run(database: Database) -> dict[int, tuple[str, int]]:
    """Return host and port of each federation whose SuperLink should run, by its id."""
    should_run = (Federation.wanted == "running") & Federation.deleted_at.is_(None)
    with database.read() as session:
        rows = session.execute(
            select(Federation.id, Federation.host, Federation.port).where(should_run)
        )
        return {row.id: (row.host, row.port) for row in rows}


def listening_of(database: Database, federation_id: int) -> Listening:
    """Return where the SuperLink of a federation listens: everywhere, unless it is local."""
    with database.read() as session:
        row = session.get_one(Federation, federation_id)
    own, everywhere = ("::1", "::") if ":" in row.host else ("127.0.0.1", "0.0.0.0")  # noqa: S104
    listen = own if row.host in LOOPBACK else everywhere
    return Listening(host=row.host, listen=listen, own=own, port=row.port)


def admitted_sites(database: Database, federation_id: int) -> Sequence[Admitted]:
    """Return the sites whose key is registered, not revoked and not expired."""
    lasting = or_(FederationSite.expires_at.is_(None), FederationSite.expires_at > now())
    query = select(FederationSite).where(
        FederationSite.federation_id == federation_id,
        FederationSite.public_key.is_not(None),
        FederationSite.revoked_at.is_(None),
        lasting,
    )
    with database.read() as session:
        return [
            Admitted(
                site_id=site.id,
                name=site.name,
                public_key=site.public_key or "",
                node_id=site.node_id,
            )
            for site in session.scalars(query.order_by(FederationSite.id))
        ]


def kept_keys(database: Database, federation_id: int) -> set[str]:
    """Return the keys that Flower keeps: an expired one may be lengthened, a revoked one not."""
    query = select(FederationSite.public_key).where(
        FederationSite.federation_id == federation_id,
        FederationSite.public_key.is_not(None),
        FederationSite.revoked_at.is_(None),
    )
    with database.read() as session:
        return {key for key in session.scalars(query) if key is not None}


def welcome_back(database: Database, federation_id: int) -> None:
    """Give the sites that were online when the SuperLink ended the time to call it again."""
    with database.write() as unit:
        federation = unit.session.get_one(Federation, federation_id)
        for site in repository.sites_of(unit.session, [federation_id]):
            if is_online(site, federation.seen_at):
                site.last_seen_at = now()


def note_life(
    database: Database,
    federation_id: int,
    present: Mapping[int, datetime],
    numbers: Mapping[int, str],
) -> None:
    """Note that the SuperLink lives, when each site was last there, and the nodes of new keys."""
    at = now()
    with database.write() as unit:
        unit.session.execute(
            update(Federation)
            .where(Federation.id == federation_id)
            .values(seen_at=at, problem=None)
        )
        for site_id, moment in present.items():
            later = FederationSite.last_seen_at.is_(None) | (FederationSite.last_seen_at < moment)
            unit.session.execute(
                update(FederationSite)
                .where(FederationSite.id == site_id, later)
                .values(last_seen_at=moment)
            )
        for site_id, node_id in numbers.items():
            unit.session.execute(
                update(FederationSite).where(FederationSite.id == site_id).values(node_id=node_id)
            )


def note_problem(database: Database, federation_id: int, problem: str) -> None:
    """Note why the SuperLink could not start."""
    with database.write() as unit:
        unit.session.execute(
            update(Federation).where(Federation.id == federation_id).values(problem=problem)
        )


def note_refusals(database: Database, refused: Mapping[int, str]) -> None:
    """Note why calls of sites were not let in."""
    if not refused:
        return
    with database.write() as unit:
        for site_id, reason in refused.items():
            site = unit.session.get_one(FederationSite, site_id)
            site.last_error, site.last_error_at = reason, now()


def take_report(
    database: Database, site_id: int, report: Mapping[str, Any], behind: float = 0.0
) -> datetime | None:
    """Store what a site says of itself, as far as it has the form of a report.

    ``behind`` is by how many seconds its clock is behind ours. Returns when its key expires.
    """
    with database.write() as unit:
        site = unit.session.get_one(FederationSite, site_id)
        if (versions := _words(report.get("versions"))) is not None:
            site.versions = versions
        if (checked := _check(report.get("data"))) is not None:
            checked["checked_at"] = in_our_time(checked["checked_at"], behind, now())
            site.data_check = {**checked, "clock_behind": round(behind, 1)}
        _take_error(site, report.get("error"))
        return site.expires_at


def _take_error(site: FederationSite, error: object) -> None:
    text = _text(error, MAX_ERROR_LENGTH) or None
    if text is not None and text != site.last_error:
        site.last_error, site.last_error_at = text, now()


def _words(value: object) -> dict[str, str] | None:
    if not isinstance(value, dict):
        return None
    pairs = list(value.items())[:20]
    return {_text(name, 50): _text(str(word), MAX_WORD_LENGTH) for name, word in pairs}


def _text(value: object, longest: int) -> str:
    """Return what can be stored and shown of a text from outside; PostgreSQL knows no NUL."""
    text = value[:longest] if isinstance(value, str) else ""
    return "".join(one if one.isprintable() or one == "\n" else "\ufffd" for one in text)


def _check(value: object) -> dict[str, Any] | None:
    """Return a data check with the fields that are known, each of its own type."""
    if not isinstance(value, dict) or not isinstance(value.get("ok"), bool):
        return None
    checked: dict[str, Any] = {"ok": value["ok"]}
    for name in ("kind", "sha256", "message", "checked_at"):
        word = value.get(name)
        checked[name] = _text(word, MAX_ERROR_LENGTH) if isinstance(word, str) else None
    for name in ("rows", "patients", "features"):
        number = value.get(name)
        is_count = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**53
        checked[name] = number if is_count else None
    classes = value.get("classes")
    counts = list(classes.items())[:100] if isinstance(classes, dict) else []
    checked["classes"] = {
        _text(name, MAX_WORD_LENGTH): count
        for name, count in counts
        if type(count) is int and 0 <= count < 2**53
    }
    return checked
