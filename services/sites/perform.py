"""Visit a page and store what came of it: the work of one attempt of the kind ``site.analyse``."""

from collections.abc import Mapping
from dataclasses import replace
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
    ports: SitePorts | None = None,
    limits: SiteLimits = LIMITS,
) -> dict[str, Any]:
    """Visit the page, store the visit, and return what it came to, and whether that is unchanged.

    No transaction is open while the site is asked. Raises AttemptFailed with the code of a visit
    that failed or was refused, which is stored as well, and Invalid for parameters that are wrong.
    """
    request = parse_params(params)
    previous = _previous(work, request)
    analysis = analyse(request, previous, ports=ports, limits=limits)
    row = _row(work.actor.user_id, request, analysis, previous)
    with work.attempt.write() as unit:
        add_visit(unit.session, row)
        summary = _summary(row)
    failure = failure_of(analysis)
    if failure:
        raise failure
    return summary


def _previous(work: SiteWork, request: SiteParams) -> SiteAnalysis | None:
    with work.database.read() as session:
        row = newest_result(session, work.actor.user_id, request.site_kind, request.url)
    return SiteAnalysis.from_json(row.result) if row and row.result else None


def _row(
    owner_id: int, request: SiteParams, analysis: SiteAnalysis, previous: SiteAnalysis | None
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
        result=None if _adds_nothing(analysis, previous) else analysis.to_json(),
        created_at=now(),
    )


def _adds_nothing(analysis: SiteAnalysis, previous: SiteAnalysis | None) -> bool:
    """Return whether a visit has no analysis, or the one before beside its outcome."""
    if analysis.outcome is not SiteOutcome.SKIPPED:
        return analysis.facts is None
    same = previous and replace(analysis, outcome=previous.outcome, reason=previous.reason)
    return same == previous


def _summary(row: StoredAnalysis) -> dict[str, Any]:
    return {
        "analysis_id": row.id,
        "outcome": row.outcome,
        "unchanged": row.outcome == SiteOutcome.SKIPPED,
        "findings": row.findings,
        "broken_links": row.broken_links,
    }
