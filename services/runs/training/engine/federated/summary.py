"""A finished round as curves and as an event."""

from collections.abc import Mapping, Sequence

from services.runs.events import RoundEnd
from services.runs.training.engine.federated.exchange import COMPLETED, Validation
from services.runs.training.engine.metrics import Measured, named
from services.runs.training.engine.points import points
from services.runs.training.ports import ClientRound, Point, RoundOutcome


def round_points(
    number: int,
    measured: Measured,
    outcome: RoundOutcome,
    validation: Validation,
    clients: Sequence[ClientRound],
) -> list[Point]:
    """Return the points of a round: the server's, the clients' means, and each client's."""
    both = {**outcome.fit_metrics, **outcome.eval_metrics}
    mean = {f"clients_{name}": value for name, value in both.items()}
    all_points = points({**named("global", measured.metrics), **mean}, number)
    for part in clients:
        all_points += points(part.metrics, number, part.client)
    trained = {part.client for part in clients if part.status == COMPLETED}
    for client, metrics in validation.each.items():
        if client not in trained:
            all_points += points(metrics, number, client)
    return all_points


def round_end(
    outcome: RoundOutcome, total: int, refused: Mapping[str, str], *, is_best: bool
) -> RoundEnd:
    """Return the event that a round is over."""
    return RoundEnd(
        round=outcome.number,
        total_rounds=total,
        fit_metrics=dict(outcome.fit_metrics),
        eval_metrics=dict(outcome.eval_metrics),
        refused=dict(refused),
        seconds=outcome.seconds,
        status=outcome.status,
        is_best=is_best,
        bytes_down=outcome.bytes_down,
        bytes_up=outcome.bytes_up,
    )
