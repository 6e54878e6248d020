"""Every sequence of tests/cases/scheduler/state.json on rows, jobs and their ends."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.errors import Conflict
from app.jobs import states
from app.models.schedule import Schedule, ScheduleExecution
from services.scheduler.breaker.policy import CircuitLimits, KindRules, RetryPolicy
from services.scheduler.dispatch.tick import tick
from services.scheduler.executions.cancel import cancel_execution
from services.scheduler.kinds.registry import all_kinds
from services.scheduler.kinds.types import ScheduleKind
from services.scheduler.repository import open_execution
from services.scheduler.schedules.archive import archive_schedule
from services.scheduler.schedules.create import create_schedule
from services.scheduler.schedules.definition import ScheduleDefinition
from services.scheduler.schedules.lifecycle import pause_schedule, reset_schedule, resume_schedule
from services.scheduler.schedules.run_now import run_now
from tests.factories.datasets import claimed
from tests.factories.people import make_actor
from tests.factories.schedules import FakeTime, end_job, open_job

pytestmark = pytest.mark.one_process
FILE = Path(__file__).parents[1] / "cases" / "scheduler" / "state.json"
CASES = json.loads(FILE.read_text(encoding="utf-8"))
ACCEPTED = {"run_now": 202}
WORDS = {
    **dict.fromkeys((states.QUEUED, states.STARTING, states.RUNNING), "running"),
    states.SUCCEEDED: "success",
    states.CANCELLED: "canceled",
}


def time_of(text: str) -> datetime:
    return datetime.fromisoformat(text)


def text_of(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def kind_of(case) -> ScheduleKind:
    schedule = case["schedule"]
    given = {**CASES, **schedule, **case}
    ladder = CASES["ladder_s"] if given.get("cool_off", True) else []
    limits = CircuitLimits(
        consecutive=given["consecutive"],
        recent=given["recent"],
        window=timedelta(days=given["window_days"]),
        ladder=tuple(timedelta(seconds=wait) for wait in ladder),
    )
    retries = RetryPolicy(
        max_attempts=schedule["max_attempts"], backoff_s=tuple(schedule["backoff"])
    )
    return ScheduleKind(
        name="test.case",
        params="blueprints.scheduler.kind_params:RetentionSweepParams",
        cadence="0 0 * * *",
        rules=KindRules(retries=retries, limits=limits),
        run="tests.factories.schedules:do_nothing",
    )


class Played:
    """A schedule to which the events of a case happen, on rows."""

    def __init__(self, case, resources, time: FakeTime) -> None:
        self.resources, self.time, self.case = resources, time, case
        self.actor = make_actor(resources.database)
        fields = ("cron", "interval_s", "timezone")
        times = {name: case["schedule"][name] for name in fields if name in case["schedule"]}
        definition = ScheduleDefinition(
            kind="test.case", name="case", params={}, catch_up="one", **times
        )
        self.id = create_schedule(resources.database, self.actor, definition).id

    def happen(self, event) -> int:
        """Let an event happen; return its status."""
        self.time.at = time_of(event["at"])
        try:
            getattr(self, event["event"])(event)
        except Conflict as refused:
            return refused.status
        return ACCEPTED.get(event["event"], 200)

    def tick(self, _event) -> None:
        tick(self.resources.database, self.time.at)

    def success(self, _event) -> None:
        end_job(self.resources, open_job(self.resources, self.id))

    def unchanged(self, _event) -> None:
        attempt = claimed(self.resources, open_job(self.resources, self.id).id)
        with attempt.write() as unit:
            open_execution(unit.session, self.id).result = {"unchanged": True}
            attempt.finish(unit)

    def failure(self, event) -> None:
        known = {"code": event["code"], "retry_after": event.get("retry_after")}
        end_job(self.resources, open_job(self.resources, self.id), states.FAILED, **known)

    def cancel(self, _event) -> None:
        with self.resources.database.read() as session:
            execution = open_execution(session, self.id)
        cancel_execution(self.resources.jobs, self.actor, str(execution.id))

    def run_now(self, _event) -> None:
        run_now(self.resources.database, self.actor, str(self.id))
        self.tick(_event)

    def pause(self, _event) -> None:
        pause_schedule(self.resources.database, self.actor, str(self.id))

    def resume(self, _event) -> None:
        resume_schedule(self.resources.database, self.actor, str(self.id))

    def reset(self, _event) -> None:
        reset_schedule(self.resources.database, self.actor, str(self.id))

    def archive(self, _event) -> None:
        archive_schedule(self.resources.jobs, self.actor, str(self.id))

    def seen(self):
        """Return what the case speaks of; rows of missed times are beside it."""
        with self.resources.database.read() as session:
            row = session.get_one(Schedule, self.id)
            query = select(ScheduleExecution).filter_by(schedule_id=self.id, missed=0)
            executions = session.scalars(query.order_by(ScheduleExecution.id)).all()
        return {
            "state": row.state,
            "failures": row.failures,
            "cool_off_level": row.cool_off_level,
            "cool_off_until": text_of(row.cool_off_until),
            "next_run_at": text_of(row.next_run_at),
            "runs": [
                [
                    WORDS.get(one.state, one.state),
                    "schedule" if one.source == "schedule" else "manual",
                    text_of(one.scheduled_for),
                    max(one.attempt, 1),
                    text_of(one.begin_at),
                ]
                for one in executions
            ],
        }


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["id"])
def test_rows_come_to_the_expected_state_after_each_event(case, resources, monkeypatch) -> None:
    monkeypatch.setitem(all_kinds(), "test.case", kind_of(case))
    time = FakeTime(monkeypatch, time_of(case["schedule"]["created_at"]))
    played = Played(case, resources, time)
    assert played.seen() == case["start"]
    for event in case["events"]:
        assert played.happen(event) == event.get("status", 200), event
        assert played.seen() == event["then"], event
