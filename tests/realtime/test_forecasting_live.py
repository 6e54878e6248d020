"""The live events of forecasting sessions, over a real socket and from real trainings."""

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.auth.actor import Actor
from app.events.log import read_page
from app.models.forecasting import ForecastSession
from app.models.run import Run
from app.realtime.extension import Connection, TopicWatcher
from blueprints.forecasting.live import MAX_ROOMS
from blueprints.forecasting.live_session import RunWatcher
from harness.eventually import PATIENCE_SECONDS, eventually_async
from harness.live_client import LiveClient
from harness.plain_http import NO_CERTIFICATES
from harness.site import Site
from services.forecasting.create import init_session
from services.forecasting.datasets.events import DatasetStatusUpdate
from services.forecasting.domain import progress as scale
from services.forecasting.engine import fit
from services.forecasting.engine.bounded_importance import bounded_importance
from services.forecasting.engine.bundle import write_bundle
from services.forecasting.engine.classical import forecast_classical
from services.forecasting.live import live_session
from services.forecasting.topics import subject_of
from services.forecasting.training.context import RunCheckpoints, RunContext
from services.forecasting.training.progress import ProgressReport
from services.forecasting.training.start import TrainingRequest, start_training
from services.forecasting.training.train import train_model
from services.runs.resume import resume_run
from services.runs.topics import run_topic
from services.runs.training.recorder import RunRecorder
from tests.factories.people import actor_for
from tests.factories.sessions import make_session
from workers.attempt import Attempt

STRANGERS = ("viewer", "member")


class Ears:
    """A client that keeps what it hears under its names; heartbeats are not kept."""

    def __init__(self, url: str, token: str) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.beats = 0
        self.client = LiveClient(url, token=token, on_event=self._hear)

    def _hear(self, name: str, value: Any) -> None:
        if name == "heartbeat":
            self.beats += 1
        else:
            self.heard.append((name, value))

    def all(self, name: str) -> list[dict[str, Any]]:
        return [value for heard, value in self.heard if heard == name]

    async def until(self, name: str, count: int = 1) -> dict[str, Any]:
        await eventually_async(lambda: len(self.all(name)) >= count)
        return self.all(name)[count - 1]

    async def ask(self, event: str, **payload: Any) -> None:
        await self.client.call(event, payload)

    async def __aenter__(self) -> "Ears":
        await self.client.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.client.close()


class Engine:
    fit = staticmethod(fit)
    classical = staticmethod(forecast_classical)
    importance = staticmethod(bounded_importance)
    write_bundle = staticmethod(write_bundle)


class Training:
    """One model of a session that a worker of this test trains, epoch by epoch."""

    def __init__(self, site: Site, actor: Actor, session_id: str, mode: str) -> None:
        request = TrainingRequest(models=[{"MODE": mode}])
        started = start_training(site.database, actor, session_id, request)
        self.site, self.actor, self.mode = site, actor, mode
        self.run_id, self.job_id = started.run_ids[0], started.job_ids[0]

    def claim(self) -> Attempt:
        claim = self.site.resources.jobs.claim(self.job_id, "test")
        assert claim is not None
        self.site.resources.jobs.start(claim)
        return Attempt(self.site.resources.jobs, claim)

    @contextmanager
    def attempt(self, state: str = "succeeded", reached: float = 0.0) -> Iterator[RunContext]:
        """Prepare the data, hand over the context of the fit, and end the job."""
        attempt = self.claim()
        with RunRecorder(self.run_id, attempt, self.site.resources.store) as recorder:
            self.report = ProgressReport(
                recorder, self.run_id, self.mode, has_epochs=True, reached=reached
            )
            self.report.enter(scale.PREPARE, "Cutting samples.")
            self.report.begin_fit()
            yield RunContext(recorder, self.report, 1, RunCheckpoints(), "val_loss")
            recorder.flush()
        with attempt.write() as unit:
            error = {"type": "Broken", "detail": "The loss is not a number."}
            attempt.finish(unit, state, error if state == "failed" else None)

    def fail(self) -> None:
        """Train some epochs, and fail."""
        with self.attempt("failed") as context:
            epoch(context, 5)

    def resume(self) -> None:
        """Queue it again."""
        self.job_id = resume_run(self.site.database, self.actor, str(self.run_id)).job.id

    def train(self) -> None:
        """Train for real."""
        parts = self.site.resources
        train_model(self.run_id, self.claim(), parts.database, parts.store, Engine())


