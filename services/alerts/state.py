"""From what was measured to the state of an alert and to the message that follows: pure values.

``calm`` → ``pending`` (beyond the threshold, not for long enough) → ``firing`` → ``recovered``.
Between the threshold and the recovery nothing changes, so a value that moves around the line
gives one message and not one per look.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from app.models.alert import CALM, FIRING, PENDING, RECOVERED, SEVERITIES
from services.alerts.rules import AlertRule
from services.channels import message


class Judgement(Enum):
    """What a rule makes of a value."""

    BEYOND = "beyond"
    BETWEEN = "between"
    WITHIN = "within"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What was measured of one scope: ``count`` observations lie behind ``value``.

    ``facts`` fill the texts of the rule, or those given here where they are other ones. ``kind``
    is the kind of schedule that it is about.
    """

    scope: str
    value: float
    count: int = 1
    owner_id: int | None = None
    href: str = "/alerts"
    facts: Mapping[str, object] = field(default_factory=dict)
    title: str | None = None
    sentence: str | None = None
    advice: str | None = None
    severity: str | None = None
    kind: str | None = None


@dataclass(frozen=True, kw_only=True)
class State:
    """Where an alert is: since when, how grave, and when its newest message went out."""

    name: str = CALM
    at: datetime | None = None
    severity: str = "info"
    messaged_at: datetime | None = None


def judge(rule: AlertRule, reading: Reading | None) -> Judgement:
    """Return what a rule makes of a reading; where nothing was measured nothing is wrong."""
    if reading is None or reading.count == 0:
        return Judgement.WITHIN
    sign = -1.0 if rule.falls else 1.0
    if sign * reading.value <= sign * rule.recovery:
        return Judgement.WITHIN
    is_beyond = sign * reading.value > sign * rule.threshold and reading.count >= rule.min_count
    return Judgement.BEYOND if is_beyond else Judgement.BETWEEN


def step(
    rule: AlertRule,
    state: State,
    verdict: Judgement,
    at: datetime,
    *,
    severity: str,
    muted: bool = False,
) -> tuple[State, str | None]:
    """Return the state after a look at ``at``, and the phase of the message that is due, if any.

    While it is muted no message is due. One that still fires when the mute ends is sent then.
    """
    moved = _moved(rule, state, verdict, at, severity)
    phase = None if muted else _phase(rule, state, moved, at)
    if phase is not None:
        moved = replace(moved, messaged_at=at)
    return moved, phase


def _moved(rule: AlertRule, state: State, verdict: Judgement, at: datetime, severity: str) -> State:
    if state.name == FIRING:
        if verdict is Judgement.WITHIN:
            return replace(state, name=RECOVERED, at=at)
        return replace(state, severity=severity) if verdict is Judgement.BEYOND else state
    if verdict is not Judgement.BEYOND:
        return replace(state, name=CALM, at=at) if state.name == PENDING else state
    since = state.at if state.name == PENDING and state.at is not None else at
    if at - since >= timedelta(seconds=rule.hold_s):
        return State(name=FIRING, at=at, severity=severity)
    return State(name=PENDING, at=since, severity=severity)


def _phase(rule: AlertRule, before: State, after: State, at: datetime) -> str | None:
    if after.name == RECOVERED and before.name == FIRING:
        # nobody heard of what began and ended while it was muted
        return message.RECOVERED if before.messaged_at is not None else None
    if after.name != FIRING:
        return None
    if after.messaged_at is None:
        return message.RAISED
    is_due = at - after.messaged_at >= timedelta(seconds=rule.remind_s)
    return message.REMINDER if is_due or _is_worse(before, after) else None


def _is_worse(before: State, after: State) -> bool:
    return SEVERITIES.index(after.severity) > SEVERITIES.index(before.severity)
