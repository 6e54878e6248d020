"""Visit a page and store what came of it: the work of one attempt of the kind ``site.analyse``."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.models.site_analysis import StoredAnalysis
from services.runs.training.ports import FencedAttempt
from services.sites.analyse import SitePorts, analyse
from services.sites.domain.analysis import SiteAnalysis, SiteOutcome
from services.sites.failures import failure_of
from services.sites.limits import LIMITS, SiteLimits
from services.sites.params import SiteParams, parse_params
from services.sites.repository import add_visit, hash_of, newest_result
from services.sites.summaries.types import Summarise
from services.sites.summaries.write import StoredSummary, is_due, summary_after

MAX_DETAIL = 500


class SiteWork(Protocol):
    """What an attempt works with: whose it is, and how it writes while it holds its job."""

    @property
    def actor(self) -> Actor:
        """Whose analysis it is."""

    @property
    def attempt(self) -> FencedAttempt:
        """The attempt."""

    @property
    def database(self) -> Database:
        """Where earlier visits are read."""


def perform_analysis(
    work: SiteWork,
    params: Mapping[str, Any],
    *,
    summarise: Summarise,
    ports: SitePorts | None = None,
    limits: SiteLimits = LIMITS,
) -> dict[str, Any]:
    """Visit the page, store the visit, and return what it came to, and whether that is unchanged.

    No transaction is open while the site and the model of its summary are asked; a model that
    fails leaves the analysis as it is. Raises AttemptFailed with the code of a visit
    that failed or was refused, which is stored as well, and Invalid for parameters that are wrong.
    """
    request, at = parse_params(params), now()
    stored = _stored(work, request)
    previous = SiteAnalysis.from_json(stored) if stored else None
    earlier = (stored or {}).get("summary")
    analysis = analyse(
        request, previous, ports=ports, limits=limits, needs_text=is_due(request, earlier)
    )
    written = summary_after(request, analysis, earlier, summarise, at)
    row = _row(work.actor.user_id, request, analysis, at)
    row.result = _result(analysis, written, stored)
    with work.attempt.write() as unit:
        add_visit(unit.session, row)
        summary = _summary(row)
    failure = failure_of(analysis)
    if failure:
        raise failure
    return summary


def _stored(work: SiteWork, request: SiteParams) -> dict[str, Any] | None:
    with work.database.read() as session:
        row = newest_result(session, work.actor.user_id, request.site_kind, request.url)
    return row.result if row else None


def _row(
    owner_id: int, request: SiteParams, analysis: SiteAnalysis, at: datetime
) -> StoredAnalysis:
    return StoredAnalysis(
        owner_id=owner_id,
        visibility="private",
        url=request.url,
        url_hash=hash_of(request.url),
        site_kind=request.site_kind.value,
        competitor_id=request.competitor_id,
        outcome=analysis.outcome.value,
        code=analysis.code.value if analysis.code else None,
        reason=analysis.reason.value if analysis.reason else None,
        detail=(analysis.detail or "")[:MAX_DETAIL] or None,
        title=analysis.facts.title if analysis.facts else None,
        findings=len(analysis.findings),
        broken_links=len(analysis.broken),
        created_at=at,
    )


def _result(
    analysis: SiteAnalysis, summary: StoredSummary, stored: dict[str, Any] | None
) -> dict[str, Any] | None:
    """Return what is stored of a visit, None where it is no analysis or ``stored`` as it is.

    The text of the page is not kept.
    """
    if analysis.facts is None:
        return None
    kept = replace(analysis, facts=replace(analysis.facts, excerpt=""))
    if analysis.outcome is SiteOutcome.SKIPPED and stored:
        before = SiteAnalysis.from_json(stored)
        same = replace(kept, outcome=before.outcome, reason=before.reason)
        if same == before and summary == stored.get("summary"):
            return None
    return kept.to_json() | {"summary": summary}


def _summary(row: StoredAnalysis) -> dict[str, Any]:
    return {
        "analysis_id": row.id,
        "outcome": row.outcome,
        "unchanged": row.outcome == SiteOutcome.SKIPPED,
        "findings": row.findings,
        "broken_links": row.broken_links,
    }
