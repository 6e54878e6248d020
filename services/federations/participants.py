"""Who takes part in the runs of a federation: for the job that drives them, and before one."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from app.clock import now
from app.db.engine import Database
from app.errors import Conflict
from app.models.federation import Federation, FederationSite
from app.models.run import Run
from services.federations import repository
from services.federations.errors import TooFewSites
from services.federations.folder import FederationFolder
from services.federations.registry import listening_of
from services.federations.states import (
    RUNNING,
    STARTING,
    address_of,
    is_online,
    state_of,
    state_of_site,
    warnings_of,
)
from services.federations.types import LinkAddress, Participant, Participants
from services.runs.training.config.rules import DataFacts

OUT = {"revoked": "its key was revoked", "expired": "its key has expired"}


def participants_of_run(database: Database, home: Path, run_id: int) -> Participants | None:
    """Return who may take part in a run, None for a run that needs no federation.

    Raises Conflict where the keys of the federation are not on this host.
    """
    with database.read() as session:
        number = session.get_one(Run, run_id).federation_id
        federation = session.get(Federation, number) if number else None
        if federation is None:
            return None
        sites = enrolled_sites(session, federation)
    if federation.deleted_at is not None:
        raise Conflict(f"The federation {federation.name} was deleted, so its run cannot go on.")
    folder = FederationFolder(home, federation.id)
    if not folder.database.parent.is_dir():
        raise Conflict(
            f"The keys of the federation {federation.name} are not on this host. Let the workers "
            "that train run where the platform's home is."
        )
    return Participants(
        federation=federation.name,
        link=_link(database, federation, folder),
        sites=[_participant(site) for site in sites],
        absent=lambda: _absent(database, federation.id, {site.id for site in sites}),
    )


def enrolled_sites(session: Session, federation: Federation) -> list[FederationSite]:
    """Return the sites whose key is good now, by name."""
    at, sites = now(), repository.sites_of(session, [federation.id])
    return [site for site in sites if state_of_site(site, at) == "enrolled"]


def reported_facts(sites: Sequence[FederationSite]) -> DataFacts | None:
    """Return what the sites last reported of their data, together; None if none has yet.

    A first look only: the sites are queried again before the first round.
    """
    checks = [site.data_check for site in sites if site.data_check and site.data_check["ok"]]
    kinds = Counter(one["kind"] for one in checks if one["kind"])
    if not kinds:
        return None
    ((kind, _),) = kinds.most_common(1)
    counts: Counter[str] = Counter()
    alike = [one for one in checks if one["kind"] == kind]
    for one in alike:
        counts.update(one["classes"])
    return DataFacts(
        kind=kind,
        num_rows=sum(one["rows"] or 0 for one in alike),
        num_patients=sum(one["patients"] or 0 for one in alike),
        class_counts=counts,
    )


def require_sites(session: Session, federation: Federation, minimum: int) -> None:
    """Raise ``TooFewSites`` unless the federation runs and ``minimum`` of its sites are online."""
    name = federation.name
    state = state_of(federation, now())
    if state == STARTING:
        _refuse(f"The federation {name} is just starting. Start the run in a few seconds.")
    if state != RUNNING:
        _refuse(f"The federation {name} is not running. Start it, then start the run.")
    sites = enrolled_sites(session, federation)
    if not sites:
        _refuse(f"The federation {name} has no sites yet. Enrol one on its page.")
    absent = [site.name for site in sites if not is_online(site, federation.seen_at)]
    online = len(sites) - len(absent)
    if online < minimum:
        are = "site is" if online == 1 else "sites are"
        _refuse(
            f"Only {online} of {len(sites)} {are} online, and this run needs {minimum}: "
            f"{', '.join(absent) or 'no further site'} "
            f"{'has' if len(absent) == 1 else 'have'} not called lately."
        )


def _refuse(detail: str) -> None:
    raise TooFewSites(detail, errors={"federation": [detail]})


def _link(database: Database, federation: Federation, folder: FederationFolder) -> LinkAddress:
    where = listening_of(database, federation.id)
    return LinkAddress(
        address=address_of(where.own, where.port),
        certificate=folder.certificate,
        secret=folder.secret,
        folder=str(folder.path),
    )


def _participant(site: FederationSite) -> Participant:
    number = int(site.node_id) if site.node_id else None
    return Participant(name=site.name, node_id=number, warnings=warnings_of(site))


def _absent(database: Database, federation_id: int, ids: set[int]) -> dict[str, str]:
    with database.read() as session:
        federation, at = session.get_one(Federation, federation_id), now()
        sites = repository.sites_of(session, [federation_id])
        reasons = {site.name: _why(site, federation, at) for site in sites if site.id in ids}
    return {name: why for name, why in reasons.items() if why is not None}


def _why(site: FederationSite, federation: Federation, at: datetime) -> str | None:
    """Return why a site that took part cannot answer now."""
    if (state := state_of_site(site, at)) in OUT:
        return OUT[state]
    return None if is_online(site, federation.seen_at) else "the site is offline"
