"""Connections over HTTP: signed in, given a property, refreshed, disconnected."""

import asyncio
import dataclasses
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import select, text, update

from app.clock import now
from app.db.engine import Database
from app.jobs import states
from app.models.audit import AuditEntry
from app.models.connection import ConnectionDay, OAuthState, ServiceConnection
from app.models.job import Job
from app.resources import Resources
from app.settings import Settings
from harness.plain_http import NO_CERTIFICATES
from services.connections.refresh import refresh
from services.connections.sweep import sweep_connections
from services.connections.types import Here
from services.domains import JOBS
from services.scheduler.codes.errors import AccessRevoked, QuotaExhausted, RateLimited, ThingGone
from services.scheduler.dispatch.tick import tick
from tests.api.test_forecasting_files import rows, upload
from tests.factories.callers import Caller
from tests.factories.connections import SITE, make_connection
from tests.factories.people import make_user
from tests.support.connectors import connector_servers, module, recent_days
from tests.support.databases import ON_ONE_DATABASE
from workers.attempt import Attempt
from workers.connections import check_connection, refresh_connection
from workers.runtime import _work
from workers.scheduler import perform_scheduled

PATH = "/api/connections"
CLIENT_SECRET = "client-secret-8812"
DAYS = 7
HANDLERS = {"check_connection": check_connection, "refresh_connection": refresh_connection}
HANDLERS |= {"scheduled_work": perform_scheduled}


@pytest.fixture(scope="module")
def running():
    with connector_servers() as servers:
        yield servers


@pytest.fixture
def servers(running):
    """The servers with seven days that end yesterday, the last three of them not final."""
    running.reset()
    running.state.data = recent_days(DAYS)
    return running


@pytest.fixture
def settings(settings: Settings, servers) -> Settings:
    return dataclasses.replace(
        settings,
        gsc_client_id="client",
        gsc_client_secret=CLIENT_SECRET,
        gsc_base_url=servers.base,
    )


async def work(resources: Resources) -> list[str]:
    """Do every job that waits, as a worker does; return how they ended."""
    return await asyncio.to_thread(work_here, resources)


def work_here(resources: Resources) -> list[str]:
    waiting = select(Job).where(Job.state == states.QUEUED).order_by(Job.id)
    with resources.database.read() as session:
        jobs = session.scalars(waiting).all()
    for job in jobs:
        claim = resources.jobs.claim(job.id, "test")
        assert claim is not None
        _work(Attempt(resources.jobs, claim), resources, HANDLERS[job.kind])
    with resources.database.read() as session:
        return [session.get_one(Job, job.id).state for job in jobs]


async def sign_in(caller: Caller, **more: object) -> tuple[str, str]:
    """Return the state and the code with which the platform leads somebody back."""
    began = await caller.post(PATH, {"platform": "gsc", **more}, 201)
    answer = httpx.get(began["authorize_url"], verify=NO_CERTIFICATES, timeout=60)
    back = urlsplit(answer.headers["location"])
    assert back.path == "/connections/callback"
    query = parse_qs(back.query)
    return query["state"][0], query["code"][0]


async def run_now(caller: Caller, resources: Resources, schedule_id: int) -> None:
    """Start a schedule by hand, as far as its job."""
    await caller.post(f"/api/scheduler/schedules/{schedule_id}/run-now", status=202)
    tick(resources.database)


async def connect(caller: Caller, resources: Resources) -> str:
    """Connect an account and choose its first property; return the connection's address."""
    state, code = await sign_in(caller)
    made = await caller.post(f"{PATH}/callback", {"state": state, "code": code})
    assert await work(resources) == [states.SUCCEEDED]
    path = f"{PATH}/{made['id']}"
    await caller.patch(path, {"site": SITE})
    return path


