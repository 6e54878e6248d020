"""How a site classified its validation rows: counts that travel beside its metrics."""

from collections.abc import Sequence
from math import isqrt

from flwr.app import ConfigRecord, Message

from services.runs.federated.domain.pooling import Pooled, SiteMeasure, pooled, pooled_loss
from services.runs.training.engine.federated.guard import METRICS, ROWS
from services.runs.training.engine.metrics import Measured, Metrics

RECORD, MATRIX = "counts", "confusion"


def counts_record(confusion: Sequence[Sequence[int]]) -> ConfigRecord:
    """Return a confusion matrix as Flower sends it: row after row."""
    return ConfigRecord({MATRIX: [count for row in confusion for count in row]})


def counts_fault(reply: Message, classes: int) -> str | None:
    """Return why the counts of a measurement are refused, in a sentence; None for good ones."""
    record = reply.content.config_records.get(RECORD)
    sent = None if record is None else record.get(MATRIX)
    if not isinstance(sent, list):
        return (
            "It did not send how it classified its rows, and without data at the server that is "
            "what the model is measured by. Is an older release of Roundhouse installed there?"
        )
    if len(sent) != classes**2 or any(type(one) is not int or one < 0 for one in sent):
        return f"Its counts are not those of {classes} classes."
    rows = reply.content.metric_records[METRICS][ROWS]
    if sum(one for one in sent if isinstance(one, int)) != rows:
        return f"Its counts do not add up to the {rows} rows that it measured."
    return None


def together(
    parts: Sequence[tuple[Message, Metrics]], class_weights: Sequence[float] | None = None
) -> Measured:
    """Return what the sites measured together: good answers with the metrics that they sent."""
    made: Pooled = pooled([_measure(*part) for part in parts], class_weights)
    return Measured(metrics=made.metrics, confusion=made.confusion, num_samples=made.rows)


def loss_together(
    parts: Sequence[tuple[Message, Metrics]], class_weights: Sequence[float]
) -> float | None:
    """Return the loss of all sites' rows, which class weights divide; None if it is not known.

    It needs the counts of every site: without those of one the mean by rows has to do.
    """
    if not parts or any(counts_fault(reply, len(class_weights)) for reply, _ in parts):
        return None
    return pooled_loss([_measure(*part) for part in parts], class_weights)


def drop_counts(reply: Message) -> None:
    """Take the counts out of an answer: no strategy is to see them."""
    reply.content.pop(RECORD, None)


def _measure(reply: Message, metrics: Metrics) -> SiteMeasure:
    sent = reply.content.config_records[RECORD][MATRIX]
    flat = [int(str(one)) for one in sent] if isinstance(sent, list) else []
    width = isqrt(len(flat))
    return SiteMeasure(
        confusion=[flat[start : start + width] for start in range(0, len(flat), width)],
        loss=metrics.get("val_loss"),
        auroc=metrics.get("val_auroc"),
    )
