"""A finished round as curves, as an event, as a sentence, and as what each client did in it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.runs.events import RoundEnd
from services.runs.messages import message_text
from services.runs.training.engine.federated.aggregation import Merged
from services.runs.training.engine.federated.exchange import COMPLETED, Validation
from services.runs.training.engine.metrics import Measured, named
from services.runs.training.engine.points import points
from services.runs.training.ports import ClientRound, Evaluation, Point, RoundOutcome


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


def completed(
    part: ClientRound,
    traffic: tuple[int | None, int | None],
    validation: Validation,
    merged: Merged | None,
    without: Mapping[str, float],
) -> ClientRound:
    """Return a part with what is known at the end of the round only; bytes go down and up."""
    down, up = traffic
    part = replace(part, bytes_down=down, bytes_up=up)
    if part.status != COMPLETED:
        return replace(part, weight=0.0) if merged and merged.weights else part
    return replace(
        part,
        metrics={**part.metrics, **validation.each.get(part.client, {})},
        weight=merged.weights.get(part.client) if merged else None,
        leave_one_out=without.get(part.client),
    )


def evaluation_of(number: int, measured: Measured, validation: Validation) -> Evaluation | None:
    """Return what the server measured; None where nobody could measure the model in this round."""
    if not measured.num_samples:
        return None
    sites = {} if validation.pooled is None else {"sites": float(len(validation.each))}
    return Evaluation(
        round=number,
        metrics={**measured.metrics, **sites},
        confusion=measured.confusion,
        num_samples=measured.num_samples,
    )


def round_message(code: str, measured: Measured, validation: Validation, **values: int) -> str:
    """Return the sentence of a step, with its accuracy and, at sites, on how many rows."""
    accuracy = measured.metrics["accuracy"]
    if accuracy is None:
        return message_text(code, **values)
    text = f"{accuracy:.3f}"
    if validation.pooled is None:
        return message_text(f"{code}_accuracy", accuracy=text, **values)
    rows, sites = measured.num_samples, len(validation.each)
    return message_text(f"{code}_on_sites", accuracy=text, rows=rows, sites=sites, **values)
