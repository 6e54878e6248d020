"""What is measured by the minute: how long the dashboard and the database took."""

from collections.abc import Iterator
from datetime import datetime

from app.metrics.durations import STATEMENTS, Counts, MinuteReader, percentile
from services.alerts import DASHBOARD
from services.alerts.measures.platform import PLATFORM_SCOPE
from services.alerts.rules import MINUTE, AlertRule
from services.alerts.state import Reading

SHARE = 0.95


def dashboard_slow(
    minutes: MinuteReader, rule: AlertRule, at: datetime
) -> Iterator[Reading] | None:
    """Yield the 95th percentile of the answers in the window, in seconds.

    None where nothing is known, as Redis is away.
    """
    counts = minutes.read(DASHBOARD, rule.window_s, at)
    return None if counts is None else iter([_dashboard(counts, rule)])


def _dashboard(counts: Counts, rule: AlertRule) -> Reading:
    number = sum(count for _, count in counts)
    value = percentile(counts, SHARE) if number else 0.0
    facts = {"value": f"{value:.1f}", "count": number, "minutes": f"{rule.window_s / MINUTE:g}"}
    return Reading(scope=PLATFORM_SCOPE, value=value, count=number, href="/health", facts=facts)


def slow_statements(
    minutes: MinuteReader, rule: AlertRule, at: datetime
) -> Iterator[Reading] | None:
    """Yield the milliseconds that the slowest ``min_count`` statements all took at least.

    0 where fewer were slow at all; None where nothing is known, as Redis is away.
    """
    counts = minutes.read(STATEMENTS, rule.window_s, at)
    return None if counts is None else iter([_statements(counts, rule)])


def _statements(counts: Counts, rule: AlertRule) -> Reading:
    rank, value = max(1, rule.min_count), 0.0
    for seconds, count in reversed(counts):
        rank -= count
        if rank <= 0:
            value = 1000 * seconds
            break
    number = sum(count for seconds, count in counts if 1000 * seconds >= value) if value else 0
    facts = {"value": f"{value:.0f}", "count": number, "minutes": f"{rule.window_s / MINUTE:g}"}
    return Reading(
        scope=PLATFORM_SCOPE, value=value, count=number or 1, href="/health", facts=facts
    )
