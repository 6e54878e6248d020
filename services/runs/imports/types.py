"""What the readers of foreign files hand over, and what an import answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.runs.domain.columns import Columns
from services.runs.imports.federated import FederatedResult

SOURCE_TAG = "import.source"


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """Something of the source that does not come along, and why."""

    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ForeignRun:
    """A run as its source has it. ``source`` names it for ever, so that it comes only once.

    ``left_out`` is what of the run itself cannot be kept.
    """

    source: str
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
    left_out: list[Skipped] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ImportedRun:
    """A run that was made."""

    run_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class ImportOutcome:
    """The runs that were made, and what did not come along."""

    imported: list[ImportedRun] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
