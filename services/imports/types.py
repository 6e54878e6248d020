"""What the readers of foreign files hand over, and what an import answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.imports.federated import FederatedResult
from services.tracking.domain.columns import Columns

SOURCE_TAG = "import.source"
KINDS = ("flower", "tensorboard", "mlflow")


@dataclass(frozen=True, kw_only=True)
class SkippedRecord:
    """Something of the source that does not come along, and why."""

    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ForeignRun:
    """A run as its source has it; ``left_out`` is what of it cannot be kept."""

    name: str
    training_mode: str = "centralized"
    status: str = "completed"
    start_time: datetime | None = None
    end_time: datetime | None = None
    notes: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    series: Mapping[str, Columns] = field(default_factory=dict)
    result: FederatedResult | None = None
    left_out: list[SkippedRecord] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A run of the source of which nothing but a key and a name was read so far.

    ``source`` names it for ever, so that it comes only once; ``read`` reads all of it.
    """

    source: str
    name: str
    read: Callable[[], ForeignRun | SkippedRecord]


@dataclass(frozen=True, kw_only=True)
class ImportOutcome:
    """What became of one run of the source; ``run_id`` is the run that was made."""

    name: str
    run_id: int | None = None
    left_out: list[SkippedRecord] = field(default_factory=list)
