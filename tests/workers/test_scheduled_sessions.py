"""A scheduled session from new rows to a forecast, job by job, as workers and the clock do it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.auth.actor import Actor
from app.clock import now
from app.jobs import states
from app.models.forecasting import SeriesPart, SessionModel
from app.models.incident import Incident
from app.models.job import Job
from app.models.run import Run
from app.models.schedule import Schedule, ScheduleExecution
from app.resources import Resources
from services.incidents.retry import retry_incident
from services.runs.spent import add_spent
from services.scheduler.dispatch.tick import tick
from services.scheduler.executions.cancel import cancel_execution
from services.scheduler.executions.retry import retry_execution
from services.scheduler.schedules.create import create_schedule
from services.scheduler.schedules.definition import ScheduleDefinition
from services.scheduler.schedules.run_now import run_now
from tests.factories.people import actor_for, make_user
from tests.factories.scheduled_sessions import (
    add_days,
    make_connected_session,
    params_of,
    work_on_step,
)
from tests.factories.schedules import end_job, later, open_job
from tests.support.databases import ON_ONE_DATABASE

pytestmark = ON_ONE_DATABASE
YEARLY = "0 2 1 1 *"


@pytest.fixture
def owner(resources: Resources) -> Actor:
    return actor_for(make_user(resources.database))


@pytest.fixture
def connected(resources: Resources, owner: Actor, tmp_path: Path) -> tuple[str, int]:
    return make_connected_session(resources, owner, tmp_path)


def begin(resources: Resources, owner: Actor, params: dict[str, Any]) -> Schedule:
    definition = ScheduleDefinition(
        kind="forecasting.session", name="Daily", params=params, cron=YEARLY
    )
    row = create_schedule(resources.database, owner, definition)
    run_now(resources.database, owner, str(row.id))
    tick(resources.database, settings=resources.settings)
    return row


def execution_of(resources: Resources, schedule: Schedule) -> ScheduleExecution:
    query = select(ScheduleExecution).where(ScheduleExecution.schedule_id == schedule.id)
    with resources.database.read() as session:
        return session.scalars(query.order_by(ScheduleExecution.id.desc())).first()


def kinds_of(resources: Resources) -> list[str]:
    with resources.database.read() as session:
        return list(session.scalars(select(Job.kind).order_by(Job.id)))


@pytest.mark.full
def test_new_days_are_appended_cut_trained_and_forecast(
    resources: Resources, owner: Actor, connected: tuple[str, int]
) -> None:
    wire_id, connection_id = connected
    add_days(resources, connection_id, 120, 130)
    schedule = begin(resources, owner, params_of(wire_id, connection_id, "LIN", "LGBMR"))
    for _ in range(5):
        assert execution_of(resources, schedule).state == states.QUEUED
        work_on_step(resources, schedule.id)
    ended = execution_of(resources, schedule)
    assert (ended.state, ended.attempt, ended.error) == (states.SUCCEEDED, 1, None)
    steps = ["scheduled_work", "build_datasets", *["train_forecaster"] * 2, "scheduled_work"]
    assert kinds_of(resources) == steps
    result = ended.result
    assert (result["session_id"], result["new_rows"], len(result["runs"])) == (wire_id, 20, 2)
    assert result["n_dat"] > 110
    assert result["best_run_id"] in result["runs"]
    assert result["skill"] > 0
    made = result["forecast"]
    assert made["reference_time"] == "2024-05-08T23:00:00Z"  # midnight of the last day
    assert len(made["outputs"]["clicks"]["values"]) == made["values"] == 7

    run_now(resources.database, owner, str(schedule.id))
    tick(resources.database, settings=resources.settings)
    work_on_step(resources, schedule.id)
    again = execution_of(resources, schedule)
    assert (again.state, again.skip_reason, again.result["new_rows"]) == (
        "skipped", "unchanged", 0,
    )  # fmt: skip
    with resources.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Run)) == 2
        appended = session.scalars(select(SeriesPart)).all()
    assert len(appended) == 2  # one for the inputs and one for the output


@pytest.mark.full
def test_an_attempt_after_a_failed_training_goes_on_with_that_run(
    resources: Resources, owner: Actor, connected: tuple[str, int]
) -> None:
    schedule = begin(resources, owner, params_of(connected[0], None, "LIN"))
    work_on_step(resources, schedule.id)
    work_on_step(resources, schedule.id)
    training = open_job(resources, schedule.id)
    end_job(resources, training, states.FAILED, code="network")
    assert execution_of(resources, schedule).state == "retrying"
    later(resources, 310)  # the kind waits 300 seconds
    again = open_job(resources, schedule.id)
    assert (again.subject, again.id == training.id) == (training.subject, False)
    work_on_step(resources, schedule.id)
    work_on_step(resources, schedule.id)
    ended = execution_of(resources, schedule)
    assert (ended.state, ended.attempt) == (states.SUCCEEDED, 2)
    with resources.database.read() as session:
        assert session.scalar(select(func.count()).select_from(SessionModel)) == 1


def test_a_step_that_failed_is_in_the_inbox_and_goes_on_from_there(
    resources: Resources, owner: Actor, connected: tuple[str, int]
) -> None:
    schedule = begin(resources, owner, params_of(connected[0], None, "LIN"))
    work_on_step(resources, schedule.id)
    work_on_step(resources, schedule.id)
    training = open_job(resources, schedule.id)
    end_job(resources, training, states.FAILED, code="config")
    assert execution_of(resources, schedule).state == states.FAILED
    with resources.database.read() as session:
        incident = session.scalars(select(Incident)).one()
    retried = retry_incident(
        resources.database, owner, str(incident.id), resources.settings, dry_run=False
    )
    tick(resources.database, settings=resources.settings)
    again = open_job(resources, schedule.id)
    assert (retried.retried, again.subject) == (1, training.subject)
    assert execution_of(resources, schedule).result["n_dat"] > 100


def test_a_retry_by_hand_goes_on_at_the_step_that_was_left(
    resources: Resources, owner: Actor, connected: tuple[str, int]
) -> None:
    schedule = begin(resources, owner, params_of(connected[0], None, "LIN"))
    work_on_step(resources, schedule.id)
    first = execution_of(resources, schedule)
    cancel_step(resources, owner, schedule)
    assert execution_of(resources, schedule).state == states.CANCELLED
    retry_execution(resources.database, owner, str(first.id))
    tick(resources.database, settings=resources.settings)
    assert open_job(resources, schedule.id).kind == "build_datasets"


def cancel_step(resources: Resources, owner: Actor, schedule: Schedule) -> None:
    number = str(execution_of(resources, schedule).id)
    cancel_execution(resources.jobs, owner, number)
    tick(resources.database, settings=resources.settings)


def test_a_stop_between_two_steps_begins_no_other(
    resources: Resources, owner: Actor, connected: tuple[str, int]
) -> None:
    schedule = begin(resources, owner, params_of(connected[0], None, "LIN"))
    end_job(resources, open_job(resources, schedule.id))  # the clock has not looked yet
    cancel_step(resources, owner, schedule)
    assert execution_of(resources, schedule).state == states.CANCELLED
    assert kinds_of(resources) == ["scheduled_work"]


@pytest.mark.parametrize(
    ("limits", "code", "state"),
    [
        ({"max_trainings": 1}, "rate_limited", "retrying"),
        ({"compute_hours": 1}, "quota_exhausted", states.FAILED),
    ],
)
def test_a_limit_of_its_owner_is_a_sentence_and_a_code(
    resources: Resources,
    owner: Actor,
    connected: tuple[str, int],
    limits: dict[str, int],
    code: str,
    state: str,
) -> None:
    schedule = begin(resources, owner, params_of(connected[0], None, "LIN"))
    work_on_step(resources, schedule.id)
    job = open_job(resources, schedule.id)
    end_job(resources, job)
    fill_limits(resources, owner)
    tick(resources.database, settings=replace(resources.settings, **limits))
    ended = execution_of(resources, schedule)
    assert (ended.state, ended.error_code) == (state, code), ended.error
    assert ended.error.startswith(("You may train", "Your trainings took"))


def fill_limits(resources: Resources, owner: Actor) -> None:
    """Let another forecasting run of the owner train since an hour and a half."""
    with resources.database.write() as unit:
        at = now()
        unit.session.add(
            Run(
                name="other",
                training_mode="centralized",
                task="forecasting",
                origin="trained",
                status="in_progress",
                start_time=at - timedelta(hours=2),
                owner_id=owner.user_id,
                visibility="private",
                source_path="x",
                config={},
                seed=0,
            )
        )
        add_spent(unit.session, owner.user_id, "forecasting", at, 3700.0)
