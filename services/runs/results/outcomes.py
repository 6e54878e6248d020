"""What a run came to, for lists: from summaries alone, one way per training mode.

The same rules as ``domain.extraction`` has for the whole history of one run: a share outside
0 to 1 is none (beyond rounding), and round 0, the untrained model, counts nowhere.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.models.run import ServerEvaluation
from services.runs.results.counts import counts_of_epoch, counts_of_round
from services.runs.results.domain.aggregation import best
from services.runs.results.domain.history import Counts
from services.runs.statements import SeriesSummary
from services.tracking.catalogue import clamped
from services.tracking.domain.metric_names import series_names
from services.tracking.domain.modes import FEDERATED


@dataclass(frozen=True, kw_only=True)
class FederatedInfo:
    """What the server measured; round 0, the untrained model, counts nowhere."""

    num_rounds: int = 0
    num_clients: int = 0
    has_server_evaluation: bool = False
    best_accuracy: float | None = None
    best_recall: float | None = None
    latest_round: int | None = None
    latest_accuracy: float | None = None


@dataclass(frozen=True, kw_only=True)
class TrainedRounds:
    """The trained rounds of one federated run in a few numbers."""

    rounds: int
    best_accuracy: float | None
    best_recall: float | None
    latest: ServerEvaluation


@dataclass(frozen=True, kw_only=True)
class Summarised:
    """What the database says of a run in summaries."""

    series: Mapping[str, SeriesSummary] = field(default_factory=dict)
    rounds: TrainedRounds | None = None
    num_clients: int = 0


@dataclass(frozen=True, kw_only=True)
class HeadlineResult:
    """The best values and the confusion matrix of the newest epoch or round."""

    recall: float | None = None
    accuracy: float | None = None
    counts: Counts | None = None
    federated_info: FederatedInfo | None = None


def outcome_of(training_mode: str, found: Summarised) -> HeadlineResult:
    """Return what a run of this mode came to."""
    return _OUTCOMES[training_mode](found)


def _of_series(found: Summarised) -> HeadlineResult:
    return HeadlineResult(
        recall=_highest(found.series, series_names("val", "recall")),
        accuracy=_highest(found.series, series_names("val", "accuracy")),
        counts=counts_of_epoch(found.series),
    )


def _of_rounds(found: Summarised) -> HeadlineResult:
    rounds = found.rounds
    if rounds is None:
        return HeadlineResult(federated_info=FederatedInfo(num_clients=found.num_clients))
    recall, accuracy = _share(rounds.best_recall), _share(rounds.best_accuracy)
    info = FederatedInfo(
        num_rounds=rounds.rounds,
        num_clients=found.num_clients,
        has_server_evaluation=True,
        best_accuracy=accuracy,
        best_recall=recall,
        latest_round=rounds.latest.round_number,
        latest_accuracy=_share(rounds.latest.accuracy),
    )
    counts = counts_of_round(rounds.latest)
    return HeadlineResult(recall=recall, accuracy=accuracy, counts=counts, federated_info=info)


_OUTCOMES: Mapping[str, Callable[[Summarised], HeadlineResult]] = {
    "centralized": _of_series,
    FEDERATED: _of_rounds,
}


def _highest(series: Mapping[str, SeriesSummary], names: Sequence[str]) -> float | None:
    return best(_share(found.best) for name in names if (found := series.get(name)) is not None)


def _share(value: float | None) -> float | None:
    return clamped("accuracy", value)