def series_of(servers) -> dict[str, tuple[int, int]]:
    """Return the final days of the servers' data, from the first to the last."""
    data = servers.state.data
    sums = module()._sums(data.rows("final"), lambda row: row["date"])
    days = [str(day) for day in data.days if day <= data.final_until]
    return {day: sums.get(day, (0, 0)) for day in days}


async def test_an_account_is_connected_a_property_chosen_and_its_days_are_a_csv_series(
    member, resources, servers
):
    listed = await member.get(PATH)
    assert listed["items"] == []
    by_name = {one["platform"]: one["missing_settings"] for one in listed["platforms"]}
    assert by_name["gsc"] == []
    assert by_name["bing"] == ["ROUNDHOUSE_BING_CLIENT_ID", "ROUNDHOUSE_BING_CLIENT_SECRET"]

    path = await connect(member, resources)
    shown = await member.get(path)
    assert (shown["state"], shown["site"], shown["checking"]) == ("active", SITE, False)
    assert [one["usable"] for one in shown["sites"]] == [True, True, False]
    assert shown["last_check"]["result"]["usable_sites"] == 2

    queued = await member.post(f"{path}/refresh", status=202)
    assert queued["refreshing"] is True
    await member.post(f"{path}/refresh", status=202)  # it waits already
    assert await work(resources) == [states.SUCCEEDED]
    shown = await member.get(path)
    expected = series_of(servers)
    result = shown["last_refresh"]["result"]
    assert (result["days"], result["new_days"], shown["refreshing"]) == (5, 5, False)
    assert {result["first_day"], result["last_day"]} == {min(expected), max(expected)}

    text_ = (await (await member.call("GET", f"{path}/series.csv")).get_data()).decode()
    head, *rows = text_.splitlines()
    assert head == "date,clicks,impressions,ctr,position"
    cells = [row.split(",") for row in rows]
    assert {day: (int(c), int(i)) for day, c, i, *_ in cells} == expected
    (empty,) = [row for row in cells if row[2] == "0"]
    assert empty[3:] == ["", ""]
    series = await member.get(f"{path}/series")
    assert [one["day"] for one in series["days"]] == list(expected)

    await member.post(f"{path}/refresh", status=202)
    assert await work(resources) == [states.SUCCEEDED]
    result = (await member.get(path))["last_refresh"]["result"]
    assert (result["new_days"], result["changed_days"], result["days"]) == (0, 0, 5)
    sent = servers.log("gsc.query")[-1]["body"]
    assert sent["startDate"] >= sorted(expected)[2]  # the last three days, not all of them

    logs = await member.get(f"/api/oauth-tokens/execution-logs/{member.id}?limit=2")
    assert [one["kind"] for one in logs["logs"]] == ["dataset.refresh"] * 2
    assert (logs["total_count"], logs["has_more"]) == (3, True)


async def test_the_series_is_taken_by_a_forecasting_session_as_it_is(
    member, resources, servers, reads_here
):
    path = await connect(member, resources)
    await member.post(f"{path}/refresh", status=202)
    await work(resources)
    response = await member.call("GET", f"{path}/series.csv")
    made = await upload(member, text=(await response.get_data()).decode())
    files = await rows(member, made["sessionId"])
    assert sorted(one["bezeichnung"] for one in files)[1:] == ["ctr", "impressions", "position"]
    assert {one["datenpunkte"] for one in files} <= {4, 5}


@ON_ONE_DATABASE
async def test_a_forged_used_expired_or_foreign_state_is_refused_and_nothing_is_sent(
    member, colleague, resources, servers
):
    state, code = await sign_in(member)

    async def refused(caller, state_):
        body = {"state": state_, "code": code}
        return (await caller.post(f"{PATH}/callback", body, 400))["code"]

    assert await refused(member, "made up") == "oauth_state_refused"
    assert await refused(colleague, state) == "oauth_state_refused"
    assert servers.log("google.token") == []
    await member.post(f"{PATH}/callback", {"state": state, "code": code})
    assert await refused(member, state) == "oauth_state_refused"

    late, code = await sign_in(member)
    with resources.database.write() as unit:
        unit.session.execute(update(OAuthState).values(expires_at=now() - timedelta(seconds=1)))
    assert await refused(member, late) == "oauth_state_refused"
    assert len(servers.log("google.token")) == 1
    assert len((await member.get(PATH))["items"]) == 1
    assert (await colleague.get(PATH))["items"] == []


