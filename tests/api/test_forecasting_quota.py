"""What one person may train: counted in the start, once, and a refused start costs nothing."""

import asyncio
import dataclasses
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from quart import Quart
from werkzeug.datastructures import FileStorage

from app.models.forecasting import ForecastSession, SessionModel
from app.models.job import Job
from app.models.run import ENDED, RUNNING, Run
from app.resources import Resources
from services.forecasting.errors import StorageLimitReached
from services.forecasting.files.create import SeriesUpload, create_file
from services.forecasting.training.quota import computed_seconds
from tests.factories.callers import Caller
from tests.factories.chunks import BASE, LOAD, begun, cut, labels, send_chunk
from tests.factories.sessions import csv_text, make_session, read_here
from tests.factories.uploads import TUS, begin, metadata, patch
from tests.support.databases import ON_ONE_DATABASE

LINEAR = {"model_parameters": {"MODE": "LIN"}}


@pytest.fixture
def sessions(member: Caller, resources: Resources, tmp_path: Path) -> list[str]:
    """Two sessions of the member that could be trained."""
    return [make_session(resources, member.actor, tmp_path, hours=24 * 8) for _ in range(2)]


@pytest.fixture
def limit(served: Quart, resources: Resources) -> Callable[..., None]:
    """Changes the limits of everybody."""

    def limited(**settings: int) -> None:
        changed = dataclasses.replace(resources.settings, **settings)
        served.extensions["resources"] = dataclasses.replace(resources, settings=changed)

    return limited


async def start(member: Caller, session_id: str, body: dict[str, Any] = LINEAR) -> Any:
    return await member.call("POST", f"/api/training/train-models/{session_id}", json=body)


def counts(resources: Resources) -> list[int]:
    with resources.database.read() as session:
        return [session.query(model).count() for model in (Run, Job, SessionModel)]


