"""What a run came to, for lists: from its row and its newest epoch or round alone.

The same rules as ``domain.extraction`` has for the whole history of one run: a share outside
0 to 1 is none (beyond rounding), and round 0, the untrained model, counts nowhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.models.run import Run, ServerEvaluation
from services.runs.results.counts import counts_of_epoch, counts_of_round
from services.runs.results.domain.history import Counts
from services.runs.statements import SeriesSummary
from services.tracking.catalogue import clamped
from services.tracking.domain.training_modes import FEDERATED


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
    """How many rounds a federated run has trained, and what the server measured after the last."""

    rounds: int
    latest: ServerEvaluation


@dataclass(frozen=True, kw_only=True)
class HeadlineResult:
    """The best values and the confusion matrix of the newest epoch or round."""

    recall: float | None = None
    accuracy: float | None = None
    counts: Counts | None = None
    federated_info: FederatedInfo | None = None


def outcome_of(
    run: Run, series: Mapping[str, SeriesSummary], rounds: TrainedRounds | None, clients: int
) -> HeadlineResult:
    """Return what a run came to. Its row holds the best values: ``update_best`` writes them."""
    federated = run.training_mode == FEDERATED
    counts = counts_of_epoch(series)
    if federated:
        counts = None if rounds is None else counts_of_round(rounds.latest)
    return HeadlineResult(
        recall=clamped("recall", run.best_val_recall),
        accuracy=clamped("accuracy", run.best_val_accuracy),
        counts=counts,
        federated_info=_federated(run, rounds, clients) if federated else None,
    )


def _federated(run: Run, rounds: TrainedRounds | None, clients: int) -> FederatedInfo:
    if rounds is None:
        return FederatedInfo(num_clients=clients)
    return FederatedInfo(
        num_rounds=rounds.rounds,
        num_clients=clients,
        has_server_evaluation=True,
        best_accuracy=clamped("accuracy", run.best_val_accuracy),
        best_recall=clamped("recall", run.best_val_recall),
        latest_round=rounds.latest.round_number,
        latest_accuracy=clamped("accuracy", rounds.latest.accuracy),
    )
