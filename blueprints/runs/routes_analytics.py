"""All runs in a few numbers."""

from app.http.endpoint import query, returns
from app.http.gate import current_actor
from app.http.resources import resources
from blueprints.runs.routes import runs
from blueprints.runs.schemas_analytics import AnalyticsQuerySchema, AnalyticsSummaryView
from services.runs.results.analytics import AnalyticsQuery, AnalyticsSummary, summarise_analytics


@runs.get("/analytics/summary")
@query(AnalyticsQuerySchema())
@returns(AnalyticsSummaryView())
def analytics(query: AnalyticsQuery) -> AnalyticsSummary:
    """Sum up the runs of a status: success, both modes side by side, and the best ten."""
    return summarise_analytics(resources().database, current_actor(), query)