def epoch(context: RunContext, number: int, total: int = 10) -> None:
    loss = 1 / number
    metrics = {"train_loss": loss, "val_loss": 2 * loss, "train_rmse": loss**0.5, "val_rmse": 1.0}
    context.on_epoch(number, total, metrics, 0.5)


@pytest.fixture(scope="module")
def prepared(site: Site, tmp_path_factory: pytest.TempPathFactory) -> tuple[Actor, str, str]:
    """A person, a token of theirs, and a session that they could train."""
    person = site.user()
    actor = actor_for(person)
    folder: Path = tmp_path_factory.mktemp("session")
    return actor, site.token(person), make_session(site.resources, actor, folder, hours=24 * 12)


@pytest.fixture
def ears(site: Site, prepared: tuple[Actor, str, str]) -> Ears:
    return Ears(site.url, prepared[1])


@pytest.fixture
def training(site: Site, prepared: tuple[Actor, str, str]) -> Training:
    return Training(site, prepared[0], prepared[2], "Dense")


async def test_a_training_is_heard_from_0_to_100_with_the_epochs_that_were_trained(
    ears: Ears, training: Training, prepared: tuple[Actor, str, str]
) -> None:
    name = prepared[2]
    async with ears:
        await ears.ask("join_training_session", session_id=name)
        joined = await ears.until("training_session_joined")
        assert joined["session_id"] == name
        assert joined["room"] == f"training_{name}"
        with training.attempt() as context:
            context.on_batch(10, 40, {"train_loss": 4.0}, 1)
            for number in (1, 2, 3):
                epoch(context, number)
            training.report.end_fit(3)  # early stopping
        completed = await ears.until("training_completed")
    percents = [one["progress_percent"] for one in ears.all("training_progress")]
    assert percents == sorted(percents)
    assert (percents[0], percents[-1]) == (0, 100)
    assert (completed["success"], completed["run_id"], completed["total_epochs"]) == (
        True, training.run_id, 3,
    )  # fmt: skip
    metrics = ears.all("training_metrics")
    assert [(one["epoch"], one["total_epochs"], one["loss"]) for one in metrics] == [
        (1, 10, 1), (2, 10, 0.5), (3, 10, 1 / 3),
    ]  # fmt: skip
    assert (metrics[1]["val_loss"], metrics[1]["eta_seconds"], metrics[1]["eta_formatted"]) == (
        1, 4.0, "4s",
    )  # fmt: skip
    assert ears.all("training_progress")[-1]["total_epochs"] == 3
    batch = ears.all("training_batch_progress")[0]
    assert (batch["batch"], batch["total_batches"], batch["current_epoch"]) == (10, 40, 1)
    assert batch["root_mean_squared_error"] == 2


async def test_who_joins_late_or_again_has_the_present_state_at_once(
    site: Site, training: Training, prepared: tuple[Actor, str, str]
) -> None:
    token, name = prepared[1:]
    with training.attempt() as context:
        for number in (1, 2):
            epoch(context, number)
        for _ in range(2):  # late, and then after a cut
            async with Ears(site.url, token) as late:
                await late.ask("join_training_session", session_id=name)
                now = await late.until("training_progress")
                assert (now["epoch"], now["loss"], now["progress_percent"]) == (2, 0.5, 10.8)
                assert [one["epoch"] for one in late.all("training_metrics")] == [2]
        shown = await status_of(site, prepared)
        assert (shown["progress"], shown["model_name"], shown["phase"]) == (
            10.8, "Dense", "training_execution",
        )  # fmt: skip
        assert (shown["completed_steps"], shown["total_steps"], shown["eta_seconds"]) == (2, 10, 4)
        async with Ears(site.url, token) as late:
            await late.ask("join_training_session", session_id=name)
            epoch(context, 3)
            await late.until("training_metrics", 2)
            assert [one["epoch"] for one in late.all("training_metrics")] == [2, 3]
            await late.ask("request_training_status", session_id=name)
            await late.until("training_progress", 3)
    async with Ears(site.url, token) as later:
        await later.ask("join_training_session", session_id=name)
        assert (await later.until("training_completed"))["run_id"] == training.run_id
        await later.ask("request_training_status", session_id=name)
        update = await later.until("training_status_update")
        assert (update["status"], update["session_id"]) == ("completed", name)
        assert update["models_trained"] >= 1


