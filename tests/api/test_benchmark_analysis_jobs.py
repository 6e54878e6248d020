"""Analyses that are requested of a run: done once by a worker, done again after new answers."""

import polars as pl
import pytest
from sqlalchemy import select

from app import strict_json
from app.clock import now
from app.models.benchmark import BenchmarkAnalysis
from app.models.job import Job
from services.benchmarks.analysis_jobs.job_sync import subject_of_analysis
from services.benchmarks.analysis_jobs.sweep import OLD_ENOUGH, sweep_exports
from tests.factories.benchmarks import RuleAsker, performed, start
from tests.factories.datasets import claimed
from tests.support.databases import ON_ONE_DATABASE
from workers.benchmarks import analyze

BASE = "/api/benchmarks/runs"


@pytest.fixture
def run_id(member, resources) -> int:
    number = start(resources, member.actor, personas=6, traits=2, dual_fraction=1.0)
    performed(resources, number)
    return number


def work(resources, job_id: int) -> None:
    """Do a job as a worker does."""
    analyze(claimed(resources, job_id), resources)


async def request(member, run_id: int, status: int = 200, **body):
    return await member.post(f"{BASE}/{run_id}/analyze", body, status)


async def test_an_analysis_is_done_once_and_kept_with_its_times(member, resources, run_id) -> None:
    begun = await request(member, run_id, type="bias", attribute="gender")
    again = await request(member, run_id, type="bias", attribute="gender")
    assert (begun["status"], begun) == ("pending", again)
    waiting = (await member.get(f"{BASE}/{run_id}/analysis"))["analyses"]["bias:gender"]
    assert (waiting["status"], waiting["duration_ms"], waiting["summary"]) == (
        "pending",
        None,
        None,
    )
    work(resources, begun["task_id"])
    done = (await member.get(f"{BASE}/{run_id}/analysis"))["analyses"]["bias:gender"]
    assert (done["status"], done["stale"], done["error"]) == ("completed", False, None)
    assert done["duration_ms"] >= 0
    assert done["summary"]["tests"] == 1
    assert done["summary"]["baseline"] == "female"
    kept = await request(member, run_id, type="bias", attribute="gender")
    assert (kept["status"], kept["job_id"]) == ("completed", begun["job_id"])
    forced = await request(member, run_id, type="bias", attribute="gender", force=True)
    assert (forced["status"], forced["job_id"]) == ("pending", begun["job_id"])
    assert forced["task_id"] != begun["task_id"]


async def test_new_answers_make_an_analysis_stale(member, resources) -> None:
    number = start(resources, member.actor)
    performed(resources, number, RuleAsker(limit=3))
    begun = await request(member, number, type="quick")
    work(resources, begun["task_id"])
    shown = (await member.get(f"{BASE}/{number}/analysis"))["analyses"]["quick"]
    assert (shown["summary"]["total_rated"], shown["stale"]) == (3, False)
    await member.post(f"/api/benchmarks/{number}/resume", {}, 200)
    performed(resources, number)
    shown = (await member.get(f"{BASE}/{number}/analysis"))["analyses"]["quick"]
    assert shown["stale"] is True
    again = await request(member, number, type="quick")
    assert (again["status"], again["job_id"]) == ("pending", begun["job_id"])
    work(resources, again["task_id"])
    shown = (await member.get(f"{BASE}/{number}/analysis"))["analyses"]["quick"]
    assert (shown["summary"]["total_rated"], shown["stale"]) == (8, False)


@ON_ONE_DATABASE
async def test_the_order_is_answered_at_once(member, run_id) -> None:
    said = await request(member, run_id, type="order")
    assert (said["status"], said["task_id"]) == ("completed", None)
    shown = (await member.get(f"{BASE}/{run_id}/analysis"))["analyses"]["order"]
    assert (shown["status"], shown["summary"]["n_pairs"]) == ("completed", 12)
    assert (await request(member, run_id, type="order"))["job_id"] == said["job_id"]


