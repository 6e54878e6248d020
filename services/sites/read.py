"""Reading visits of sites: the newest of each page, one with its analysis, those of its page."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.auth.access import require_visible
from app.auth.actor import Actor
from app.db.engine import Database
from app.db.pages import Page
from app.models.site_analysis import StoredAnalysis
from services.sites.repository import newest_of_pages, newest_result, visits_of

HISTORY = 20  # visits that are shown beside one


@dataclass(frozen=True, kw_only=True)
class SiteVisit:
    """A visit, the analysis that held after it, and the visits of its page, the newest first."""

    row: StoredAnalysis
    analysis: dict[str, Any] | None
    history: Page[StoredAnalysis]


def list_sites(
    database: Database, actor: Actor, *, site_kind: str | None, limit: int, offset: int
) -> Page[StoredAnalysis]:
    """Return the newest visit of each page that the actor may see."""
    with database.read() as session:
        return newest_of_pages(session, actor, site_kind, limit, offset)


def read_visit(database: Database, actor: Actor, visit_id: str) -> SiteVisit:
    """Return one visit. Raises NotFound, and Invalid for what is no number."""
    with database.read() as session:
        row = require_visible(session, StoredAnalysis, visit_id, actor, what="Analysis")
        history = visits_of(session, row, HISTORY, 0)
        return SiteVisit(row=row, analysis=_analysis_after(session, row), history=history)


def _analysis_after(session: Session, row: StoredAnalysis) -> dict[str, Any] | None:
    """Return the visit's own analysis, or the one that it left as it was."""
    if row.result or row.outcome != "skipped":
        return _with_summary(row.result)
    before = newest_result(session, row.owner_id, row.site_kind, row.url, before=row.id)
    return _with_summary(before.result) if before else None


def _with_summary(result: dict[str, Any] | None) -> dict[str, Any] | None:
    """Return an analysis that names its summary, also one of before there were any."""
    return {"summary": None} | result if result else None
