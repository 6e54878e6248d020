"""Rules at their thresholds, and one message per cause: values in, values out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.models.alert import CALM, FIRING, PENDING, RECOVERED
from services.alerts.evaluate import BY_THE_MINUTE, MEASURES
from services.alerts.rules import (
    COUNTER_DRIFT,
    DASHBOARD_SLOW,
    ERROR_RATE,
    RULES,
    SLOW_STATEMENTS,
    TASK_SUCCESS,
    UNWATCHED,
    AlertRule,
)
from services.alerts.state import Judgement, Reading, State, judge, step

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
BEYOND, BETWEEN, WITHIN = Judgement.BEYOND, Judgement.BETWEEN, Judgement.WITHIN


def looked(
    rule: AlertRule, values: list[float], *, count: int = 100, muted: range = range(0)
) -> tuple[list[str], list[str | None]]:
    """Look once a minute at these values; return the states and the messages."""
    state, names, phases = State(), [], []
    for minute, value in enumerate(values):
        verdict = judge(rule, Reading(scope="platform", value=value, count=count))
        at = AT + timedelta(minutes=minute)
        state, phase = step(rule, state, verdict, at, severity=rule.severity, muted=minute in muted)
        names.append(state.name)
        phases.append(phase)
    return names, phases


def sent(phases: list[str | None]) -> list[str]:
    return [phase for phase in phases if phase is not None]


@pytest.mark.parametrize(
    ("rule", "value", "count", "verdict"),
    [
        (ERROR_RATE, 5.0, 20, BETWEEN),  # more than 5 %, not 5 %
        (ERROR_RATE, 5.01, 20, BEYOND),
        (ERROR_RATE, 50.0, 19, BETWEEN),  # too few to say
        (ERROR_RATE, 3.01, 500, BETWEEN),
        (ERROR_RATE, 3.0, 500, WITHIN),
        (ERROR_RATE, 100.0, 0, WITHIN),  # nothing ended
        (DASHBOARD_SLOW, 3.0, 5, BETWEEN),
        (DASHBOARD_SLOW, 3.2, 5, BEYOND),
        (TASK_SUCCESS, 95.0, 20, BETWEEN),
        (TASK_SUCCESS, 94.9, 20, BEYOND),
        (TASK_SUCCESS, 97.0, 20, WITHIN),
        (TASK_SUCCESS, 0.0, 19, BETWEEN),
        (SLOW_STATEMENTS, 500.0, 5, BETWEEN),
        (SLOW_STATEMENTS, 501.0, 5, BEYOND),
        (COUNTER_DRIFT, 0, 1, WITHIN),
        (COUNTER_DRIFT, 1, 1, BEYOND),
    ],
)
def test_a_value_at_the_threshold_is_not_beyond_it(rule, value, count, verdict):
    assert judge(rule, Reading(scope="platform", value=value, count=count)) is verdict


def test_a_value_that_moves_around_the_line_gives_one_message_and_one_recovery():
    states, phases = looked(ERROR_RATE, [6, 4.9, 5.1, 4, 7, 3.1, 5.2, 3, 4.9])
    assert sent(phases) == ["raised", "recovered"]
    assert states == [FIRING] * 7 + [RECOVERED] * 2


def test_a_rule_that_has_to_hold_is_pending_first_and_calm_again_without_a_message():
    states, phases = looked(COUNTER_DRIFT, [1] * 10 + [0] + [1] * 11)
    assert states == [PENDING] * 10 + [CALM] + [PENDING] * 10 + [FIRING]
    assert sent(phases) == ["raised"]


def test_half_an_hour_is_thirty_minutes():
    states, _ = looked(UNWATCHED, [2] * 31)
    assert states == [PENDING] * 30 + [FIRING]


def test_while_it_fires_there_is_a_reminder_every_so_many_hours():
    rule = replace(ERROR_RATE, remind_s=3600)
    _, phases = looked(rule, [9] * 125)
    reminders = [minute for minute, phase in enumerate(phases) if phase == "reminder"]
    assert (phases[0], reminders) == ("raised", [60, 120])


def test_one_that_gets_worse_is_sent_at_once():
    state, _ = step(ERROR_RATE, State(), BEYOND, AT, severity="warning")
    state, phase = step(ERROR_RATE, state, BEYOND, AT + timedelta(minutes=1), severity="critical")
    assert (phase, state.severity) == ("reminder", "critical")
    _, phase = step(ERROR_RATE, state, BEYOND, AT + timedelta(minutes=2), severity="warning")
    assert phase is None


def test_what_begins_and_ends_while_muted_is_never_sent():
    states, phases = looked(ERROR_RATE, [9, 9, 0, 0], muted=range(4))
    assert (states[1], states[-1], sent(phases)) == (FIRING, RECOVERED, [])


def test_what_still_fires_when_the_mute_ends_is_sent_then():
    _, phases = looked(ERROR_RATE, [9] * 5, muted=range(3))
    assert phases == [None, None, None, "raised", None]


def test_one_that_comes_again_is_a_new_cause():
    _, phases = looked(ERROR_RATE, [9, 0, 9])
    assert phases == ["raised", "recovered", "raised"]


def test_what_is_not_measured_any_more_has_recovered():
    state, _ = step(ERROR_RATE, State(), BEYOND, AT, severity="warning")
    after, phase = step(ERROR_RATE, state, judge(ERROR_RATE, None), AT, severity="warning")
    assert (after.name, phase) == (RECOVERED, "recovered")


def test_every_rule_is_measured_and_recovers_on_its_calm_side():
    assert {*MEASURES, *BY_THE_MINUTE} == set(RULES)
    for rule in RULES.values():
        assert (
            (rule.recovery >= rule.threshold) if rule.falls else (rule.recovery <= rule.threshold)
        )
