"""The words of queues."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.models.benchmark_queue import QueueEntry
from services.benchmarks.generations.types import GenerationRequest
from services.benchmarks.personas.types import BuildRequest
from services.benchmarks.runs.types import BenchmarkRequest

BENCHMARK, ATTRGEN, ANALYSIS = "benchmark", "attrgen", "analysis"
BALANCED = "balanced_gen"
BUILDS = {"pool_gen": "pool", BALANCED: "balanced"}  # what each type builds
RESULTS = {
    BENCHMARK: "benchmark_run",
    ATTRGEN: "attribute_generation",
    ANALYSIS: "benchmark_run",
    **dict.fromkeys(BUILDS, "persona_set"),
}


@dataclass(frozen=True, kw_only=True)
class QueuedAnalysis:
    """The run whose tables to compute; None where the run is the one that it depends on."""

    run_id: int | None = None


Request = BenchmarkRequest | GenerationRequest | BuildRequest | QueuedAnalysis


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """Something to be done at its turn. ``depends_on`` is an entry that must be done before.

    What that one fills in is None in ``request``: a number that nothing has yet.
    """

    type: str
    request: Request
    label: str | None = None
    depends_on: int | None = None


@dataclass(frozen=True, kw_only=True)
class EntryView:
    """An entry with the progress, 0 to 1, and the message of what it became."""

    row: QueueEntry
    result_type: str
    progress: float | None
    message: str | None
    state: str | None
    can_edit: bool


@dataclass(frozen=True, kw_only=True)
class QueueStats:
    """Whether entries begin, how many there are by status, and which one runs."""

    is_started: bool
    is_paused: bool
    counts: Mapping[str, int]
    running: EntryView | None
    next_id: int | None


def visibility_of(request: Request) -> str:
    """Return who is to see what the request becomes: private where it says nothing."""
    return str(getattr(request, "visibility", "private"))


def named(request: Request) -> str | None:
    """Return the name that the request gives, else that of its model, if any."""
    name: Any = getattr(request, "name", None) or getattr(request, "model_name", None)
    return None if name is None else str(name)