async def test_a_failure_and_what_goes_on_after_it_are_heard_without_joining_again(
    ears: Ears, training: Training, prepared: tuple[Actor, str, str]
) -> None:
    async with ears:
        await ears.ask("join_training_session", session_id=prepared[2])
        training.fail()
        failed = await ears.until("training_error")
        assert (failed["status"], failed["error"]) == ("failed", "The loss is not a number.")
        training.resume()
        with training.attempt(reached=25.5) as context:
            epoch(context, 6)
        await ears.until("training_completed")
    progress = ears.all("training_progress")
    percents = [one["progress_percent"] for one in progress]
    assert percents == sorted(percents)
    assert [one["status"] for one in progress].count("error") == 1
    assert len(ears.all("training_completed")) == 1


class Socket:
    """What a watcher needs of the live server, kept."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.watched: list[str] = []

    async def emit_to(self, sid: str, name: str, payload: dict[str, Any]) -> None:
        self.said.append(payload.get("status", name))

    async def watch(self, sid: str, topic: str, watcher: TopicWatcher) -> None:
        self.watched.append(topic)
        await watcher.begin()

    def unwatch(self, sid: str, topic: str) -> None:
        self.watched.remove(topic)


def events_of(training: Training) -> list[dict[str, Any]]:
    with training.site.database.read() as session:
        return read_page(session, run_topic(training.run_id), 0, 500).events


@pytest.fixture
def socket() -> Socket:
    return Socket()


@pytest.fixture
def watcher(
    training: Training, prepared: tuple[Actor, str, str], socket: Socket
) -> Iterator[RunWatcher]:
    connection = Connection("socket", prepared[0], training.site.resources, socket)
    yield RunWatcher(connection, prepared[2], training.run_id, training.mode)
    with training.attempt():  # a session trains one model at a time
        pass


async def test_a_run_that_is_resumed_before_its_end_is_heard_is_followed_on(
    training: Training, watcher: RunWatcher, socket: Socket
) -> None:
    await watcher.follow()
    training.fail()
    training.resume()
    for event in events_of(training):
        await watcher.follow()  # the session's topic says that it goes on, whenever it likes
        await watcher.take(event)
    assert socket.watched == [run_topic(training.run_id)]
    assert socket.said[-3:] == ["error", "failed", "training_starting"]


async def test_an_event_that_comes_after_a_watcher_has_let_go_waits_for_it_to_follow_again(
    training: Training, watcher: RunWatcher, socket: Socket
) -> None:
    await watcher.follow()
    training.fail()
    await watcher.begin()
    assert socket.watched == []
    training.resume()
    await watcher.take(events_of(training)[-1])
    assert socket.said[-1] == "failed"
    await watcher.follow()
    assert socket.watched == [run_topic(training.run_id)]
    assert socket.said[-1] == "training_starting"


async def test_a_model_that_starts_after_the_join_is_heard_as_it_really_trains(
    ears: Ears, site: Site, prepared: tuple[Actor, str, str]
) -> None:
    actor, _, name = prepared
    async with ears:
        await ears.ask("join_training_session", session_id=name)
        training = Training(site, actor, name, "LIN")
        await asyncio.to_thread(training.train)  # the client goes on hearing meanwhile
        await eventually_async(
            lambda: training.run_id in [o["run_id"] for o in ears.all("training_completed")]
        )
    mine = [o for o in ears.all("training_progress") if o["run_id"] == training.run_id]
    percents = [one["progress_percent"] for one in mine]
    assert percents == sorted(percents)
    assert {35, 45, 50, 55, 60, 63, 65, 66, 70, 85, 95, 100} <= set(percents)
    assert {one["model_name"] for one in mine} == {"LIN"}
    answer = await status_of(site, prepared)
    assert (answer["progress"], answer["status"]) == (100, "completed")


async def status_of(site: Site, prepared: tuple[Actor, str, str]) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {prepared[1]}"}
    async with httpx.AsyncClient(
        base_url=site.url, headers=headers, timeout=PATIENCE_SECONDS, verify=NO_CERTIFICATES
    ) as http:
        return (await http.get(f"/api/training/status/{prepared[2]}")).json()


@pytest.mark.parametrize("role", STRANGERS)
async def test_a_stranger_is_refused_by_every_event_and_hears_nothing_ever(
    site: Site, training: Training, prepared: tuple[Actor, str, str], role: str
) -> None:
    name = prepared[2]
    refusals = {
        "join_training_session": "training_session_error",
        "request_training_status": "training_status_error",
        "request_dataset_status": "dataset_status_error",
    }
    async with Ears(site.url, site.token(site.user(role))) as stranger:
        for event, refusal in refusals.items():
            await stranger.ask(event, session_id=name)
            error = await stranger.until(refusal)
            assert (error["session_id"], error["code"]) == (name, "SESSION_NOT_FOUND")
        with training.attempt() as context:
            epoch(context, 1)
        beats = stranger.beats
        await eventually_async(lambda: stranger.beats >= beats + 1)
    assert {heard for heard, _ in stranger.heard} == set(refusals.values())


async def test_a_session_that_is_not_shared_any_more_falls_silent(
    site: Site, prepared: tuple[Actor, str, str]
) -> None:
    actor, _, name = prepared
    share(site, name, "team")
    training = Training(site, actor, name, "Dense")
    async with Ears(site.url, site.token(site.user())) as reader:
        await reader.ask("join_training_session", session_id=name)
        await reader.until("training_progress")
        share(site, name, "private", training.run_id)
        beats = reader.beats
        await eventually_async(lambda: reader.beats >= beats + 3)  # the guard has looked meanwhile
        heard = len(reader.heard)
        with training.attempt() as context:
            epoch(context, 1)
        later = reader.beats
        await eventually_async(lambda: reader.beats >= later + 1)
    assert reader.heard[heard:] == []


def share(site: Site, name: str, visibility: str, run_id: int | None = None) -> None:
    with site.database.write() as unit:
        row = unit.session.query(ForecastSession).filter_by(wire_id=name).one()
        row.visibility = visibility
        if run_id is not None:
            unit.session.get_one(Run, run_id).visibility = visibility


async def test_who_leaves_hears_no_more(
    ears: Ears, training: Training, prepared: tuple[Actor, str, str]
) -> None:
    async with ears:
        await ears.ask("join_training_session", session_id=prepared[2])
        await ears.ask("leave_training_session", session_id=prepared[2])
        await ears.until("training_session_left")
        with training.attempt() as context:
            epoch(context, 1)
        beats = ears.beats
        await eventually_async(lambda: ears.beats >= beats + 1)
    assert ears.heard[-1][0] == "training_session_left"


async def test_one_socket_follows_five_sessions_and_may_leave_one_for_another(
    site: Site, ears: Ears, prepared: tuple[Actor, str, str]
) -> None:
    names = [f"session_{uuid.uuid4()}" for _ in range(MAX_ROOMS + 1)]
    for name in names:
        init_session(site.database, prepared[0], name, {})
    async with ears:
        for name in [*names, names[0]]:  # joining again takes no room
            await ears.ask("join_training_session", session_id=name)
        refused = await ears.until("training_session_error")
        assert (refused["session_id"], refused["code"]) == (names[-1], "invalid")
        await ears.until("training_session_joined", MAX_ROOMS + 1)
        await ears.ask("leave_training_session", session_id=names[0])
        await ears.ask("join_training_session", session_id=names[-1])
        await ears.until("training_session_joined", MAX_ROOMS + 2)
    assert len(ears.all("training_session_error")) == 1


async def test_an_upload_is_shown_to_its_owner_alone(
    site: Site, ears: Ears, prepared: tuple[Actor, str, str]
) -> None:
    headers = {"Authorization": f"Bearer {prepared[1]}", "Tus-Resumable": "1.0.0",
               "Upload-Length": "10", "Upload-Metadata": "filename YS5jc3Y="}  # fmt: skip
    async with httpx.AsyncClient(
        base_url=site.url, headers=headers, timeout=PATIENCE_SECONDS, verify=NO_CERTIFICATES
    ) as http:
        made = await http.post("/api/uploads")
    upload_id = made.headers["Location"].rpartition("/")[2]
    async with ears, Ears(site.url, site.token(site.user())) as stranger:
        await ears.ask("join_upload_room", uploadId=upload_id)
        joined = await ears.until("joined_room")
        assert (joined["uploadId"], joined["received_bytes"], joined["total_bytes"]) == (
            upload_id, 0, 10,
        )  # fmt: skip
        await ears.ask("join", uploadId=upload_id)
        assert await ears.until("status") == joined
        await ears.ask("leave", uploadId=upload_id)
        assert await ears.until("left_room") == {"uploadId": upload_id}
        await stranger.ask("join_upload_room", uploadId=upload_id)
        await stranger.ask("join", uploadId=upload_id)
        assert (await stranger.until("upload_error", 2))["uploadId"] == upload_id
        assert stranger.all("joined_room") == stranger.all("status") == []


async def test_the_dataset_job_is_heard_by_who_is_there_and_by_who_comes_later(
    ears: Ears, site: Site, prepared: tuple[Actor, str, str]
) -> None:
    name = f"session_{uuid.uuid4()}"
    init_session(site.database, prepared[0], name, {})
    topic = subject_of(live_session(site.database, prepared[0], name).session_id)
    async with ears:
        await ears.ask("join_training_session", session_id=name)
        for percent in (5.0, 80.0):
            site.publish(topic, DatasetStatusUpdate(
                session_id="of another client", progress=percent, step="build",
                status="processing", message="a.key", job_state="running",
            ))  # fmt: skip
        await ears.until("dataset_status_update", 2)
        await ears.ask("join_training_session", session_id=name)
        await ears.until("dataset_status_update", 3)
        await ears.ask("request_dataset_status", session_id=name)
        await ears.until("dataset_status_update", 4)
    heard = [(one["session_id"], one["progress"]) for one in ears.all("dataset_status_update")]
    assert heard == [(name, 5), (name, 80), (name, 80), (name, 80)]


BAD = [None, [], {}, {"session_id": 7}, {"session_id": ""}, {"session_id": "x" * 101}, "x"]


async def test_requests_of_another_form_are_refused_with_a_sentence(
    site: Site, prepared: tuple[Actor, str, str]
) -> None:
    async with Ears(site.url, prepared[1]) as ears:
        for request in BAD:
            await ears.client.call("join_training_session", request)
        await ears.until("training_session_error", len(BAD))
        assert {one["code"] for one in ears.all("training_session_error")} == {"invalid"}
        await ears.ask("join_training_session", session_id="nonsense")
        assert (await ears.until("training_session_error", len(BAD) + 1))["code"] == "BAD_UUID"
        await ears.ask("join_upload_room", uploadId="0" * 32)
        assert (await ears.until("upload_error"))["uploadId"] == "0" * 32
        await ears.ask("leave_upload_room", uploadId="0" * 32)
        await ears.until("left_room")
        await ears.ask("request_dataset_status", session_id=prepared[2])
        files = await ears.until("dataset_status_update")
        assert (files["progress"], files["status"]) == (100, "completed")
