"""One look at all rules: what they measure, and what that changes."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.clock import now
from app.db.engine import Database
from app.metrics.durations import MinuteReader
from app.models.alert import CALM, FIRING, PENDING, RECOVERED, Alert, AlertEvent
from services.alerts.finding import AlertFinding
from services.alerts.measures import latency, owners, platform
from services.alerts.record import changes, record_finding
from services.alerts.rules import AlertRule
from services.alerts.settings import rules_in_force
from services.alerts.state import Reading

MAX_CHANGED = 500  # in one look; the next one goes on
KEPT = timedelta(days=90)  # what is over
BATCH = 500
Measure = Callable[[Session, AlertRule, datetime], Iterable[Reading]]
MinuteMeasure = Callable[[MinuteReader, AlertRule, datetime], Iterable[Reading] | None]
MEASURES: Mapping[str, Measure] = {
    "error_rate": platform.error_rate,
    "task_success": platform.task_success,
    "reconcile_failed": platform.reconcile_failed,
    "counter_drift": platform.counter_drift,
    "unwatched_connections": platform.unwatched_connections,
    "owner_skipped": platform.owner_skipped,
    "not_begun": owners.not_begun,
    "not_over": owners.not_over,
    "takes_long": owners.takes_long,
    "circuit_open": owners.circuit_open,
    "sign_in_again": owners.sign_in_again,
}
BY_THE_MINUTE: Mapping[str, MinuteMeasure] = {
    "dashboard_slow": latency.dashboard_slow,
    "slow_statements": latency.slow_statements,
}


def evaluate(database: Database, minutes: MinuteReader, at: datetime | None = None) -> int:
    """Look at every rule and record what has changed; return how many messages went out."""
    moment = at or now()
    with database.snapshot() as session:  # counters and rows of the same moment
        findings = list(islice(_changed(session, minutes, moment), MAX_CHANGED))
    sent = 0
    for finding in findings:
        with database.write() as unit:
            sent += record_finding(unit, finding, moment) is not None
    return sent


def _changed(session: Session, minutes: MinuteReader, at: datetime) -> Iterator[AlertFinding]:
    rows = _rows(session)
    for finding in _findings(session, minutes, rows, at):
        if changes(rows.get((finding.rule.name, finding.scope)), finding, at):
            yield finding


def _findings(
    session: Session, minutes: MinuteReader, rows: Mapping[tuple[str, str], Alert], at: datetime
) -> Iterator[AlertFinding]:
    """Yield what each rule says of each scope, and of those that were open and are not measured."""
    for rule in rules_in_force(session).values():
        readings = _measured(session, minutes, rule, at) if rule.enabled else ()
        if readings is None:
            continue
        by_scope = {one.scope: one for one in readings}
        known = {scope for name, scope in rows if name == rule.name}
        for scope in sorted(known | by_scope.keys()):
            yield AlertFinding(rule=rule, scope=scope, reading=by_scope.get(scope))


def _measured(
    session: Session, minutes: MinuteReader, rule: AlertRule, at: datetime
) -> Iterable[Reading] | None:
    if rule.name in BY_THE_MINUTE:
        return BY_THE_MINUTE[rule.name](minutes, rule, at)
    return MEASURES[rule.name](session, rule, at)


def _rows(session: Session) -> dict[tuple[str, str], Alert]:
    """Return the alerts that are open, by rule and scope."""
    rows = session.scalars(select(Alert).where(Alert.state.in_((PENDING, FIRING))))
    return {(row.rule, row.scope): row for row in rows}


def forget_alerts(database: Database, at: datetime | None = None) -> int:
    """Delete a batch of what is long over, and of old history; return how many rows went."""
    before = (at or now()) - KEPT
    over = Alert.state.in_((CALM, RECOVERED)) & (Alert.state_at < before)
    muted = Alert.muted_until.is_not(None) & (Alert.muted_until > before)
    old = (
        select(Alert.id).where(over, ~muted).order_by(Alert.id).limit(BATCH),
        select(AlertEvent.id).where(AlertEvent.at < before).order_by(AlertEvent.id).limit(BATCH),
    )
    with database.write() as unit:
        gone = [unit.session.scalars(query).all() for query in old]
        unit.session.execute(delete(Alert).where(Alert.id.in_(gone[0])))
        unit.session.execute(delete(AlertEvent).where(AlertEvent.id.in_(gone[1])))
    return sum(map(len, gone))
