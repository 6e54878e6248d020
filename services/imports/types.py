"""What the readers of foreign files hand over, and what an import answers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, Protocol

from services.imports.federated import FederatedResult
from services.tracking.domain.columns import Columns

SOURCE_TAG = "import.source"
KINDS = ("flower", "tensorboard", "mlflow", "inspect", "lm-eval")


@dataclass(frozen=True, kw_only=True)
class SkippedRecord:
    """Something of the source that does not come along, and why."""

    name: str
    reason: str


class FileHolder(Protocol):
    """What holds a temporary file open, which is closed and gone with it."""

    content: BinaryIO


@dataclass(frozen=True, kw_only=True)
class ForeignFile:
    """A file that a run is to keep, under ``name``."""

    name: str
    kind: str
    holder: FileHolder


@dataclass(frozen=True, kw_only=True)
class ForeignResult:
    """What a source says that a model scores, and of how many samples if it is one number."""

    metrics: Mapping[str, float | None]
    num_rows: int | None = None


@dataclass(frozen=True, kw_only=True)
class ForeignRun:
    """A run as its source has it; ``left_out`` is what of it cannot be kept.

    ``goals`` says of metrics whether "min" or "max" is better, where the source does.
    ``declared`` is its result where the source says it; otherwise it follows from the series.
    """

    name: str
    training_mode: str = "centralized"
    status: str = "completed"
    start_time: datetime | None = None
    end_time: datetime | None = None
    notes: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    series: Mapping[str, Columns] = field(default_factory=dict)
    goals: Mapping[str, str] = field(default_factory=dict)
    declared: ForeignResult | None = None
    files: Sequence[ForeignFile] = ()
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
