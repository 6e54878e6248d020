"""The visits of web sites that the routes are about. A reading route needs no line."""

from typing import Any

from app.clock import now
from app.models.site_analysis import StoredAnalysis
from app.resources import Resources
from services.sites.repository import hash_of
from tests.support.asks import DomainAsks

URL = "https://www.example.org/"


def a_visit(resources: Resources, owner_id: int, visibility: str) -> dict[str, Any]:
    """Write a visit that failed; ``id`` is its number."""
    row = StoredAnalysis(
        owner_id=owner_id, visibility=visibility, url=URL, url_hash=hash_of(URL),
        site_kind="user_website", outcome="failed", code="timeout", findings=0, broken_links=0,
        created_at=now(),
    )  # fmt: skip
    with resources.database.write() as unit:
        unit.session.add(row)
    return {"id": row.id}


DOMAIN_ASKS = DomainAsks({}, {"/api/site-analyses/": a_visit})
