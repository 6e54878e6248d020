"""The requests and answers of studies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.models.study import Study
from services.statistics.interval import Interval
from services.studies.domain.contrasts import Contrast

METRICS = ("accuracy", "auroc", "f1_score", "recall", "precision", "loss")
MAX_SEEDS = 20
MAX_RUNS = 200


@dataclass(frozen=True, kw_only=True)
class StudyRequest:
    """What a person asks for: ``seeds`` is how many, counted up from the seed of ``config``.

    ``equivalence_margin`` is how large a difference of the metric may be and not matter; it is
    set before anything is trained, or not at all.
    """

    name: str
    dataset: int | str
    seeds: int = 5
    metric: str = "auroc"
    visibility: str = "private"
    equivalence_margin: float | None = None
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Training:
    """One training of a study and what it measured on the held-out rows.

    ``has_result`` is False where it is over and measured nothing: failed, stopped or undefined.
    """

    run_id: int
    name: str
    arm: str
    seed: int
    client: str | None
    status: str
    progress: float
    train_rows: int | None
    test_rows: int | None
    value: float | None
    has_result: bool


@dataclass(frozen=True, kw_only=True)
class Arm:
    """One way to train: its mean over the seeds. ``client`` is None but for a single site.

    ``failed`` counts the seeds without a result for good; a site with any ``is_left_out`` of the
    mean of the sites.
    """

    arm: str
    client: str | None
    label: str
    values: Mapping[str, float]
    interval: Interval | None
    failed: int = 0
    is_left_out: bool = False


@dataclass(frozen=True, kw_only=True)
class LabelledContrast:
    """A contrast with what the other way to train is called."""

    label: str
    contrast: Contrast


@dataclass(frozen=True, kw_only=True)
class StudySummary:
    """A study in a list."""

    id: int
    name: str
    owner_id: int
    visibility: str
    dataset_id: int
    metric: str
    created_at: datetime
    seeds: int
    runs: int
    done: int
    failed: int


@dataclass(frozen=True, kw_only=True)
class StudyDetail:
    """A study with its results so far."""

    study: Study
    can_edit: bool
    seeds: Sequence[int]
    trainings: Sequence[Training]
    arms: Sequence[Arm]
    contrasts: Sequence[LabelledContrast]
    sentence: str | None
    notes: Sequence[str]
    method: str
    lower_is_better: bool
    seeds_compared: int