@ON_ONE_DATABASE
async def test_an_export_is_a_file_that_can_be_downloaded(member, resources, run_id) -> None:
    for form in ("json", "html", "csv", "parquet"):
        begun = await request(member, run_id, type="export", format=form, language="de")
        path = f"{BASE}/{run_id}/analysis/{begun['job_id']}/file"
        waiting = await member.get(path, 404)
        assert "pending" in waiting["detail"]
        work(resources, begun["task_id"])
        answer = await member.call("GET", path)
        content = await answer.get_data()
        assert f"benchmark-{run_id}" in answer.headers["Content-Disposition"]
        about = (await member.get(f"{BASE}/{run_id}/analysis"))["analyses"][f"export:{form}:de"]
        assert about["summary"]["size_bytes"] == len(content)
        if form == "json":
            assert strict_json.loads(content)["meta"]["run_id"] == run_id
        if form == "html":
            assert '<html lang="de">' in content.decode()
        if form == "parquet":
            assert pl.read_parquet(content).height == 24


@ON_ONE_DATABASE
async def test_what_cannot_be_requested_is_named_with_the_nearest(member, run_id) -> None:
    for body, field, hint in [
        ({}, "type", "required"),
        ({"type": "biass"}, "type", "bias"),
        ({"type": "bias"}, "attribute", "needs an attribute"),
        ({"type": "bias", "attribute": "gendre"}, "attribute", "gender"),
        ({"type": "export", "format": "htm"}, "format", "html"),
        ({"type": "quick", "forced": True}, "forced", "Unknown"),
    ]:
        refused = await request(member, run_id, 422, **body)
        assert hint in refused["errors"][field][0]
    assert (await member.get(f"{BASE}/{run_id}/analysis"))["analyses"] == {}


@ON_ONE_DATABASE
async def test_a_foreign_analysis_does_not_exist(member, colleague, resources, run_id) -> None:
    begun = await request(member, run_id, type="export")
    assert (await request(colleague, run_id, 404, type="quick"))["code"] == "benchmark_not_found"
    await colleague.get(f"{BASE}/{run_id}/analysis", 404)
    await colleague.get(f"{BASE}/{run_id}/analysis/{begun['job_id']}/file", 404)
    other = start(resources, colleague.actor, traits=0)
    gone = await colleague.get(f"{BASE}/{other}/analysis/{begun['job_id']}/file", 404)
    assert "has no analysis" in gone["detail"]
    assert (await member.get(f"{BASE}/{run_id}/analysis/x/file", 422))["errors"]["analysis_id"]


@ON_ONE_DATABASE
async def test_a_stopped_analysis_failed_and_can_be_requested_again(
    member, resources, run_id
) -> None:
    begun = await request(member, run_id, type="quick")
    with resources.database.write() as unit:
        resources.jobs.request_stop(unit, subject_of_analysis(begun["job_id"]))
    shown = (await member.get(f"{BASE}/{run_id}/analysis"))["analyses"]["quick"]
    assert (shown["status"], shown["error"]) == ("failed", "It was stopped.")
    again = await request(member, run_id, type="quick")
    assert (again["status"], again["job_id"]) == ("pending", begun["job_id"])


@ON_ONE_DATABASE
async def test_a_deleted_run_takes_its_analyses_and_their_files(member, resources, run_id) -> None:
    begun = await request(member, run_id, type="export")
    work(resources, begun["task_id"])
    with resources.database.read() as session:
        key = session.scalar(select(BenchmarkAnalysis.object_key))
    assert sweep_exports(resources.database, resources.store) == 0
    await member.call("DELETE", f"{BASE}/{run_id}")
    with resources.database.read() as session:
        assert session.scalars(select(BenchmarkAnalysis)).all() == []
        assert session.get(Job, begun["task_id"]) is None
    assert sweep_exports(resources.database, resources.store, now() + OLD_ENOUGH) == 1
    assert not resources.store.exists(key)
