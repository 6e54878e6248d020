"""A picture is drawn by a worker: a real one, none, one that is busy, one that fails."""

import asyncio
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.db.uow import NewJob
from app.factory import serve_with
from app.jobs import states
from app.jobs.queues import IO
from app.models.job import Job
from app.resources import Resources
from app.settings import Settings
from blueprints.forecasting import drawing
from blueprints.forecasting.drawing import WAIT_AT_ONCE, drawn_plot
from harness.eventually import eventually_async
from services.forecasting.files.create import PREFIX
from services.forecasting.plots import JOB_KIND
from services.forecasting.plots.create import RequestedPlot, create_plot
from services.forecasting.plots.drawn import drawing_key, png_key, put_drawing
from services.forecasting.plots.errors import PlotFailed
from services.forecasting.plots.perform import perform_plot
from tests.factories.callers import Caller
from tests.factories.datasets import built, claimed
from tests.factories.sessions import make_session
from tests.support.databases import ON_ONE_DATABASE
from tests.support.io_worker import io_registered, io_worker, plots_drawn

BASE = "/api/training"
HOURS = 24 * 8
ON = {"df_plot_in": {"load": True}, "df_plot_out": {"load": True}}


@pytest.fixture
def wire_id(member: Caller, resources: Resources, tmp_path: Path) -> str:
    wire_id = make_session(resources, member.actor, tmp_path, HOURS)
    built(resources, member.actor, wire_id)
    return wire_id


def with_patience(app, resources: Resources, seconds: str) -> None:
    """Let the application wait so long for a worker."""
    more = {"ROUNDHOUSE_PLOT_WAIT_SECONDS": seconds}
    settings = Settings.from_env({**resources.settings.environment(), **more})
    serve_with(app, replace(resources, settings=settings))


def jobs_of(resources: Resources) -> list[str]:
    """Return the states of all jobs that draw."""
    with resources.database.read() as session:
        rows = session.scalars(select(Job).where(Job.kind == JOB_KIND).order_by(Job.id))
        return [row.state for row in rows]


def left_in(resources: Resources) -> list[str]:
    """Return what lies in the store for plots."""
    return [one.key for one in resources.store.list(f"{PREFIX}plots/")]


@pytest.mark.full
@ON_ONE_DATABASE
async def test_a_real_worker_draws_and_nothing_is_left(member, resources, app, wire_id) -> None:
    with_patience(app, resources, "60")
    with io_worker(resources):
        answer = await member.post(f"{BASE}/create-plots/{wire_id}", ON, 200)
    assert answer["plot_data"].startswith("data:image/png;base64,iVBOR")
    assert (jobs_of(resources), left_in(resources)) == ([states.SUCCEEDED], [])


@ON_ONE_DATABASE
async def test_without_a_worker_the_answer_comes_at_once_and_nothing_is_queued(
    member, resources, wire_id
) -> None:
    response = await member.call("POST", f"{BASE}/create-plots/{wire_id}", json=ON)
    assert (response.status_code, response.body["code"]) == (503, "PLOT_NOT_DRAWN")
    assert response.headers["Retry-After"] == "10"
    assert response.body["error"].startswith("No worker for short jobs is running")
    assert (jobs_of(resources), left_in(resources)) == ([], [])
    wrong = {"plot_settings": {"num_sbpl": 0}, **ON}
    await member.post(f"{BASE}/create-plots/{wire_id}", wrong, 400)  # what is wrong comes first


@ON_ONE_DATABASE
async def test_where_all_workers_are_busy_the_answer_says_so_and_nobody_draws_later(
    member, resources, app, wire_id
) -> None:
    io_registered(resources)
    with_patience(app, resources, "0.05")
    body = {"session_id": wire_id, **ON}
    once = {"headers": {"Idempotency-Key": "one"}}
    for _ in range(2):  # the key is not used up by what was not drawn
        response = await member.call("POST", f"{BASE}/generate-plot", json=body, **once)
        assert (response.status_code, response.body["code"]) == (503, "PLOT_NOT_DRAWN")
        assert response.headers["Retry-After"] == "10"
        assert response.body["error"].startswith("All workers are busy")
    assert jobs_of(resources) == [states.CANCELLED] * 2
    assert left_in(resources) == []