@ON_ONE_DATABASE
async def test_who_does_not_agree_or_brings_a_wrong_code_is_told_so_and_nothing_is_stored(
    member, resources, servers
):
    state, _ = await sign_in(member)
    refused = await member.post(f"{PATH}/callback", {"state": state, "error": "access_denied"}, 400)
    assert refused["detail"] == (
        "Google Search Console gave no access (access_denied): nothing was connected."
    )
    state, _ = await sign_in(member)
    wrong = {"state": state, "code": "none"}
    assert (await member.post(f"{PATH}/callback", wrong, 400))["code"] == "sign_in_refused"
    state, code = await sign_in(member)
    servers.switch("google.token", "503")
    back = {"state": state, "code": code}
    assert (await member.post(f"{PATH}/callback", back, 409))["code"] == "sign_in_failed"
    assert "code" in (await member.post(f"{PATH}/callback", {"state": "x"}, 422))["errors"]
    assert (await member.get(PATH))["items"] == []


@ON_ONE_DATABASE
async def test_access_that_was_withdrawn_needs_a_person_and_a_new_sign_in_mends_it(
    member, resources, servers
):
    number = make_connection(resources, member.id)
    path = f"{PATH}/{number}"
    servers.switch("google.token", "invalid_grant")
    await member.post(f"{path}/refresh", status=202)
    assert await work(resources) == [states.FAILED]
    shown = await member.get(path)
    assert (shown["state"], shown["last_refresh"]["code"]) == ("needs_sign_in", "auth_revoked")
    assert shown["last_refresh"]["advice"].startswith("Access was withdrawn")
    refused = await member.post(f"{path}/refresh", status=409)
    assert refused["code"] == "connection_unusable"
    before = len(servers.log())
    with pytest.raises(AccessRevoked):
        await asyncio.to_thread(refresh, Here.of(resources.database, resources.settings), number)
    assert len(servers.log()) == before
    status = await member.get(f"/api/oauth-tokens/status/{member.id}")
    (token,) = status["tokens"]
    assert (token["connected"], token["status"]) == (False, "needs_intervention")

    servers.reset()
    state, code = await sign_in(member, connection_id=number)
    made = await member.post(f"{PATH}/callback", {"state": state, "code": code})
    assert (made["id"], made["state"]) == (number, "active")
    await member.post(f"{path}/refresh", status=202)
    assert set(await work(resources)) == {states.SUCCEEDED}


@ON_ONE_DATABASE
async def test_disconnecting_erases_the_tokens_keeps_the_days_and_is_for_good(
    member, resources, servers
):
    path = await connect(member, resources)
    number = int(path.rsplit("/", 1)[1])
    await member.post(f"{path}/refresh", status=202)
    await work(resources)
    assert (await member.call("DELETE", path)).status_code == 204
    assert (await member.get(PATH))["items"] == []
    with resources.database.read() as session:
        row = session.get_one(ServiceConnection, number)
        assert (row.state, row.tokens_encrypted, row.scopes) == ("archived", None, [])
        assert len(session.scalars(select(ConnectionDay)).all()) == 5
    await member.post(f"{path}/refresh", status=404)
    before = len(servers.log())
    with pytest.raises(ThingGone):
        await asyncio.to_thread(refresh, Here.of(resources.database, resources.settings), number)
    assert len(servers.log()) == before
    assert len((await member.get(f"{path}/series"))["days"]) == 5


