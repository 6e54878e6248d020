"""What a training takes of its machine is sampled as series of its host and nothing else."""

import pytest
from sqlalchemy import select

from app.clock import now
from app.db.engine import Database
from app.jobs.engine import JobEngine
from app.models import Run, Series
from app.storage import MemoryStore
from harness.eventually import eventually
from services.domains import OBSERVERS
from services.engine_kit.usage import ProcessMeter, environment, peak_memory
from services.runs.results.kept_results import results_of
from services.runs.training.ports import Point, StepOutcome
from services.runs.training.recorder import RunRecorder
from services.search.columns_in_use import columns_in_use
from services.search.query import RunsQuery
from services.tracking import usage
from services.tracking.metrics.cut import cut_from
from services.tracking.usage import UsageSample, UsageSampler, columns_of_samples
from tests.factories.people import actor_for, make_user
from tests.factories.runs import make_run
from tests.integration.test_recording import next_attempt


def system_series(database: Database, run: Run) -> dict[str, Series]:
    with database.read() as session:
        rows = session.scalars(select(Series).where(Series.run_id == run.id, Series.client != ""))
        return {row.name: row for row in rows}


def test_a_training_is_sampled_while_it_runs_and_lists_do_not_see_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usage, "SAMPLE_SECONDS", 0.3)
    owner = make_user(database)
    run = make_run(database, owner.id, status="in_progress", start_time=now())
    attempt = next_attempt(database, JobEngine(database, OBSERVERS, 9.0), run)
    meter = ProcessMeter()
    loss = StepOutcome(step=0, completed=1, total=9, message="epoch 1",
                       points=[Point(name="train_loss", step=0, value=0.5)])  # fmt: skip
    sampler = UsageSampler(meter, run.start_time)
    with RunRecorder(run.id, attempt, MemoryStore(), sampler) as recorder:
        recorder.finish_step(loss)
        eventually(lambda: "system/cpu_percent" in system_series(database, run))
    found = system_series(database, run)
    assert found["system/memory_bytes"].last == pytest.approx(peak_memory(), rel=0.9)
    assert {row.client for row in found.values()} == {meter.host}
    assert {row.goal for row in found.values()} == {None}
    assert all(0 <= found[f"system/{name}"].last <= 100
               for name in ("host_memory_percent", "host_cpu_percent"))  # fmt: skip
    assert all(0 <= row.top_step < 600 for row in found.values())
    columns = columns_in_use(database, actor_for(owner), RunsQuery())
    assert columns.metrics == ["train_loss"]
    with database.read() as session:
        assert results_of(session, [run.id]) == {}


def test_to_go_back_to_an_earlier_round_leaves_what_was_used(database: Database) -> None:
    run = make_run(database, make_user(database).id)
    samples = [UsageSample(host="gpu-1", at=now(), second=second,
                           values={"system/memory_bytes": 1e9 + second})
               for second in (10, 20, 30)]  # fmt: skip
    with database.write() as unit:
        usage.append_samples(unit.session, run.id, samples)
        cut_from(unit.session, run.id, 3)
    (row,) = system_series(database, run).values()
    assert (row.count, row.last_step, row.last) == (3, 30, 1e9 + 30)


def test_samples_of_one_second_are_one_point_and_keep_their_times() -> None:
    at = now()
    samples = [UsageSample(host="a", at=at, second=second, values={"system/cpu_percent": value})
               for second, value in ((20, 3.0), (10, 1.0), (20, 2.0))]  # fmt: skip
    (columns,) = columns_of_samples(samples).values()
    assert (columns.steps.tolist(), columns.values.tolist()) == ([10, 20], [1.0, 2.0])
    assert columns.times.tolist() == [at.timestamp()] * 2


def test_the_environment_names_the_machine() -> None:
    found = environment()
    assert found["cores"] >= 1
    assert found["memory_bytes"] > found["peak_memory_bytes"] > 10_000_000
    assert found["gpu"] is None
