"""Warming up: every table of a run is computed once by a worker, and its steps are shown."""

from sqlalchemy import func, select

from app.models.benchmark import BenchmarkCache
from app.models.job import Job
from services.benchmarks.warm_up.job_sync import warm_up_of
from tests.factories.benchmarks import performed, start
from tests.factories.datasets import claimed
from workers.benchmarks import warm_up

BASE = "/api/benchmarks/runs"


def kept(resources) -> int:
    with resources.database.read() as session:
        return session.scalar(select(func.count()).select_from(BenchmarkCache))


def work(resources, run_id: int) -> None:
    with resources.database.read() as session:
        job_id = session.scalars(select(Job.id).where(Job.subject == warm_up_of(run_id))).one()
    warm_up(claimed(resources, job_id), resources)


async def test_every_table_is_computed_once_and_its_step_shown(member, resources) -> None:
    run_id = start(resources, member.actor, personas=6)
    performed(resources, run_id)
    assert (await member.get(f"{BASE}/{run_id}/warm-cache"))["status"] == "idle"
    begun = await member.post(f"{BASE}/{run_id}/warm-cache", {}, 200)
    again = await member.post(f"{BASE}/{run_id}/warm-cache", {}, 200)
    assert begun == again
    assert begun["status"] == "running"
    work(resources, run_id)
    done = await member.get(f"{BASE}/{run_id}/warm-cache")
    assert (done["status"], done["had_errors"]) == ("done", False)
    assert {step["status"] for step in done["steps"]} == {"done"}
    tables = kept(resources)
    assert tables == len(done["steps"])
    await member.get(f"{BASE}/{run_id}/metrics")
    await member.get(f"{BASE}/{run_id}/deltas?attribute=gender")
    assert kept(resources) == tables  # nothing was left to compute
    cleared = await member.call("DELETE", f"{BASE}/{run_id}/cache")
    assert cleared.body == {"ok": True, "deleted": tables}
    assert (await member.get(f"{BASE}/{run_id}/warm-cache"))["status"] == "idle"
