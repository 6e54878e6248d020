"""What each rule of alerts measures, in rows of both databases."""

from datetime import timedelta

from sqlalchemy import insert, update

from app.clock import now
from app.metrics.durations import STATEMENTS
from app.models.connection import ServiceConnection
from app.models.schedule import DailyCounter, ExecutionAttempt, Schedule
from app.resources import Resources
from services.alerts import DASHBOARD
from services.scheduler.counters import count
from services.scheduler.dispatch.lateness import GRACE, note_lateness
from tests.factories.alerts import executions, history, look, stored
from tests.factories.overview import make_execution, make_schedule
from tests.factories.people import make_user


def test_too_many_failures_are_one_message_and_a_recovery_is_one_more(resources: Resources) -> None:
    owner = make_user(resources.database).id
    number = executions(resources, owner, 2, 20)
    counted(resources, owner, executed=18, failed=2)
    assert [look(resources), look(resources)] == [2, 0]  # the kind has too few successes as well
    (alert,) = stored(resources, "error_rate")
    assert (alert.state, alert.owner_id, alert.value) == ("firing", None, 10.0)
    assert alert.detail == ("10.0 % of 20 executions failed within 15 minutes; the limit is 5 %.")
    (kind,) = stored(resources, "task_success")
    assert (kind.scope, kind.title) == (
        "kind:site.analyse",
        "Too few executions of site.analyse succeed",
    )
    for _ in range(47):
        make_execution(resources, number, "succeeded")
    counted(resources, owner, executed=47)
    assert look(resources) == 2
    assert history(resources, "error_rate") == ["raised", "recovered"]


def counted(resources: Resources, owner_id: int, **more: int) -> None:
    with resources.database.write() as unit:
        count(unit.session, now(), owner_id, "site.analyse", **more)


def test_nineteen_failures_say_nothing_yet(resources: Resources) -> None:
    owner = make_user(resources.database).id
    executions(resources, owner, 19, 19)
    counted(resources, owner, failed=19)
    assert look(resources) == 0


def test_counters_that_differ_from_their_rows_for_ten_minutes_are_an_alert(
    resources: Resources,
) -> None:
    owner = make_user(resources.database).id
    executions(resources, owner, 1, 2)
    counted(resources, owner, executed=1)
    at = now()
    assert look(resources, at) == 0
    assert stored(resources, "counter_drift")[0].state == "pending"
    assert look(resources, at + timedelta(minutes=10)) == 1
    counted(resources, owner, failed=1)
    assert look(resources, at + timedelta(minutes=11)) == 1
    assert stored(resources, "counter_drift")[0].state == "recovered"
    with resources.database.write() as unit:
        unit.session.execute(update(DailyCounter).values(failed=0))


def test_attempts_that_nobody_ended_are_an_alert(resources: Resources) -> None:
    owner = make_user(resources.database).id
    number = make_execution(resources, make_schedule(resources, owner), "running", finished_at=None)
    long_ago = now() - timedelta(minutes=5)
    row = {"execution_id": number, "number": 1, "state": "running", "created_at": long_ago}
    with resources.database.write() as unit:
        unit.session.execute(insert(ExecutionAttempt).values(row))
    at = now()
    look(resources, at)
    look(resources, at + timedelta(minutes=1))
    (alert,) = stored(resources, "reconcile_failed")
    assert (alert.state, alert.detail) == ("firing", "The clock could not end 1 of them.")


def test_connections_without_a_schedule_for_half_an_hour_are_an_alert(resources: Resources) -> None:
    owner = make_user(resources.database).id
    ids = [connect(resources, owner, "active") for _ in range(2)]
    make_schedule(resources, owner, kind="token.check", params={"connection_id": ids[0]})
    at = now()
    look(resources, at)
    assert look(resources, at + timedelta(minutes=30)) == 1
    (alert,) = stored(resources, "unwatched_connections")
    assert alert.detail == "Nothing comes for 1 of 2 connections."
    make_schedule(
        resources, owner, kind="token.check", state="paused", params={"connection_id": ids[1]}
    )
    assert look(resources, at + timedelta(minutes=31)) == 1  # a pause is meant


def connect(resources: Resources, owner_id: int, state: str) -> int:
    at = now()
    row = ServiceConnection(
        owner_id=owner_id, platform="gsc", state=state, sites=[], scopes=[],
        created_at=at, updated_at=at,
    )  # fmt: skip
    with resources.database.write() as unit:
        unit.session.add(row)
    return row.id


def test_a_connection_that_needs_its_owner_is_theirs(resources: Resources) -> None:
    owner = make_user(resources.database).id
    number = connect(resources, owner, "needs_sign_in")
    assert look(resources) == 1
    (alert,) = stored(resources, "sign_in_again")
    assert (alert.owner_id, alert.scope) == (owner, f"connection:{number}")
    assert alert.title == "Google Search Console needs you to sign in again"