@ON_ONE_DATABASE
async def test_without_settings_the_answer_names_them_and_a_property_has_to_be_of_the_account(
    member, colleague, admin, resources, servers
):
    refused = await member.post(PATH, {"platform": "bing"}, 409)
    assert refused["detail"] == (
        "Bing Webmaster cannot be connected: set ROUNDHOUSE_BING_CLIENT_ID and"
        " ROUNDHOUSE_BING_CLIENT_SECRET."
    )
    assert "platform" in (await member.post(PATH, {"platform": "yahoo"}, 422))["errors"]
    number = make_connection(resources, member.id, site=None)
    path = f"{PATH}/{number}"
    refused = await member.patch(path, {"site": "https://other.example/"}, 422)
    assert SITE in refused["errors"]["site"][0]
    assert (await member.post(f"{path}/refresh", status=409))["code"] == "connection_unusable"
    await colleague.get(path, 404)
    await colleague.post(PATH, {"platform": "gsc", "connection_id": number}, 404)
    await admin.post(PATH, {"platform": "gsc", "connection_id": number}, 404)
    await member.get(f"/api/oauth-tokens/status/{colleague.id}", 404)
    assert (await admin.get(f"/api/oauth-tokens/status/{member.id}"))["total"] == 1
    await member.post(f"/api/oauth-tokens/refresh/{member.id}/yahoo", {}, 422)
    checks = await member.post(f"/api/oauth-tokens/refresh/{member.id}/gsc", {}, 202)
    assert checks["connection_ids"] == [number]


@ON_ONE_DATABASE
async def test_no_secret_is_in_any_answer_log_table_or_failure(member, resources, servers, caplog):
    caplog.set_level("DEBUG")
    path = await connect(member, resources)
    servers.switch("gsc.query", "401_expired")
    await member.post(f"{path}/refresh", status=202)
    assert await work(resources) == [states.FAILED]
    assert (await member.get(path))["state"] == "needs_sign_in"
    other = make_connection(resources, member.id)
    servers.switch("google.token", "invalid_grant")
    await member.post(f"{PATH}/{other}/check", status=202)
    assert await work(resources) == [states.FAILED]
    answers = [
        await member.get(one)
        for one in (PATH, path, f"/api/oauth-tokens/status/{member.id}",
                    f"/api/oauth-tokens/execution-logs/{member.id}")
    ]  # fmt: skip
    everything = json.dumps(answers) + caplog.text + dumped(resources.database)
    tokens = servers.state.tokens
    for secret in (*tokens.access, *tokens.refresh, CLIENT_SECRET, "refresh-1"):
        assert secret not in everything


def dumped(database: Database) -> str:
    """Return every cell of every table as text."""
    with database.read() as session:
        names = session.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
        tables = [name for (name,) in names]
        return "".join(
            repr(row) for name in tables for row in session.execute(text(f'SELECT * FROM "{name}"'))
        )


@ON_ONE_DATABASE
async def test_what_is_over_is_swept_and_every_change_is_in_the_audit_log(
    member, resources, servers
):
    path = await connect(member, resources)
    await sign_in(member)
    with resources.database.write() as unit:
        unit.session.execute(update(OAuthState).values(expires_at=now() - timedelta(seconds=1)))
    sweep_connections(resources.database)
    await member.call("DELETE", path)
    with resources.database.read() as session:
        assert session.scalars(select(OAuthState)).all() == []
        actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [one for one in actions if one.startswith("connection")] == [
        "connection_signed_in",
        "connection_changed",
        "connection_disconnected",
    ]


def test_the_jobs_of_the_manifest_are_those_of_the_worker():
    for name, handler in HANDLERS.items():
        assert JOBS[name].handler == f"{handler.__module__}:{handler.__name__}"


