"""The kind of schedule ``benchmark.run``: each execution is a run, each attempt a job of it."""

from app.jobs.queues import BENCHMARKS
from app.later import later
from services.scheduler.breaker.kinds import KIND_RULES
from services.scheduler.kinds.types import ScheduleKind

NAME = "benchmark.run"

BENCHMARK_RUN = ScheduleKind(
    name=NAME,
    params="blueprints.benchmarks.schedule_params:BenchmarkRunParams",
    cadence="0 4 * * 1",
    timeout_s=6 * 3600,
    queue=BENCHMARKS,
    rules=KIND_RULES[NAME],
    check=later("services.benchmarks.scheduled:check_scheduled"),
    begin=later("services.benchmarks.scheduled:begin_benchmark"),
    result=later("services.benchmarks.scheduled:benchmark_result"),
)