def test_an_owner_who_is_skipped_again_and_again_hears_of_it(resources: Resources) -> None:
    owner, other = make_user(resources.database).id, make_user(resources.database).id
    number, another = make_schedule(resources, owner), make_schedule(resources, other)
    for _ in range(6):
        make_execution(resources, number, "skipped", skip_reason="overlapped")
        make_execution(resources, another, "skipped", skip_reason="unchanged")
    assert look(resources) == 1
    (alert,) = stored(resources, "owner_skipped")
    assert (alert.owner_id, alert.value) == (owner, 6.0)


def test_a_circuit_that_opens_and_then_needs_a_person_is_one_alert(resources: Resources) -> None:
    owner = make_user(resources.database).id
    number = make_schedule(resources, owner, state="cooling_off", failures=3, name="Nightly")
    assert look(resources) == 1
    move(resources, number, state="half_open")
    assert look(resources) == 0
    move(resources, number, state="needs_intervention", error_code="auth_revoked")
    assert look(resources) == 1
    (alert,) = stored(resources, "circuit_open")
    assert (alert.title, alert.severity) == ("Nightly needs you", "critical")
    assert "It failed 3 times in a row" in alert.detail
    move(resources, number, state="active")
    assert look(resources) == 1
    assert history(resources, "circuit_open") == ["raised", "reminder", "recovered"]


def move(resources: Resources, number: int, **values: object) -> None:
    with resources.database.write() as unit:
        unit.session.execute(update(Schedule).where(Schedule.id == number).values(**values))


def test_one_that_no_worker_takes_is_an_alert_until_it_begins(resources: Resources) -> None:
    owner = make_user(resources.database).id
    number = make_schedule(resources, owner, name="Nightly")
    waiting = {"source": "schedule", "attempt": 0, "started_at": None, "finished_at": None}
    make_execution(resources, number, "queued", **waiting)
    at = now() + GRACE
    note_lateness(resources.database, at)
    assert look(resources, at) == 1
    (alert,) = stored(resources, "not_begun")
    assert (alert.title, alert.detail) == (
        "Nightly has not begun in time",
        "No worker has taken it yet.",
    )
    assert (alert.owner_id, alert.href) == (owner, f"/schedules/{number}")


def test_one_that_is_not_over_by_its_time_is_an_alert(resources: Resources) -> None:
    owner = make_user(resources.database).id
    number = make_schedule(resources, owner, name="Nightly", longest=60)
    make_execution(resources, number, "running", finished_at=None)
    at = now() + timedelta(seconds=70)
    note_lateness(resources.database, at)
    assert look(resources, at) == 1
    (alert,) = stored(resources, "not_over")
    assert alert.title == "Nightly takes long"
    assert alert.detail == "It has taken longer than the 60 seconds of its schedule."


def test_three_times_its_own_usual_time_is_an_alert_after_five_executions(
    resources: Resources,
) -> None:
    owner = make_user(resources.database).id
    number = make_schedule(resources, owner, name="Nightly")
    at = now()
    for place in range(4):
        took(resources, number, 40 + place)
    make_execution(resources, number, "running", finished_at=None, started_at=at)
    late = at + timedelta(seconds=3 * 44 + 1)
    assert look(resources, late) == 0  # four say nothing
    took(resources, number, 44)
    assert look(resources, at + timedelta(seconds=3 * 44)) == 0
    assert look(resources, late) == 1
    (alert,) = stored(resources, "takes_long")
    assert alert.detail == "It has run for 133 s; 95 % of the last 5 took 44 s at most."


def took(resources: Resources, number: int, seconds: float) -> None:
    ended = now()
    began = ended - timedelta(seconds=seconds)
    make_execution(resources, number, "succeeded", started_at=began, finished_at=ended)


def test_a_slow_dashboard_is_an_alert(resources: Resources) -> None:
    for seconds in (0.1, 0.1, 0.1, 3.5):
        resources.minutes.observe(DASHBOARD, seconds)
    assert look(resources) == 0  # four say nothing
    resources.minutes.observe(DASHBOARD, 3.4)
    assert look(resources) == 1
    assert stored(resources, "dashboard_slow")[0].state == "firing"
    assert look(resources, now() + timedelta(minutes=6)) == 1  # nobody looks at it any more
    assert stored(resources, "dashboard_slow")[0].state == "recovered"


def test_five_slow_statements_within_five_minutes_are_an_alert(resources: Resources) -> None:
    for seconds in (0.6, 0.7, 0.8, 0.9, 0.4):
        resources.minutes.observe(STATEMENTS, seconds)
    assert look(resources) == 0
    resources.minutes.observe(STATEMENTS, 0.6)
    assert look(resources) == 1
    assert stored(resources, "slow_statements")[0].detail.startswith("5 statements took ")


def test_while_redis_is_away_nothing_is_said_of_what_it_counts(
    resources: Resources, monkeypatch
) -> None:
    for _ in range(5):
        resources.minutes.observe(DASHBOARD, 9.0)
    assert look(resources) == 1
    monkeypatch.setattr(resources.minutes, "read", lambda *_: None)
    assert look(resources, now() + timedelta(minutes=6)) == 0
    assert stored(resources, "dashboard_slow")[0].state == "firing"
