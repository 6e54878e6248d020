"""A limit of cost that cannot be kept, or is used up, is refused before anything is asked."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.models.benchmark import BenchmarkModel, BenchmarkRun
from app.models.job import Job
from services.benchmarks.errors import CannotScore, CostLimitReached
from tests.factories.benchmarks import (
    RuleAsker,
    make_benchmark_model,
    make_persona_set,
    make_traits,
    performed,
    settled,
)
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/benchmarks"


@pytest.fixture
def body(member, resources):
    make_traits(resources)
    make_benchmark_model(resources, member.id)
    return {"dataset_id": make_persona_set(resources, member.id), "model_name": "tiny"}


def add_prices(resources, amount: float = 1_000_000.0) -> None:
    with resources.database.write() as unit:
        model = unit.session.scalars(select(BenchmarkModel)).one()
        model.input_price = model.output_price = amount


def count(resources, table) -> int:
    with resources.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@ON_ONE_DATABASE
@pytest.mark.parametrize("route", ["start", "attrgen/start", "queue"])
async def test_a_limit_needs_prices(member, resources, body, route) -> None:
    limited = body | {"cost_limit": 5.0}
    asked = {"type": "benchmark", "config": limited} if route == "queue" else limited
    refused = await member.post(f"{BASE}/{route}", asked, 422)
    assert "has no prices" in str(refused["errors"])
    assert all(name.endswith("cost_limit") for name in refused["errors"])
    assert (count(resources, BenchmarkRun), count(resources, Job)) == (0, 0)


@ON_ONE_DATABASE
async def test_a_resume_needs_a_limit_above_what_was_spent(member, resources, body) -> None:
    add_prices(resources)
    run_id = (await member.post(f"{BASE}/start", body | {"cost_limit": 1.0}, 200))["run_id"]
    with pytest.raises(CostLimitReached):
        performed(resources, run_id)
    with resources.database.write() as unit:
        job = unit.session.scalars(select(Job)).one()
        job.state = "failed"
        unit.session.execute(BenchmarkRun.__table__.update().values(total=10_000))
    for endpoint in ({}, {"cost_limit": 1.0}):
        refused = await member.post(f"{BASE}/{run_id}/resume", endpoint, 422)
        (fault,) = refused["errors"]["cost_limit"]
        assert "It has cost" in fault
        assert "give a higher cost_limit" in fault
    await member.post(f"{BASE}/{run_id}/resume", {"cost_limit": None}, 200)


class UncountedAsker(RuleAsker):
    """A server that counts no tokens."""

    def ask(self, asking, items, accept, should_stop, on_server, meter) -> None:
        for item in items:
            if not meter.may_send():
                return
            meter.count(0, 0, 1)
            accept(
                replace(
                    settled(item, 3), prompt_tokens=0, completion_tokens=0, uncounted_requests=1
                )
            )


@ON_ONE_DATABASE
async def test_a_limit_holds_where_the_server_counts_no_tokens(member, resources, body) -> None:
    add_prices(resources)
    run_id = (await member.post(f"{BASE}/start", body | {"cost_limit": 1.0}, 200))["run_id"]
    with pytest.raises(CostLimitReached, match=r"about .* the server did not count the tokens"):
        performed(resources, run_id, UncountedAsker())


@ON_ONE_DATABASE
async def test_the_probe_is_part_of_the_cost_and_may_use_the_limit_up(
    member, resources, body
) -> None:
    add_prices(resources)
    run_id = (await member.post(f"{BASE}/start", body | {"cost_limit": 50.0}, 200))["run_id"]
    asker = RuleAsker(spends=50)
    with pytest.raises(CostLimitReached, match="may cost 50, and it has cost 50"):
        performed(resources, run_id, asker)
    assert asker.asked == []
    shown = await member.get(f"{BASE}/runs/{run_id}")
    assert (shown["summary"]["cost"], shown["summary"]["prompt_tokens"]) == (50.0, 50)
    assert shown["probe"]["spent"]["cost"] == 50.0


@ON_ONE_DATABASE
async def test_a_probe_that_refuses_to_begin_is_paid_for(member, resources, body) -> None:
    add_prices(resources)
    run_id = (await member.post(f"{BASE}/start", body, 200))["run_id"]

    class Refusing(RuleAsker):
        def probe(self, asking, items):
            refused = CannotScore("The prompt is cut.")
            refused.probe = {"prompt_tokens": 7, "refusals": ["The prompt is cut."]}
            raise refused

    with pytest.raises(CannotScore):
        performed(resources, run_id, Refusing())
    shown = await member.get(f"{BASE}/runs/{run_id}")
    assert (shown["summary"]["cost"], shown["probe"]["refusals"]) == (7.0, ["The prompt is cut."])


@ON_ONE_DATABASE
async def test_nothing_is_asked_behind_the_answer_that_reaches_the_limit(
    member, resources, body
) -> None:
    add_prices(resources)
    run_id = (await member.post(f"{BASE}/start", body | {"cost_limit": 30.0}, 200))["run_id"]
    asker = RuleAsker()
    with pytest.raises(CostLimitReached, match="it has cost 33"):
        performed(resources, run_id, asker)
    assert len(asker.asked) == 3
    assert (await member.get(f"{BASE}/{run_id}/status"))["done"] == 3
