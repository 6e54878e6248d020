"""The kind of schedule ``site.analyse``: each attempt is a visit of a page."""

from app.later import later
from services.scheduler.breaker.kinds import KIND_RULES
from services.scheduler.kinds.types import ScheduleKind

NAME = "site.analyse"

SITE_ANALYSIS = ScheduleKind(
    name=NAME,
    params="blueprints.sites.schedule_params:SiteAnalysisParams",
    cadence="0 5 1 * *",
    timeout_s=600,
    rules=KIND_RULES[NAME],
    check=later("services.sites.summaries.check:check_model"),
    run="workers.site_summaries:analyse_site",
)
