"""What a benchmark run is made from, and what is shown of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.benchmarks.runs.origin import LOCAL

SCALE_MODES = ("in", "rev", "random50")
DEFAULT_MARGIN = 0.25  # rating points: what differs by less is called equivalent
MAX_REPEATS = 20


@dataclass(frozen=True, kw_only=True)
class EndpointSettings:
    """How the server is called; a resume may change it, since it decides no answer.

    ``concurrency`` is requests in flight, ``requests_per_minute`` None for as fast as it goes.
    """

    concurrency: int = 2
    requests_per_minute: float | None = None
    timeout_seconds: float = 120.0
    cost_limit: float | None = None


@dataclass(frozen=True, kw_only=True)
class BenchmarkRequest:
    """What to ask whom, and what will be concluded: all of it goes into the manifest.

    ``trait_ids`` None means every active trait. ``wordings`` are paraphrases of the
    template, ``cues`` the forms in which a group is shown; each is a factor of its own.
    ``attrgen_run_id`` is the attribute generation whose texts the prompts show.
    ``equivalence_margin`` is in rating points. ``cost_limit`` is in the model's currency.
    """

    dataset_id: int
    model_name: str
    name: str | None = None
    visibility: str = "private"
    language: str = "en"
    wordings: Sequence[str] = ("a",)
    cues: Sequence[str] = ("label",)
    repeats: int = 1
    include_rationale: bool = False
    system_prompt: str | None = None
    scale_mode: str = "random50"
    dual_fraction: float = 0.0
    trait_ids: Sequence[int] | None = None
    attrgen_run_id: int | None = None
    max_attempts: int = 3
    max_new_tokens: int = 256
    temperature: float = 0.0
    seed: int = 0
    lenient: bool = False
    logprobs: bool = False
    equivalence_margin: float = DEFAULT_MARGIN
    baselines: Mapping[str, str] = field(default_factory=dict)
    endpoint: EndpointSettings = EndpointSettings()


@dataclass(frozen=True, kw_only=True)
class BenchmarkResume:
    """Which run goes on, how its server is called from now on, and what the caller assumes."""

    run_id: int
    endpoint: Mapping[str, Any]
    fixed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RunCounts:
    """How many items of a run are answered, failed, and of ``total`` still open."""

    done: int
    failed: int
    total: int

    @property
    def n_results(self) -> int:
        """Return ``done`` under the name that lists of the contract have for it."""
        return self.done

    @property
    def open(self) -> int:
        """Return how many items have neither an answer nor a failure."""
        return max(0, self.total - self.done - self.failed)

    @property
    def missing(self) -> int:
        """Return how many items have no answer."""
        return self.open + self.failed

    @property
    def pct(self) -> float:
        """Return the share of items that are settled, in percent."""
        settled = self.done + self.failed
        return round(100 * settled / self.total, 1) if self.total else 100.0


@dataclass(frozen=True, kw_only=True)
class BenchmarkSummary:
    """A run in a list. ``status`` is the contract's word for ``state``, the job engine's.

    ``result`` is what it came to, None until its overview was computed. ``origin`` is asked, or
    imported: then ``include_rationale`` is None, since nobody knows.
    """

    id: int
    name: str
    owner_id: int
    visibility: str
    model_name: str
    dataset_id: int
    dataset_name: str
    include_rationale: bool | None
    system_prompt: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    state: str
    status: str
    error: str | None
    counts: RunCounts
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    currency: str
    result: Mapping[str, Any] | None = None
    origin: str = LOCAL


@dataclass(frozen=True, kw_only=True)
class BenchmarkDetail:
    """A run with what decided its answers and what the server turned out to do.

    Who sees a run reads its persons; ``reveals_private_data`` says that their set is private.
    """

    summary: BenchmarkSummary
    dataset: Mapping[str, Any]
    manifest: Mapping[str, Any]
    manifest_hash: str
    endpoint: Mapping[str, Any]
    probe: Mapping[str, Any] | None
    failures: Mapping[str, int]
    can_edit: bool
    reveals_private_data: bool
    is_simulated: bool = False
