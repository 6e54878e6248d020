"""The one table between the older API's words and ours (docs/how-to/schedules.md shows it)."""

from collections.abc import Mapping
from typing import Any

from app.jobs import states
from app.models.connection import PLATFORMS
from app.models.schedule import OPEN_STATES, SKIPPED

REFRESH, CHECK, SITE = "dataset.refresh", "token.check", "site.analyse"
# kinds by the older task type; a kind that is in none is its own task type
INSIGHTS = {platform: f"{platform}_insights" for platform in PLATFORMS}
OLDER_TYPES = {CHECK: "oauth_token_monitoring", SITE: "website_analysis"}
CATEGORIES = {REFRESH: "platform_insights", SITE: "website_analysis"}

STATUSES = {
    "active": "active",
    "half_open": "active",
    "cooling_off": "failed",
    "needs_intervention": "needs_intervention",
    "paused": "paused",
}
ACTIVE = tuple(state for state, status in STATUSES.items() if status == "active")
IN_TROUBLE = ("cooling_off", "needs_intervention")

# the states of executions; one that was cancelled did not do its work, and did not fail either
LOG_STATUSES = dict.fromkeys(OPEN_STATES, "running") | {
    states.SUCCEEDED: "success",
    states.FAILED: "failed",
    SKIPPED: "skipped",
    states.CANCELLED: "skipped",
}
LOG_WORDS = ("running", "success", "failed", "skipped")
RECENT_EVENTS = {"job_scheduled": "running", "job_completed": "success", "job_failed": "failed"}

_DAY_S = 86_400


def task_type(kind: str, platform: str | None) -> str:
    """Return the older word for what a schedule of a kind does."""
    if kind == REFRESH and platform is not None:
        return INSIGHTS[platform]
    return OLDER_TYPES.get(kind, kind)


def types_of(kinds: Mapping[str, Any]) -> list[str]:
    """Return the task types of all kinds, by name."""
    platforms = {kind: PLATFORMS if kind == REFRESH else (None,) for kind in kinds}
    return sorted(task_type(kind, one) for kind, each in platforms.items() for one in each)


def states_of(status: str) -> list[str]:
    """Return the states of executions that the older API calls ``status``."""
    return [state for state, word in LOG_STATUSES.items() if word == status]


def frequency(row: Any) -> str:
    """Return how often a schedule comes, for people; a cron expression stands for itself."""
    if row.cron is not None:
        return str(row.cron)
    if row.interval_s is None:
        return "Once"
    days, rest = divmod(row.interval_s, _DAY_S)
    if rest:
        return f"Every {row.interval_s} seconds"
    return {1: "Daily", 7: "Weekly"}.get(days, f"Every {days} days")


def trigger_type(row: Any) -> str:
    """Return what kind of trigger a schedule has, in the older API's words."""
    if row.cron is not None:
        return "CronTrigger"
    return "DateTrigger" if row.interval_s is None else "IntervalTrigger"