def test_of_two_refreshes_at_once_one_renews_the_tokens_and_both_read(resources, servers):
    number = make_connection(resources, make_user(resources.database).id)
    servers.switch("google.token", "rotate")
    here = Here.of(resources.database, resources.settings)
    with ThreadPoolExecutor(2) as pool:
        ended = [one.result() for one in [pool.submit(refresh, here, number) for _ in range(2)]]
    assert [one["days"] for one in ended] == [5, 5]
    assert len(servers.log("google.token")) == 1
    servers.expire()
    with ThreadPoolExecutor(2) as pool:
        ended = [one.result() for one in [pool.submit(refresh, here, number) for _ in range(2)]]
    assert len(servers.log("google.token")) == 2
    with resources.database.read() as session:
        row = session.get_one(ServiceConnection, number)
        assert here.vault.tokens_of(row).refresh in servers.state.tokens.refresh
        assert (row.renewing_by, row.state) == (None, "active")


@ON_ONE_DATABASE
def test_a_second_load_quota_is_used_up_until_the_next_day_and_days_stay_whole(resources, servers):
    number = make_connection(resources, make_user(resources.database).id)
    here = Here.of(resources.database, resources.settings)
    servers.switch("gsc.query", "403_quota")
    with pytest.raises(RateLimited) as limited:
        refresh(here, number)
    assert limited.value.retry_after == 900
    with pytest.raises(QuotaExhausted) as exhausted:
        refresh(here, number, quota_was_hit=True)
    assert 0 < exhausted.value.retry_after <= 25 * 3600
    assert exhausted.value.reset_at > now()
    servers.reset()
    assert refresh(here, number, data_state="all")["days"] == 7
    assert refresh(here, number, data_state="all")["changed_days"] == 0
    with resources.database.read() as session:
        days = session.scalars(select(ConnectionDay).order_by(ConnectionDay.day)).all()
    assert [one.provisional for one in days] == [False] * 5 + [True] * 2


async def test_schedules_come_with_a_connection_refresh_it_and_go_with_it(
    member, colleague, resources, servers
):
    path = await connect(member, resources)
    listed = (await member.get("/api/scheduler/schedules"))["items"]
    by_kind = {one["kind"]: one for one in listed}
    assert set(by_kind) == {"dataset.refresh", "token.check"}
    number = int(path.rsplit("/", 1)[1])
    assert by_kind["dataset.refresh"]["params"] == {"connection_id": number, "data_state": "final"}
    again = await member.post(f"/api/oauth-tokens/create-tasks/{member.id}", {}, 200)
    assert again["created"] == 0

    for kind in ("token.check", "dataset.refresh"):
        await run_now(member, resources, by_kind[kind]["id"])
        assert await work(resources) == [states.SUCCEEDED]
    runs = (await member.get("/api/scheduler/runs"))["items"]
    results = {one["kind"]: one["result"] for one in runs}
    assert results["dataset.refresh"]["days"] == 5
    assert results["token.check"]["usable_sites"] == 2

    servers.switch("google.token", "invalid_grant")
    servers.expire()
    await run_now(member, resources, by_kind["dataset.refresh"]["id"])
    assert await work(resources) == [states.FAILED]
    stopped = await member.get(f"/api/scheduler/schedules/{by_kind['dataset.refresh']['id']}")
    assert stopped["state"] == "needs_intervention"
    servers.reset()
    state, code = await sign_in(member, connection_id=number)
    await member.post(f"{PATH}/callback", {"state": state, "code": code})
    after = (await member.get("/api/scheduler/schedules"))["items"]
    assert {one["state"] for one in after} == {"active"}

    foreign = {"kind": "token.check", "name": "x", "cron": "0 0 * * *"}
    foreign |= {"params": {"connection_id": number}}
    refused = await colleague.post("/api/scheduler/schedules", foreign, 422)
    assert list(refused["errors"]) == ["params.connection_id"]
    await member.call("DELETE", path)
    live = (await member.get("/api/scheduler/schedules"))["items"]
    assert [one["state"] for one in live if one["state"] != "archived"] == []
