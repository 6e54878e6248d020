"""What the scheduler and the connections measure, parsed by Prometheus' own library."""

from datetime import timedelta

import pytest

from app.clock import now
from app.jobs import states
from app.models.connection import ServiceConnection
from app.models.schedule import Schedule
from app.resources import Resources
from services.scheduler.dispatch.tick import tick
from tests.api.test_metrics import app, of, scraped  # noqa: F401 - a fixture
from tests.factories.callers import Caller
from tests.factories.connections import make_connection
from tests.factories.outages import away
from tests.factories.schedules import EACH_MINUTE, URL, end_job, later, make_due, open_job, rest

KIND = "training.run"


async def test_executions_their_times_retries_and_lags_are_measured(
    member: Caller, resources: Resources
) -> None:
    number = (await member.post(URL, EACH_MINUTE, 201))["id"]
    due = make_due(resources, number, minutes=2)
    tick(resources.database)
    rest(resources)
    waited = await scraped(member)
    assert waited["roundhouse_scheduler_queue_depth"][of(queue="train")] == 1
    assert waited["roundhouse_scheduler_queue_depth"][of(queue="io")] == 0
    assert waited["roundhouse_scheduler_queue_age_seconds"][of(queue="train")] < 600
    end_job(resources, open_job(resources, number), states.FAILED, code="network")
    later(resources, 310)
    end_job(resources, open_job(resources, number))
    scrape = await scraped(member)
    executions = scrape["roundhouse_scheduler_executions_total"]
    assert executions[of(kind=KIND, outcome="succeeded")] == 1
    assert executions[of(kind=KIND, outcome="failed")] == 0
    assert executions[of(kind=KIND, outcome="skipped")] == 2
    assert executions[of(kind="retention.sweep", outcome="succeeded")] == 0
    assert scrape["roundhouse_scheduler_retries_total"][of(kind=KIND)] == 1
    took = scrape["roundhouse_scheduler_execution_seconds_count"]
    assert took == {of(kind=KIND): 1}
    assert scrape["roundhouse_scheduler_execution_seconds_bucket"][of(kind=KIND, le="+Inf")] == 1
    lag = scrape["roundhouse_scheduler_tick_lag_seconds_sum"][of(kind=KIND)]
    assert lag == pytest.approx((now() - due).total_seconds(), abs=60)
    buckets = scrape["roundhouse_scheduler_tick_lag_seconds_bucket"]
    assert (buckets[of(kind=KIND, le="100.0")], buckets[of(kind=KIND, le="1000.0")]) == (0, 1)


async def test_circuits_overdue_times_and_tokens_are_measured(
    member: Caller, resources: Resources
) -> None:
    number = (await member.post(URL, EACH_MINUTE, 201))["id"]
    other = (await member.post(URL, EACH_MINUTE, 201))["id"]
    connection = make_connection(resources, member.id)
    late = now() - timedelta(seconds=50)
    with resources.database.write() as unit:
        unit.session.get_one(Schedule, number).state = "needs_intervention"
        unit.session.get_one(Schedule, other).due_at = late
        row = unit.session.get_one(ServiceConnection, connection)
        row.expires_at = now() + timedelta(hours=1)
    scrape = await scraped(member)
    circuits = scrape["roundhouse_scheduler_schedules"]
    assert circuits[of(kind=KIND, state="needs_intervention")] == 1
    assert circuits[of(kind=KIND, state="active")] == 1
    assert circuits[of(kind=KIND, state="cooling_off")] == 0
    assert scrape["roundhouse_scheduler_overdue_seconds"][()] == pytest.approx(50, abs=40)
    expiry = scrape["roundhouse_connections_token_expiry_seconds"]
    assert expiry == {of(platform="gsc"): pytest.approx(3600, abs=60)}


async def test_without_a_database_the_domains_measure_nothing(member: Caller) -> None:
    with away(member.database):
        scrape = await scraped(member, headers={"Authorization": ""})
    assert not [name for name in scrape if name.startswith("roundhouse_scheduler_")]
