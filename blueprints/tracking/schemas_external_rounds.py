"""What external programs log of a round: its evaluation and the parts of its sites."""

from collections.abc import Mapping
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, post_load, validate

from app import strict_json
from app.http.schemas import StrictSchema, whole
from blueprints.tracking.fields import MAX_COUNT, fault_of_number, metrics_field, number
from services.runs.external.evaluations import MAX_EVALUATIONS, ReportedEvaluation
from services.runs.external.logs import MAX_LINE_LENGTH
from services.runs.external.rounds import MAX_PARTS, STATUSES
from services.runs.training.ports import ClientRound
from services.tracking.catalogue import ROUNDING, canonical_name, clamped
from services.tracking.domain.metric_names import METRICS as STANDARD_METRICS
from services.tracking.domain.metric_names import short_name
from services.tracking.domain.tags import fault_of_name

TEN_YEARS = 3_652 * 86_400.0
MAX_OTHERS = 64 * 1024  # bytes of JSON beside the metrics of one evaluation
COUNTS = {
    "true_positives": ("true_positives", "tp"),
    "true_negatives": ("true_negatives", "tn"),
    "false_positives": ("false_positives", "fp"),
    "false_negatives": ("false_negatives", "fn"),
}
NEARLY_SHARE = validate.Range(-ROUNDING, 1.0 + ROUNDING)  # a mean of ones may leave the range
FLAT = {f"server_cm_{short}": name for name, (_, short) in COUNTS.items()}
SPELLINGS = {name: short_name(canonical_name(name)) for name in ("f1_score", "auc")}
METRICS = tuple(short_name(metric) for metric in STANDARD_METRICS)


class CountsBody(StrictSchema):
    """The four counts of a binary confusion matrix, each under its long or its short name."""

    true_positives = whole(high=MAX_COUNT)
    true_negatives = whole(high=MAX_COUNT)
    false_positives = whole(high=MAX_COUNT)
    false_negatives = whole(high=MAX_COUNT)
    tp = whole(high=MAX_COUNT)
    tn = whole(high=MAX_COUNT)
    fp = whole(high=MAX_COUNT)
    fn = whole(high=MAX_COUNT)

    @post_load
    def counts(self, values: dict[str, Any], **_: Any) -> dict[str, int]:
        """Return the counts by their long names."""
        return complete_counts(values, COUNTS)


