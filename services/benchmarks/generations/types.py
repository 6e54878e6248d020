"""What an attribute generation is made from, and what is shown of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.benchmarks.generations.reveals import Revealed
from services.benchmarks.runs.types import EndpointSettings, RunCounts

DEFAULT_TEMPERATURE = 0.7  # at 0 many models call everybody alike


@dataclass(frozen=True, kw_only=True)
class GenerationRequest:
    """Whose texts to write with which model; all but ``endpoint`` goes into the manifest.

    ``system_prompt`` None is the language's own.
    """

    dataset_id: int
    model_name: str
    name: str | None = None
    visibility: str = "private"
    language: str = "en"
    system_prompt: str | None = None
    max_attempts: int = 3
    max_new_tokens: int = 512
    temperature: float = DEFAULT_TEMPERATURE
    seed: int = 0
    endpoint: EndpointSettings = field(default_factory=EndpointSettings)


@dataclass(frozen=True, kw_only=True)
class GenerationSummary:
    """A generation in a list. ``is_complete``: every persona has its texts.

    ``status`` is the contract's word for ``state``, the job engine's; ``counts`` are of personas.
    Who sees a generation reads of its persons; ``reveals_private_data`` says that their set is
    private.
    """

    id: int
    name: str
    owner_id: int
    visibility: str
    model_name: str
    dataset_id: int
    dataset_name: str
    reveals_private_data: bool
    language: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    state: str
    status: str
    error: str | None
    counts: RunCounts
    is_complete: bool
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    currency: str


@dataclass(frozen=True, kw_only=True)
class GenerationDetail:
    """A generation with what decided its texts, what failed, and what the texts reveal."""

    summary: GenerationSummary
    manifest: Mapping[str, Any]
    manifest_hash: str
    texts_hash: str | None
    endpoint: Mapping[str, Any]
    probe: Mapping[str, Any] | None
    failures: Mapping[str, int]
    reveals: Revealed
    num_runs: int
    can_edit: bool


@dataclass(frozen=True, kw_only=True)
class DescribedPerson:
    """The texts of one persona; ``kind`` says why there are none."""

    persona_id: int
    persona_uuid: str
    attempt: int | None
    texts: Mapping[str, str] = field(default_factory=dict)
    kind: str | None = None
