"""What a look at one scope changes: its state, its history, and the one message that is due.

All of it is one commit, under the lock of the alert's row, and from the row as it is then: a
second clock that has seen the same finds nothing left to do.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.uow import UnitOfWork
from app.db.upsert import insert_into
from app.models.alert import CALM, FIRING, PENDING, RECOVERED, Alert, AlertEvent
from services.alerts.brake import rolling_out, stopped
from services.alerts.finding import AlertFinding
from services.alerts.rules import OWNER, STATE, AlertRule
from services.alerts.state import Reading, State, judge, step
from services.alerts.topics import publish_alert
from services.channels import message
from services.channels.message import Message
from services.channels.outbox import enqueue
from services.flags.update import brake

OVER = "It is over."


def state_of(row: Alert) -> State:
    """Return where an alert is."""
    return State(
        name=row.state, at=row.state_at, severity=row.severity, messaged_at=row.messaged_at
    )


def changes(row: Alert | None, finding: AlertFinding, at: datetime) -> bool:
    """Return whether recording a finding changes anything, by a row that was read unlocked."""
    before = State() if row is None else state_of(row)
    after, phase = _step(row, finding, at)
    worded = row is not None and after.name in (PENDING, FIRING) and _is_reworded(row, finding)
    return after != before or phase is not None or worded


def record_finding(unit: UnitOfWork, finding: AlertFinding, at: datetime) -> str | None:
    """Bring one alert to a finding; return the phase of the message that went out, if any."""
    row = _locked(unit.session, finding, at)
    if row is None or row.state_at > at:  # it has moved since this look began
        return None
    before = state_of(row)
    after, phase = _step(row, finding, at)
    row.state, row.state_at = after.name, after.at or at
    row.severity, row.messaged_at = after.severity, after.messaged_at
    begins = after.name == FIRING and before.name != FIRING
    if begins or after.name == PENDING:
        row.braked = list(rolling_out(unit.session, finding)) if begins else []
    if finding.reading is not None and after.name in (PENDING, FIRING):
        _put_into_words(row, finding.rule, finding.reading)
    text = _recovery_of(finding) if after.name == RECOVERED else row.detail
    if phase is not None:
        row.carried_by = enqueue(unit, _message(row, phase, text, at))
    if phase is not None or after.name != before.name:
        _note(unit, row, phase, text, at)
    if begins:
        _brake(unit, row)
    return phase


def _step(row: Alert | None, finding: AlertFinding, at: datetime) -> tuple[State, str | None]:
    reading, rule = finding.reading, finding.rule
    state = State() if row is None else state_of(row)
    severity = (reading.severity if reading else None) or rule.severity
    muted = row is not None and row.muted_until is not None and row.muted_until > at
    return step(rule, state, judge(rule, reading), at, severity=severity, muted=muted)


def _locked(session: Session, finding: AlertFinding, at: datetime) -> Alert | None:
    """Return the row of a finding as it is now, made if it is the first of its scope."""
    if finding.reading is not None:
        _make(session, finding.rule, finding.reading, at)
    query = select(Alert).where(Alert.rule == finding.rule.name, Alert.scope == finding.scope)
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _make(session: Session, rule: AlertRule, reading: Reading, at: datetime) -> None:
    values: dict[str, Any] = {
        "rule": rule.name,
        "scope": reading.scope,
        "owner_id": reading.owner_id if rule.audience == OWNER else None,
        "state": CALM,
        "state_at": at,
        "severity": rule.severity,
        "title": "",
        "detail": "",
        "advice": "",
        "href": reading.href,
        "carried_by": 0,
        "braked": [],
    }
    insert = insert_into(session, Alert).values(values)
    session.execute(insert.on_conflict_do_nothing(index_elements=["rule", "scope"]))


def _texts(rule: AlertRule, reading: Reading) -> tuple[str, str, str]:
    facts = {"threshold": f"{rule.threshold:g}"} | dict(reading.facts)
    title = (reading.title or rule.title).format(**facts)
    sentence = (reading.sentence or rule.sentence).format(**facts)
    return title[:500], sentence, reading.advice or rule.advice


def _is_reworded(row: Alert, finding: AlertFinding) -> bool:
    """Return whether what is shown of an alert says something else now."""
    if finding.reading is None:
        return False
    return not row.detail.startswith(_texts(finding.rule, finding.reading)[1])


def _put_into_words(row: Alert, rule: AlertRule, reading: Reading) -> None:
    row.title, row.detail, row.advice = _texts(rule, reading)
    row.value, row.href = reading.value, reading.href
    if row.braked:
        row.detail = f"{row.detail} {stopped(row.braked)}"


def _recovery_of(finding: AlertFinding) -> str:
    """Return what is measured now; where nothing is, there is no more to say than that."""
    is_number = finding.reading is not None and finding.rule.unit != STATE
    return _texts(finding.rule, finding.reading)[1] if is_number and finding.reading else OVER


def _message(row: Alert, phase: str, text: str, at: datetime) -> Message:
    is_over = phase == message.RECOVERED
    return Message(
        owner_id=row.owner_id,
        cause=f"{row.rule}:{row.scope}",
        phase=phase,
        severity=row.severity,
        title=f"Recovered: {row.title}" if is_over else row.title,
        text=text if is_over else f"{text} {row.advice}",
        href=row.href,
        at=at,
    )


def _note(unit: UnitOfWork, row: Alert, phase: str | None, text: str, at: datetime) -> None:
    carried_by = None if phase is None else row.carried_by
    event = AlertEvent(
        alert_id=row.id,
        type=phase or row.state,
        at=at,
        value=row.value,
        text=text,
        carried_by=carried_by,
    )
    unit.session.add(event)
    publish_alert(unit, row)


def _brake(unit: UnitOfWork, row: Alert) -> None:
    """Stop the roll-outs; after all other writes, as it holds the lock of the audit log."""
    unit.session.flush()
    for name in row.braked:
        brake(unit, name, f"Alert: {row.title}")