def complete_counts(values: dict[str, int], names: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
    """Return the four counts by their long names; each must be given, and once."""
    faults = {}
    counts = {}
    for name, spellings in names.items():
        given = [values[spelling] for spelling in spellings if spelling in values]
        if len(given) == 1:
            counts[name] = given[0]
        else:
            faults[spellings[0]] = [
                "Give it once." if given else "A confusion matrix needs all four counts."
            ]
    if faults:
        raise ValidationError(faults)
    return counts


class EvaluationBody(Schema):
    """The global model of one round, on rows that no site has; other fields are kept as well."""

    class Meta:
        """Keep what is not known here."""

        unknown = INCLUDE

    round = whole(required=True, high=MAX_COUNT)
    loss = fields.Float(allow_none=True)
    accuracy = fields.Float(allow_none=True, validate=NEARLY_SHARE)
    precision = fields.Float(allow_none=True, validate=NEARLY_SHARE)
    recall = fields.Float(allow_none=True, validate=NEARLY_SHARE)
    f1_score = fields.Float(allow_none=True, validate=NEARLY_SHARE)
    f1 = fields.Float(allow_none=True, validate=NEARLY_SHARE)
    auroc = fields.Float(allow_none=True, validate=NEARLY_SHARE)
    auc = fields.Float(allow_none=True, validate=NEARLY_SHARE)
    confusion_matrix = fields.Nested(CountsBody, allow_none=True)
    server_cm_tp = whole(high=MAX_COUNT)
    server_cm_tn = whole(high=MAX_COUNT)
    server_cm_fp = whole(high=MAX_COUNT)
    server_cm_fn = whole(high=MAX_COUNT)
    num_samples = whole(high=MAX_COUNT, allow_none=True)
    additional_metrics = fields.Dict(keys=fields.String(), allow_none=True)

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> ReportedEvaluation:
        """Return the use case's own words."""
        number_of_round = values.pop("round")
        metrics = _metrics(values)
        confusion = _confusion(values)
        rows = values.pop("num_samples", None)
        others = (values.pop("additional_metrics", None) or {}) | values
        _check_others(others)
        return ReportedEvaluation(
            round=number_of_round,
            metrics=metrics,
            confusion=confusion,
            num_samples=rows,
            others=others,
        )


def _metrics(values: dict[str, Any]) -> dict[str, float | None]:
    for spelling, name in SPELLINGS.items():
        if spelling in values and name in values:
            raise ValidationError("Give it under one name.", spelling)
    by_name = {SPELLINGS.get(name, name): value for name, value in values.items()}
    for name in (*METRICS, *SPELLINGS):
        values.pop(name, None)
    return {name: clamped(name, by_name.get(name)) for name in METRICS}


def _confusion(values: dict[str, Any]) -> list[list[int]]:
    nested = values.pop("confusion_matrix", None)
    flat = {name: values.pop(name) for name in FLAT if name in values}
    if nested is not None and flat:
        raise ValidationError("Give the counts once.", "confusion_matrix")
    if flat:
        nested = complete_counts(flat, {name: (short,) for short, name in FLAT.items()})
    if nested is None:
        return []
    return [
        [nested["true_negatives"], nested["false_positives"]],
        [nested["false_negatives"], nested["true_positives"]],
    ]


def _check_others(others: dict[str, Any]) -> None:
    for name, value in others.items():
        fault = fault_of_name(name)
        if fault is None and name in (*METRICS, *SPELLINGS):
            fault = "it belongs beside the round, not among the additional metrics"
        if fault is None and isinstance(value, int | float) and not isinstance(value, bool):
            fault = fault_of_number(value)
        if fault is not None:
            raise ValidationError(f"{name[:60]!r}: {fault}.", "additional_metrics")
    if len(strict_json.dump_bytes(others)) > MAX_OTHERS:
        fault = f"Beside the metrics of a round there is room for {MAX_OTHERS} bytes of JSON."
        raise ValidationError(fault, "additional_metrics")


class EvaluationsBody(StrictSchema):
    """Evaluations of rounds; a round that is reported again is replaced."""

    evaluations = fields.List(
        fields.Nested(EvaluationBody),
        required=True,
        validate=validate.Length(1, MAX_EVALUATIONS),
    )

    @post_load
    def build(self, values: dict[str, Any], **_: Any) -> list[ReportedEvaluation]:
        """Return the evaluations."""
        evaluations: list[ReportedEvaluation] = values["evaluations"]
        return evaluations


class PartBody(StrictSchema):
    """One site's part in one round."""

    client = fields.String(required=True, validate=validate.Length(1, 255))
    round = whole(required=True, high=MAX_COUNT)
    status = fields.String(load_default="completed", validate=validate.OneOf(STATUSES))
    num_samples = whole(0, high=MAX_COUNT)
    seconds = number(0.0, TEN_YEARS, load_default=0.0)
    metrics = metrics_field(load_default=dict)
    reason = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(1, MAX_LINE_LENGTH)
    )

    @post_load
    def part(self, values: dict[str, Any], **_: Any) -> ClientRound:
        """Return the use case's own words."""
        fault = fault_of_name(values["client"])
        if fault is not None:
            raise ValidationError(f"The name of a site: {fault}.", "client")
        return ClientRound(**values)


class PartsBody(StrictSchema):
    """Parts of sites in rounds; one that is reported again is replaced."""

    rounds = fields.List(
        fields.Nested(PartBody), required=True, validate=validate.Length(1, MAX_PARTS)
    )

    @post_load
    def parts(self, values: dict[str, Any], **_: Any) -> list[ClientRound]:
        """Return the parts."""
        rounds: list[ClientRound] = values["rounds"]
        return rounds


class StoredView(Schema):
    """How many of what came are kept."""

    stored = whole(required=True)
