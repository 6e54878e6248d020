"""The exception of an analysis that failed or was refused: a worker ends its attempt with it."""

from services.scheduler.codes.codes import ErrorCode
from services.scheduler.codes.errors import (
    AccessForbidden,
    AnswerTooLate,
    AttemptFailed,
    BadData,
    ConfigMissing,
    QuotaExhausted,
    RateLimited,
    ServiceUnreachable,
    ThingGone,
)
from services.sites.domain.analysis import SiteAnalysis

_CLASSES: dict[ErrorCode, type[AttemptFailed]] = {
    one.code: one
    for one in (
        AccessForbidden,
        AnswerTooLate,
        BadData,
        ConfigMissing,
        QuotaExhausted,
        RateLimited,
        ServiceUnreachable,
        ThingGone,
    )
}


def failure_of(analysis: SiteAnalysis) -> AttemptFailed | None:
    """Return what an attempt ends with; None for an analysis, or a page that is as it was."""
    if analysis.code is None:
        return None
    kind = _CLASSES.get(analysis.code, AttemptFailed)
    return kind(analysis.detail or "The page was not analysed.", retry_after=analysis.retry_after_s)
