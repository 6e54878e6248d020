"""Every sequence of tests/cases/scheduler/state.json: the state after each of its events."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.errors import Conflict
from services.scheduler.breaker.ends import AttemptFailure
from services.scheduler.breaker.policy import CircuitLimits, KindRules, RetryPolicy
from services.scheduler.breaker.timeline import Timeline
from services.scheduler.codes.codes import ErrorCode

FILE = Path(__file__).parents[4] / "cases" / "scheduler" / "state.json"
CASES = json.loads(FILE.read_text(encoding="utf-8"))
ACCEPTED = {"run_now": 202}


def time_of(text):
    return datetime.fromisoformat(text)


def text_of(at):
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def cadence_of(schedule):
    """Return the cadence: the grid of an interval, or a daily time of day in its zone."""
    anchor = time_of(schedule["created_at"])
    if "interval_s" in schedule:
        step = timedelta(seconds=schedule["interval_s"])
        return lambda after: anchor + ((after - anchor) // step + 1) * step
    minute, hour, *rest = schedule["cron"].split()
    assert rest == ["*", "*", "*"]
    return daily(int(hour), int(minute), ZoneInfo(schedule["timezone"]))


def daily(hour, minute, zone):
    def next_after(after):
        local = after.astimezone(zone)
        due = local.replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
        while due.astimezone(UTC) <= after:
            due += timedelta(days=1)
        return due.astimezone(UTC)

    return next_after


def rules_of(case):
    schedule = case["schedule"]
    given = {**CASES, **schedule, **case}
    ladder = CASES["ladder_s"] if given.get("cool_off", True) else []
    return KindRules(
        retries=RetryPolicy(
            max_attempts=schedule["max_attempts"], backoff_s=tuple(schedule["backoff"])
        ),
        limits=CircuitLimits(
            consecutive=given["consecutive"],
            recent=given["recent"],
            window=timedelta(days=given["window_days"]),
            ladder=tuple(timedelta(seconds=wait) for wait in ladder),
        ),
    )


def after(timeline, event):
    at = time_of(event["at"])
    if event["event"] == "failure":
        code = ErrorCode(event["code"])
        return timeline.failure(
            AttemptFailure(at=at, code=code, retry_after=event.get("retry_after"))
        )
    return getattr(timeline, event["event"])(at)


def status_after(timeline, event):
    try:
        return ACCEPTED.get(event["event"], 200), after(timeline, event)
    except Conflict as refused:
        return refused.status, timeline


def seen(timeline):
    circuit = timeline.circuit
    return {
        "state": circuit.state,
        "failures": circuit.failures,
        "cool_off_level": circuit.cool_off_level,
        "cool_off_until": text_of(circuit.cool_off_until),
        "next_run_at": text_of(circuit.next_run_at),
        "runs": [
            [one.state, one.source, text_of(one.scheduled_for), one.attempt, text_of(one.retry_at)]
            for one in timeline.executions
        ],
    }


def test_the_file_has_all_its_cases():
    assert len(CASES["cases"]) == 42
    assert sum(len(case["events"]) for case in CASES["cases"]) == 295


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["id"])
def test_the_state_after_each_event_is_the_expected_one(case):
    schedule = case["schedule"]
    timeline = Timeline.begin(time_of(schedule["created_at"]), cadence_of(schedule), rules_of(case))
    assert seen(timeline) == case["start"]
    for event in case["events"]:
        status, timeline = status_after(timeline, event)
        assert status == event.get("status", 200), event
        assert seen(timeline) == event["then"], event
