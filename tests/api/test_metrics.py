"""What Prometheus reads, parsed by its own library."""

import json
import os
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from quart import Quart

from app.clock import now
from app.resources import Resources
from app.supervisor.home import Home
from tests.factories.alive import all_alive
from tests.factories.callers import Caller
from tests.factories.outages import away
from tests.factories.runs import make_job, make_run
from tests.support.databases import ON_ONE_DATABASE
from wsgi import create_web

SCRAPER = {"scope_base": {"client": ("127.0.0.1", 40000)}}


@pytest.fixture
def app(resources: Resources) -> Quart:
    """An application of its own: the shared one has counted the requests of other tests."""
    return create_web(resources)


async def scraped(caller: Caller, **options) -> dict:
    """Return {name: {labels: value}} of every sample."""
    response = await caller.call("GET", "/metrics", **SCRAPER, **options)
    assert response.status_code == 200
    assert response.content_type.startswith("text/plain; version=0.0.4")
    samples: dict = {}
    for family in text_string_to_metric_families(await response.get_data(as_text=True)):
        for sample in family.samples:
            labels = tuple(sorted(sample.labels.items()))
            samples.setdefault(sample.name, {})[labels] = sample.value
    return samples


def of(**labels: str) -> tuple:
    return tuple(sorted(labels.items()))


async def test_runs_queues_leases_workers_and_disks_are_measured(member: Caller) -> None:
    all_alive(member.resources)
    run = make_run(member.database, member.id)
    make_job(member.database, run, "queued", created_at=now() - timedelta(seconds=90))
    make_job(member.database, run, "running", lease_until=now().timestamp() - 20)
    scrape = await scraped(member)
    assert scrape["roundhouse_runs"][of(state=run.status)] == 1
    assert scrape["roundhouse_runs"][of(state="failed")] == 0
    assert scrape["roundhouse_jobs"][of(queue="train", state="queued")] == 1
    assert scrape["roundhouse_queue_oldest_seconds"][of(queue="train")] == pytest.approx(90, abs=20)
    assert scrape["roundhouse_job_lease_lag_seconds"][()] == pytest.approx(20, abs=20)
    assert scrape["roundhouse_workers"][of(queue="train")] == 1
    assert scrape["roundhouse_database_up"][()] == scrape["roundhouse_redis_up"][()] == 1
    assert all(size > 0 for size in scrape["roundhouse_disk_free_bytes"].values())
    assert dict(next(iter(scrape["roundhouse_info"])))["version"].count(".") == 2


async def test_restarts_of_processes_are_measured(member: Caller) -> None:
    folder = member.resources.settings.home
    entry = {"name": "clock", "pid": os.getpid(), "since": now().isoformat(), "restarts": 2}
    state = {"pid": os.getpid(), "started_at": now().isoformat(), "processes": [entry]}
    with Home(folder):
        (folder / "supervisor.json").write_text(json.dumps(state))
        found = await scraped(member)
    assert found["roundhouse_process_restarts"][of(process="clock")] == 2
    assert found["roundhouse_process_memory_bytes"][of(process="clock")] > 1_000_000


async def test_requests_are_counted_by_their_template_and_statements_are_timed(
    member: Caller,
) -> None:
    for number in (7, 8, 9):
        await member.get(f"/api/runs/{number}", 404)
    await member.call("GET", "/no/such/page")
    await member.call("BREW", "/api/runs/7")
    scrape = await scraped(member)
    counted = scrape["roundhouse_http_requests_total"]
    assert counted[of(method="GET", route="/api/runs/<run_id>", status="404")] == 3
    assert counted[of(method="GET", route="/<path:path>", status="404")] == 1
    assert counted[of(method="other", route="unmatched", status="405")] == 1
    assert not any(re.search(r"\d", dict(labels)["route"]) for labels in counted)
    assert scrape["roundhouse_database_statement_duration_seconds_count"][()] >= 3


async def test_the_delay_of_a_delivered_event_is_measured(member: Caller, app) -> None:
    app.extensions["instruments"].note_delivery((now() - timedelta(seconds=3)).isoformat())
    scrape = await scraped(member)
    assert scrape["roundhouse_event_delivery_seconds_count"][()] == 1
    assert scrape["roundhouse_event_delivery_seconds_sum"][()] == pytest.approx(3, abs=1)


async def test_a_missing_database_is_a_measurement_and_no_error(member: Caller) -> None:
    with away(member.database):
        scrape = await scraped(member, headers={"Authorization": ""})
    assert scrape["roundhouse_database_up"][()] == 0
    assert "roundhouse_runs" not in scrape


@pytest.mark.parametrize(
    ("peer", "forwarded", "status"),
    [("127.0.0.1", None, 200), ("::1", None, 200), ("192.0.2.7", None, 401),
     ("10.2.0.9", None, 200),
     ("127.0.0.1", "192.0.2.7", 401),  # a proxy on this host that nobody has named
     ("10.1.0.1", "192.0.2.7", 401), ("10.1.0.1", "10.2.0.9", 200)],
)  # fmt: skip
@ON_ONE_DATABASE
async def test_only_listed_addresses_need_no_token(
    resources: Resources, peer: str, forwarded: str | None, status: int
) -> None:
    listed = ("127.0.0.0/8", "::1/128", "10.2.0.0/16")
    settings = replace(resources.settings, metrics_allow=listed, trusted_proxies=("10.1.0.0/16",))
    parts = replace(resources, settings=settings)
    web = create_web(parts)
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = {"headers": headers, "scope_base": {"client": (peer, 40000)}}
    stranger, member = Caller(web, parts, None), Caller(web, parts, "member")
    assert (await stranger.call("GET", "/metrics", **request)).status_code == status
    assert (await member.call("GET", "/metrics", **request)).status_code == 200
