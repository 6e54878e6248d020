"""Curves, logs and files of a run over HTTP."""

import hashlib
import math

import pytest

from app.clock import now
from app.models.run import Artifact, Run, RunLog
from tests.factories.callers import Caller
from tests.factories.runs import add_curve, make_run


async def test_curves_come_as_columns_with_holes(member: Caller) -> None:
    run = make_run(member.database, member.id)
    add_curve(member.database, run, "val_loss", [0.5, math.nan, 0.0])
    (curve,) = (await member.get(f"/api/runs/{run.id}/series"))["series"]
    assert (curve["steps"], curve["values"]) == ([0, 1, 2], [0.5, None, 0.0])
    assert len(curve["times"]) == 3
    assert "min" not in curve


async def test_a_client_may_be_left_out_or_chosen(member: Caller) -> None:
    run = make_run(member.database, member.id)
    add_curve(member.database, run, "val_acc", [0.5])
    add_curve(member.database, run, "val_loss", [0.5])
    add_curve(member.database, run, "val_acc", [0.75], client="site-1")
    path = f"/api/runs/{run.id}/series?names=val_acc"
    series = (await member.get(path))["series"]
    assert [(one["name"], one["client"]) for one in series] == [
        ("val_acc", None),
        ("val_acc", "site-1"),
    ]
    assert [one["client"] for one in (await member.get(f"{path}&client="))["series"]] == [None]
    (one,) = (await member.get(f"{path}&client=site-1"))["series"]
    assert one["values"] == [0.75]


async def test_a_long_curve_is_thinned_with_its_band(member: Caller) -> None:
    run = make_run(member.database, member.id)
    values = [0.0] * 500
    values[321] = 9.0
    add_curve(member.database, run, "val_loss", values)
    (curve,) = (await member.get(f"/api/runs/{run.id}/series?max_points=20"))["series"]
    assert len(curve["steps"]) == 20
    assert max(curve["max"]) == 9.0


def write_lines(caller: Caller, run: Run, count: int) -> list[int]:
    levels = ("debug", "info", "warning", "error")
    lines = [
        RunLog(run_id=run.id, attempt=1, at=now(), level=levels[n % 4], message=f"line {n}")
        for n in range(count)
    ]
    with caller.database.write() as unit:
        unit.session.add_all(lines)
    return [line.id for line in lines]


async def test_the_log_shows_its_newest_lines_in_the_order_written(member: Caller) -> None:
    run = make_run(member.database, member.id)
    ids = write_lines(member, run, 8)
    page = await member.get(f"/api/runs/{run.id}/logs?limit=3")
    assert [line["id"] for line in page["items"]] == ids[-3:]
    assert page["last_id"] == ids[-1]


async def test_the_log_is_paged_both_ways(member: Caller) -> None:
    run = make_run(member.database, member.id)
    ids = write_lines(member, run, 8)
    path = f"/api/runs/{run.id}/logs?limit=2"
    forwards = await member.get(f"{path}&after={ids[3]}")
    backwards = await member.get(f"{path}&before={ids[3]}")
    assert [line["id"] for line in forwards["items"]] == ids[4:6]
    assert [line["id"] for line in backwards["items"]] == ids[1:3]


async def test_a_level_leaves_the_lower_ones_out(member: Caller) -> None:
    run = make_run(member.database, member.id)
    write_lines(member, run, 8)
    page = await member.get(f"/api/runs/{run.id}/logs?level=warning")
    assert [line["level"] for line in page["items"]] == ["warning", "error"] * 2


def keep_file(caller: Caller, run: Run, content: bytes) -> Artifact:
    key = f"runs/{run.id}/attempt-1/result/model.safetensors"
    caller.resources.store.put(key, content)
    artifact = Artifact(
        run_id=run.id,
        name="model.safetensors",
        kind="weights",
        step=3,
        object_key=key,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=now(),
    )
    with caller.database.write() as unit:
        unit.session.add(artifact)
    return artifact


async def test_files_are_listed_without_their_place(member: Caller) -> None:
    run = make_run(member.database, member.id)
    artifact = keep_file(member, run, b"weights")
    (shown,) = (await member.get(f"/api/runs/{run.id}/artifacts"))["items"]
    assert (shown["name"], shown["size_bytes"], shown["step"]) == ("model.safetensors", 7, 3)
    assert artifact.object_key not in str(shown)


async def test_a_file_is_downloaded_and_never_shown(member: Caller) -> None:
    run = make_run(member.database, member.id)
    content = b"x" * 2_500_000
    artifact = keep_file(member, run, content)
    path = f"/api/runs/{run.id}/artifacts/{artifact.id}/download"
    response = await member.call("GET", path)
    assert await response.get_data(as_text=False) == content
    assert response.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''run_")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert artifact.sha256 in response.headers["ETag"]


async def test_a_file_belongs_to_its_run_and_its_people(member: Caller, colleague: Caller) -> None:
    run, other = (make_run(member.database, member.id) for _ in range(2))
    artifact = keep_file(member, run, b"weights")
    own = await member.call("GET", f"/api/runs/{run.id}/artifacts/{artifact.id}/download")
    assert await own.get_data() == b"weights"
    foreign = f"/api/runs/{run.id}/artifacts/{artifact.id}/download"
    misplaced = f"/api/runs/{other.id}/artifacts/{artifact.id}/download"
    assert (await colleague.get(foreign, 404))["code"] == "not_found"
    assert (await member.get(misplaced, 404))["code"] == "not_found"
    assert (await member.get(f"/api/runs/{run.id}/artifacts/x/download", 422))["code"] == "invalid"


@pytest.mark.parametrize("query", ["max_points=1", "max_points=1000000", "client=" + "x" * 300])
async def test_a_wrong_wish_for_curves_is_named(member: Caller, query: str) -> None:
    run = make_run(member.database, member.id)
    answer = await member.get(f"/api/runs/{run.id}/series?{query}", 422)
    assert list(answer["errors"]) == [query.partition("=")[0]]
