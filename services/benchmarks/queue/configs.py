"""A request as the JSON that an entry keeps, and back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from services.benchmarks.generations.types import GenerationRequest
from services.benchmarks.personas.types import BuildRequest
from services.benchmarks.queue.types import ANALYSIS, ATTRGEN, BENCHMARK, QueuedAnalysis, Request
from services.benchmarks.runs.types import BenchmarkRequest, EndpointSettings


def config_of(request: Request) -> dict[str, Any]:
    """Return every field of a request as JSON values."""
    return asdict(request)


def request_of(kind: str, config: Mapping[str, Any]) -> Request:
    """Return the request that ``config_of`` wrote for an entry of this type."""
    if kind == ANALYSIS:
        return QueuedAnalysis(**config)
    if kind not in (BENCHMARK, ATTRGEN):
        return BuildRequest(**config)
    values = dict(config) | {"endpoint": EndpointSettings(**config["endpoint"])}
    return BenchmarkRequest(**values) if kind == BENCHMARK else GenerationRequest(**values)
