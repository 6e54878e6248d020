"""When a page gets a summary, and what of it is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.sites.domain.analysis import SiteAnalysis, SiteOutcome
from services.sites.params import SiteParams
from services.sites.summaries.prompt import summary_messages
from services.sites.summaries.types import SiteSummary, Summarise, SummaryOrder

StoredSummary = Mapping[str, Any] | None


def is_due(params: SiteParams, earlier: StoredSummary) -> bool:
    """Return whether even an unchanged page needs a summary: its model has written none yet."""
    if params.model_name is None:
        return False
    return not earlier or not earlier["text"] or earlier["model_name"] != params.model_name


def summary_after(
    params: SiteParams,
    analysis: SiteAnalysis,
    earlier: StoredSummary,
    summarise: Summarise,
    at: datetime,
) -> StoredSummary:
    """Return the summary that holds after a visit, None where there is none."""
    if params.model_name is None or analysis.facts is None:
        return None
    if analysis.outcome is SiteOutcome.SKIPPED and not is_due(params, earlier):
        return earlier
    order = SummaryOrder(model_name=params.model_name, messages=summary_messages(analysis.facts))
    return SiteSummary.of(order, summarise(order), at).to_json()