@pytest.fixture
def mid_month(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """A time at which no month ends while a test goes on."""
    at = datetime(2026, 3, 10, 12, tzinfo=UTC)
    for module in ("services.forecasting.training.quota", "services.runs.spent"):
        monkeypatch.setattr(f"{module}.now", lambda: at)
    return at


def run_of(member: Caller, start_time: datetime, **values: Any) -> None:
    """Write a run of the member that a worker has held."""
    phase = ENDED if "end_time" in values else RUNNING
    fixed = {"name": "trained", "training_mode": "centralized", "status": "completed",
             "config": {}, "seed": 1, "task": "forecasting"}  # fmt: skip
    run = Run(owner_id=member.id, start_time=start_time, phase=phase, phase_since=start_time,
              **fixed | values)  # fmt: skip
    with member.database.write() as unit:
        unit.session.add(run)


async def test_of_two_starts_at_once_exactly_one_passes(
    member: Caller, resources: Resources, sessions: list[str], limit: Callable[..., None]
) -> None:
    limit(max_trainings=1)
    answers = await asyncio.gather(*(start(member, one) for one in sessions))
    passed, refused = sorted(answers, key=lambda answer: answer.status_code)
    assert (passed.status_code, refused.status_code) == (200, 403)
    assert refused.body["code"] == "TRAINING_LIMIT_REACHED"
    assert counts(resources) == [1, 1, 1]


async def test_models_count_each_and_one_that_is_over_makes_room(
    member: Caller, resources: Resources, sessions: list[str], limit: Callable[..., None]
) -> None:
    limit(max_trainings=2)
    three = {"models": [{"MODE": "LIN"}, {"MODE": "LGBMR"}, {"MODE": "Dense"}]}
    assert (await start(member, sessions[0], three)).status_code == 403
    assert counts(resources) == [0, 0, 0]
    started = await start(member, sessions[0], {"models": three["models"][:2]})
    assert (await start(member, sessions[1])).status_code == 403
    stopped = await member.call("POST", f"/api/runs/{started.body['run_ids'][0]}/stop", json={})
    assert stopped.status_code < 300
    assert (await start(member, sessions[1])).status_code == 200


async def test_who_has_used_the_hours_of_the_month_hears_how_many(
    member: Caller,
    resources: Resources,
    sessions: list[str],
    limit: Callable[..., None],
    mid_month: datetime,
) -> None:
    limit(compute_hours=1)
    at = mid_month
    run_of(member, at, end_time=at + timedelta(hours=2), running_seconds=7200.0)
    refused = await start(member, sessions[0])
    assert (refused.status_code, refused.body["code"]) == (403, "compute_hours_exhausted")
    assert (refused.body["used_minutes"], refused.body["limit_minutes"]) == (120, 60)
    assert counts(resources)[1:] == [0, 0]
    limit(compute_hours=1000)
    assert (await start(member, sessions[0])).status_code == 200


async def test_of_two_files_at_once_for_which_there_is_room_once_one_is_kept(
    member: Caller, resources: Resources, tmp_path: Path
) -> None:
    text = csv_text("Hi", [1.5, 2.5] * 12)
    name = f"session_{uuid.uuid4()}"

    def keep(label: str) -> str:
        path = tmp_path / f"{label}.csv"
        path.write_text(text)
        upload = SeriesUpload(path=path, file_name="a.csv", direction="input", session_id=name,
                              label=label)  # fmt: skip
        parts = (resources.database, resources.store, member.actor)
        try:
            create_file(*parts, upload, read_here, quota_bytes=len(text) + 10)
        except StorageLimitReached:
            return "refused"
        return "kept"

    outcomes = await asyncio.gather(*(asyncio.to_thread(keep, label) for label in ("a", "b")))
    assert sorted(outcomes) == ["kept", "refused"]
    (row,) = (await member.get(f"/api/training/csv-files/{name}"))["data"]
    await member.call("DELETE", f"/api/training/csv-files/{row['id']}")
    assert keep("c") == "kept"


@ON_ONE_DATABASE
async def test_a_file_for_which_there_is_no_room_is_refused_with_the_code(
    member: Caller, limit: Callable[..., None]
) -> None:
    limit(session_quota_bytes=100)
    form = {"sessionId": f"session_{uuid.uuid4()}", "type": "input", "bezeichnung": "Hi"}
    file = FileStorage(BytesIO(csv_text("Hi", [1.5] * 24).encode()), filename="level.csv")
    answer = await member.post(
        "/api/training/csv-files", status=413, form=form, files={"file": file}
    )
    assert answer["code"] == "STORAGE_LIMIT_REACHED"


@ON_ONE_DATABASE
async def test_tus_refuses_what_is_too_much_before_a_byte_comes_and_again_at_the_end(
    member: Caller, limit: Callable[..., None], reads_here: None
) -> None:
    session = await begun(member)
    said = metadata(filename="load.csv", sessionId=session, fileType="input")
    limit(session_quota_bytes=len(LOAD))
    headers = TUS | {"Upload-Length": str(len(LOAD) + 1), "Upload-Metadata": said}
    refused = await member.call("POST", f"{BASE}/tus", headers=headers)
    assert (refused.status_code, refused.body["code"]) == (413, "STORAGE_LIMIT_REACHED")
    assert (await member.get("/api/uploads"))["total"] == 0
    path = await begin(member, len(LOAD), f"{BASE}/tus", sessionId=session, fileType="input")
    limit(session_quota_bytes=len(LOAD) - 1)  # others came meanwhile
    late = await patch(member, path, 0, LOAD)
    assert (late.status_code, late.body["code"]) == (413, "STORAGE_LIMIT_REACHED")
    limit(session_quota_bytes=len(LOAD))
    assert (await member.call("HEAD", path, headers=TUS)).status_code == 200  # taken in now
    assert await labels(member, session) == {"load": LOAD}


async def announced(member: Caller, length: int, **said: str) -> Any:
    """Announce a file of that length at the platform's own door."""
    headers = TUS | {"Upload-Length": str(length), "Upload-Metadata": metadata(**said)}
    return await member.call("POST", "/api/uploads", headers=headers)


@ON_ONE_DATABASE
async def test_the_platforms_own_door_refuses_what_a_session_has_no_room_for_when_it_is_announced(
    member: Caller, colleague: Caller, limit: Callable[..., None]
) -> None:
    session = await begun(member)
    with member.database.read() as rows:
        number = rows.query(ForecastSession).filter_by(wire_id=session).one().id
    limit(session_quota_bytes=100)
    ways: list[dict[str, str]] = [
        {"purpose": f"forecast_session:{number}"},
        {"purpose": "forecast_session", "sessionId": session},
        {"purpose": "forecast_session:"},  # whose session is not known: it will be one of theirs
    ]
    for said in ways:
        refused = await announced(member, 101, filename="load.csv", **said)
        assert (refused.status_code, refused.body["code"]) == (413, "STORAGE_LIMIT_REACHED"), said
        assert refused.body["detail"] == (
            "The files of your sessions hold 0 bytes and may hold 100: 101 more do not fit. "
            "Delete some of them."
        )
        assert (await announced(member, 100, filename="load.csv", **said)).status_code == 201
    foreign = await announced(colleague, 1, filename="load.csv", **ways[0])
    assert foreign.status_code == 404
    wrong = await announced(member, 1, purpose="forecast_session", sessionId="../x")
    assert (wrong.status_code, list(wrong.body["errors"])) == (400, ["sessionId"])
    other = await announced(member, 101, filename="iris.csv", purpose="/api/datasets")
    assert other.status_code == 201
    assert (await member.get("/api/uploads"))["total"] == 4
    assert (await colleague.get("/api/uploads"))["total"] == 0


@ON_ONE_DATABASE
async def test_what_a_persons_uploads_may_hold_is_refused_when_announced(
    member: Caller, limit: Callable[..., None]
) -> None:
    limit(upload_quota_bytes=100)
    assert (await announced(member, 60, filename="a.csv")).status_code == 201
    refused = await announced(member, 41, filename="b.csv")
    assert (refused.status_code, refused.body["code"]) == (413, "upload_quota_exceeded")
    assert refused.body["detail"] == (
        "Your uploads hold 60 bytes and may hold 100: 41 more do not fit. "
        "Use or delete some of them."
    )
    assert (await member.get("/api/uploads"))["total"] == 1


@ON_ONE_DATABASE
async def test_a_file_whose_chunks_say_its_size_is_refused_at_the_first(
    member: Caller, limit: Callable[..., None], reads_here: None
) -> None:
    session, pieces = await begun(member), cut(LOAD, 3)
    limit(session_quota_bytes=len(LOAD) - 1)
    size = {"fileSize": len(LOAD)}
    refused = await send_chunk(member, session, pieces, 0, 413, **size)
    assert f"{len(LOAD)} more do not fit" in refused["error"]
    assert (await member.get("/api/uploads"))["total"] == 0
    for wrong in (-1, "5", 1.5, 2**53, True):
        answer = await send_chunk(member, session, pieces, 0, 400, fileSize=wrong)
        assert answer["error"].startswith("fileSize is ")
    limit(session_quota_bytes=len(LOAD))
    for index in (2, 1, 0):
        await send_chunk(member, session, pieces, index, **size)
    assert await labels(member, session) == {"load": LOAD}


@ON_ONE_DATABASE
async def test_chunks_are_refused_as_soon_as_they_are_too_much_and_go_on_with_room(
    member: Caller, limit: Callable[..., None], reads_here: None
) -> None:
    session, pieces = await begun(member), cut(LOAD, 3)
    limit(session_quota_bytes=len(pieces[0]) - 1)
    refused = await send_chunk(member, session, pieces, 0, 413)
    assert refused["code"] == "STORAGE_LIMIT_REACHED"
    assert (await member.get("/api/uploads"))["total"] == 0
    limit(session_quota_bytes=len(pieces[0]) + len(pieces[1]))
    for index in (0, 1, 0):
        await send_chunk(member, session, pieces, index)
    assert (await send_chunk(member, session, pieces, 2, 413))["code"] == "STORAGE_LIMIT_REACHED"
    limit(session_quota_bytes=len(LOAD))
    assert (await send_chunk(member, session, pieces, 2))["complete"]
    assert (await send_chunk(member, session, pieces, 2))["complete"]
    assert await labels(member, session) == {"load": LOAD}


@ON_ONE_DATABASE
async def test_counted_is_what_a_worker_held_of_own_forecasts_within_the_month(
    member: Caller, colleague: Caller
) -> None:
    at = datetime(2026, 3, 10, 12, tzinfo=UTC)
    hour = timedelta(hours=1)
    run_of(member, at - 5 * hour, end_time=at - 4 * hour, running_seconds=1800.0)  # it waited too
    run_of(member, at - hour)  # is being trained
    month = datetime(2026, 3, 1, tzinfo=UTC)
    run_of(member, month - 3 * hour, end_time=month + hour, running_seconds=4 * 3600.0)
    run_of(member, month - 9 * hour, end_time=month - hour, running_seconds=8 * 3600.0)
    run_of(colleague, at - 9 * hour, end_time=at, running_seconds=9 * 3600.0)
    run_of(member, at - 9 * hour, end_time=at, running_seconds=9 * 3600.0, task="other")
    with member.database.read() as session:
        assert computed_seconds(session, member.actor, at) == 1800 + 3600 + 3600


async def test_a_resume_counts_as_a_start_does(
    member: Caller, resources: Resources, sessions: list[str], limit: Callable[..., None]
) -> None:
    limit(max_trainings=1)
    run_id = (await start(member, sessions[0])).body["run_ids"][0]
    await member.call("POST", f"/api/runs/{run_id}/stop", json={})
    assert (await start(member, sessions[1])).status_code == 200
    refused = await member.call("POST", f"/api/runs/{run_id}/resume", json={})
    assert (refused.status_code, refused.body["code"]) == (403, "TRAINING_LIMIT_REACHED")
    limit(max_trainings=2)
    assert (await member.call("POST", f"/api/runs/{run_id}/resume", json={})).status_code == 200


async def test_nobody_resumes_without_hours_and_deleting_runs_gives_none_back(
    member: Caller,
    resources: Resources,
    sessions: list[str],
    limit: Callable[..., None],
    mid_month: datetime,
) -> None:
    limit(compute_hours=3)
    run_id = (await start(member, sessions[0])).body["run_ids"][0]
    await member.call("POST", f"/api/runs/{run_id}/stop", json={})
    at = mid_month
    for seconds in (5400.0, 5400.0):
        run_of(member, at, end_time=at + timedelta(hours=2), running_seconds=seconds)
    with resources.database.read() as session:
        ids = [one.id for one in session.query(Run).filter_by(name="trained")]
    await member.call("DELETE", f"/api/runs/{ids[0]}")
    await member.post("/api/runs/bulk", json={"action": "delete", "ids": ids[1:]})
    with resources.database.read() as session:
        assert session.query(Run).filter_by(name="trained").count() == 0
    refused = await member.call("POST", f"/api/runs/{run_id}/resume", json={})
    assert (refused.status_code, refused.body["code"]) == (403, "compute_hours_exhausted")
    assert refused.body["used_minutes"] == pytest.approx(180, abs=0.1)
    assert (await start(member, sessions[1])).status_code == 403