@ON_ONE_DATABASE
async def test_a_drawing_that_broke_is_answered_with_its_sentence(
    member, resources, wire_id
) -> None:
    def refuse(_drawing: object) -> bytes:
        raise PlotFailed("Drawing took too long: choose fewer samples or variables.")

    with plots_drawn(resources, refuse):
        answer = await member.post(f"{BASE}/create-plots/{wire_id}", ON, 503)
    assert answer["code"] == "PLOT_GENERATION_ERROR"
    assert answer["error"] == "Drawing took too long: choose fewer samples or variables."
    assert (jobs_of(resources), left_in(resources)) == ([states.FAILED], [])


@ON_ONE_DATABASE
async def test_those_who_wait_keep_no_thread_and_no_connection_from_others(
    member, resources, app, wire_id
) -> None:
    io_registered(resources)
    with_patience(app, resources, "60")
    path = f"{BASE}/create-plots/{wire_id}"
    waiting = [asyncio.create_task(member.call("POST", path, json=ON)) for _ in range(WAIT_AT_ONCE)]
    await eventually_async(lambda: len(jobs_of(resources)) == WAIT_AT_ONCE)
    answer = await member.post(path, ON, 503)
    assert answer["error"] == "Too many plots wait to be drawn. Try again in a moment."
    assert (await member.get(f"{BASE}/plot-data/{wire_id}"))["success"]
    with plots_drawn(resources, lambda _: b"\x89PNG"):
        drawn = await asyncio.gather(*waiting)
    assert [one.status_code for one in drawn] == [200] * WAIT_AT_ONCE
    assert {one.body["plot_data"] for one in drawn} == {"data:image/png;base64,iVBORw=="}
    assert left_in(resources) == []


def drawn_late(resources: Resources, member: Caller, *, waited: float, gone: bool) -> str:
    """Return the state of a job after a worker took it, and draw nothing."""
    name = put_drawing(resources.store, {})
    with resources.database.write() as unit:
        job = unit.enqueue(NewJob(kind=JOB_KIND, queue=IO, subject=name, owner_id=member.id))
    if gone:
        resources.store.delete(drawing_key(name))
    attempt = claimed(resources, job.id)
    parts = resources.database, resources.store
    perform_plot(name, job.id, attempt, *parts, lambda _: pytest.fail("drawn"), waited)
    assert not resources.store.exists(png_key(name))
    with resources.database.read() as session:
        return session.get_one(Job, job.id).state


@ON_ONE_DATABASE
async def test_a_worker_draws_nothing_for_whom_nobody_waits(member, resources) -> None:
    assert drawn_late(resources, member, waited=0.0, gone=False) == states.CANCELLED
    assert drawn_late(resources, member, waited=60.0, gone=True) == states.CANCELLED


@ON_ONE_DATABASE
async def test_nobody_draws_for_a_client_that_hangs_up_while_it_waits(
    member, resources, app, wire_id
) -> None:
    io_registered(resources)
    with_patience(app, resources, "60")
    async with app.app_context():
        waiting = asyncio.create_task(drawn_plot(member.actor, wire_id, ON))
        await eventually_async(lambda: jobs_of(resources) == [states.QUEUED])
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert (jobs_of(resources), left_in(resources)) == ([states.CANCELLED], [])


@ON_ONE_DATABASE
async def test_nobody_draws_for_a_client_that_hangs_up_before_anything_is_queued(
    member, resources, app, wire_id, monkeypatch
) -> None:
    io_registered(resources)
    has_begun, may_queue = threading.Event(), threading.Event()

    def queue_late(*args: Any) -> RequestedPlot:
        has_begun.set()
        assert may_queue.wait(60)
        return create_plot(*args)

    monkeypatch.setattr(drawing, "create_plot", queue_late)
    async with app.app_context():
        waiting = asyncio.create_task(drawn_plot(member.actor, wire_id, ON))
        await asyncio.to_thread(has_begun.wait, 60)
        waiting.cancel()
        may_queue.set()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    assert (jobs_of(resources), left_in(resources)) == ([states.CANCELLED], [])
