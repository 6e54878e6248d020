"""The values that the scheduler runs by, as they hold."""

from typing import Any

from app.version import VERSION
from services.scheduler.dispatch import PERIOD_S
from services.scheduler.dispatch.due import BATCH
from services.scheduler.kinds.registry import all_kinds
from services.scheduler.kinds.types import ScheduleKind
from services.scheduler.overview.cleanup import RETENTION
from services.scheduler.overview.words import types_of
from services.scheduler.times.catch_up import GRACE_SECONDS
from services.scheduler.upkeep import EVENT_DAYS, EXECUTION_DAYS


def effective_config() -> dict[str, Any]:
    """Return the values with their kinds of schedules, by name."""
    return {
        "version": VERSION,
        "check_interval_seconds": PERIOD_S,
        "dispatch_batch": BATCH,
        "catch_up_grace_seconds": GRACE_SECONDS,
        "execution_retention_days": EXECUTION_DAYS,
        "event_retention_days": EVENT_DAYS,
        "retention_policy": RETENTION,
        "kinds": [_kind_view(kind) for kind in all_kinds().values()],
    }


def _kind_view(kind: ScheduleKind) -> dict[str, Any]:
    retries, limits = kind.rules.retries, kind.rules.limits
    return {
        "kind": kind.name,
        "task_types": types_of({kind.name: kind}),
        "cadence": kind.cadence,
        "timeout_seconds": kind.timeout_s,
        "max_attempts": retries.max_attempts,
        "backoff_seconds": list(retries.backoff_s),
        "failures_in_a_row": limits.consecutive,
        "failures_in_window": limits.recent,
        "window_seconds": int(limits.window.total_seconds()),
        "cool_off_seconds": [int(wait.total_seconds()) for wait in limits.ladder],
    }
