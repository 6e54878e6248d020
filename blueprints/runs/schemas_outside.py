"""What runs that are trained elsewhere are told by, and what they are answered."""

from collections.abc import Mapping
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, post_load, validate

from app import strict_json
from app.http.schemas import StrictSchema, whole
from app.models.run import MODES, STATUSES, VISIBILITIES
from blueprints.runs.fields_outside import (
    LARGEST,
    fault_of_number,
    metrics_field,
    number,
    params_field,
    past_moment,
)
from blueprints.runs.schemas import SHARE, tags_field
from services.runs.domain.tags import fault_of_name
from services.runs.logs import LEVELS
from services.runs.outside.evaluations import MOST_EVALUATIONS, ToldEvaluation
from services.runs.outside.logs import LONGEST_LINE, MOST_LINES, ToldLine, ToldLines
from services.runs.outside.rounds import MOST_PARTS
from services.runs.outside.rounds import STATUSES as PART_STATUSES
from services.runs.outside.start import BEAT_SECONDS, LoggedRunRequest
from services.runs.ports import ClientRound

A_DAY = 86_400.0
TEN_YEARS = 3_652 * A_DAY
MOST_OTHERS = 64 * 1024  # bytes of JSON beside the metrics of one evaluation
COUNTS = {
    "true_positives": ("true_positives", "tp"),
    "true_negatives": ("true_negatives", "tn"),
    "false_positives": ("false_positives", "fp"),
    "false_negatives": ("false_negatives", "fn"),
}
FLAT = {f"server_cm_{short}": name for name, (_, short) in COUNTS.items()}
SPELLINGS = {"f1_score": "f1", "auc": "auroc"}
METRICS = ("loss", "accuracy", "precision", "recall", "f1", "auroc")


class LoggedRunBody(StrictSchema):
    """A run to log to. ``heartbeat_seconds``: how often a sign of life comes, null: never."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    training_mode = fields.String(load_default="centralized", validate=validate.OneOf(MODES))
    params = params_field(load_default=dict)
    tags = tags_field(load_default=dict)
    run_description = fields.String(load_default=None, validate=validate.Length(0, 1024))
    visibility = fields.String(load_default="private", validate=validate.OneOf(VISIBILITIES))
    start_time = past_moment(load_default=None, allow_none=True)
    heartbeat_seconds = number(1.0, A_DAY, load_default=BEAT_SECONDS, allow_none=True)

    @post_load
    def request(self, values: dict[str, Any], **_: Any) -> LoggedRunRequest:
        """Return the use case's own words."""
        return LoggedRunRequest(**values)


class LoggedRunView(Schema):
    """The run, and where people look at it."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    url = fields.String(required=True)


class HeardView(Schema):
    """What a program that trains elsewhere gets to know."""

    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    stop_requested = fields.Boolean(required=True)


class LineBody(StrictSchema):
    """One line of a log; without a time it is from now."""

    at = past_moment(load_default=None, allow_none=True)
    level = fields.String(load_default="info", validate=validate.OneOf(LEVELS))
    message = fields.String(required=True, validate=validate.Length(0, LONGEST_LINE))

    @post_load
    def line(self, values: dict[str, Any], **_: Any) -> ToldLine:
        """Return the line."""
        return ToldLine(**values)


def batch_id_field(**kwargs: Any) -> fields.String:
    """Return a field of the name of a batch, which is taken once."""
    return fields.String(validate=validate.Length(1, 200), **kwargs)


class LinesBody(StrictSchema):
    """Lines of a log in their order."""

    lines = fields.List(
        fields.Nested(LineBody), required=True, validate=validate.Length(0, MOST_LINES)
    )
    batch_id = batch_id_field(load_default=None, allow_none=True)

    @post_load
    def told(self, values: dict[str, Any], **_: Any) -> ToldLines:
        """Return the use case's own words."""
        return ToldLines(**values)


class KeptLinesView(Schema):
    """How many lines were added, and the newest of the whole log."""

    lines = whole(required=True)
    last_id = whole(required=True)
    duplicate = fields.Boolean(required=True)


class FileFields(StrictSchema):
    """What a file is called and what it is."""

    name = fields.String(load_default=None, validate=validate.Length(1, 200))
    kind = fields.String(
        load_default="file",
        validate=validate.Regexp(
            r"[a-z0-9_-]{1,50}\Z", error="A kind is of up to 50 of a-z, 0-9, _ and -."
        ),
    )
    step = whole(None, allow_none=True)


class FileForm(FileFields):
    """A file to keep; one of the same name is replaced."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class CountsBody(StrictSchema):
    """The four counts of a binary confusion matrix, each under its long or its short name."""

    true_positives = whole(high=LARGEST)
    true_negatives = whole(high=LARGEST)
    false_positives = whole(high=LARGEST)
    false_negatives = whole(high=LARGEST)
    tp = whole(high=LARGEST)
    tn = whole(high=LARGEST)
    fp = whole(high=LARGEST)
    fn = whole(high=LARGEST)

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

    round = whole(required=True, high=LARGEST)
    loss = fields.Float(allow_none=True)
    accuracy = fields.Float(allow_none=True, validate=SHARE)
    precision = fields.Float(allow_none=True, validate=SHARE)
    recall = fields.Float(allow_none=True, validate=SHARE)
    f1_score = fields.Float(allow_none=True, validate=SHARE)
    f1 = fields.Float(allow_none=True, validate=SHARE)
    auroc = fields.Float(allow_none=True, validate=SHARE)
    auc = fields.Float(allow_none=True, validate=SHARE)
    confusion_matrix = fields.Nested(CountsBody, allow_none=True)
    server_cm_tp = whole(high=LARGEST)
    server_cm_tn = whole(high=LARGEST)
    server_cm_fp = whole(high=LARGEST)
    server_cm_fn = whole(high=LARGEST)
    num_samples = whole(high=LARGEST, allow_none=True)
    additional_metrics = fields.Dict(keys=fields.String(), allow_none=True)

    @post_load
    def told(self, values: dict[str, Any], **_: Any) -> ToldEvaluation:
        """Return the use case's own words."""
        number_of_round = values.pop("round")
        metrics = _metrics(values)
        confusion = _confusion(values)
        rows = values.pop("num_samples", None)
        others = (values.pop("additional_metrics", None) or {}) | values
        _check_others(others)
        return ToldEvaluation(
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
    found = {SPELLINGS.get(name, name): value for name, value in values.items()}
    for name in (*METRICS, *SPELLINGS):
        values.pop(name, None)
    return {name: found.get(name) for name in METRICS}


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
    if len(strict_json.dump_bytes(others)) > MOST_OTHERS:
        told = f"Beside the metrics of a round there is room for {MOST_OTHERS} bytes of JSON."
        raise ValidationError(told, "additional_metrics")


class EvaluationsBody(StrictSchema):
    """Evaluations of rounds; a round that is told again is replaced."""

    evaluations = fields.List(
        fields.Nested(EvaluationBody),
        required=True,
        validate=validate.Length(1, MOST_EVALUATIONS),
    )

    @post_load
    def told(self, values: dict[str, Any], **_: Any) -> list[ToldEvaluation]:
        """Return the evaluations."""
        evaluations: list[ToldEvaluation] = values["evaluations"]
        return evaluations


class PartBody(StrictSchema):
    """One site's part in one round."""

    client = fields.String(required=True, validate=validate.Length(1, 255))
    round = whole(required=True, high=LARGEST)
    status = fields.String(load_default="completed", validate=validate.OneOf(PART_STATUSES))
    num_samples = whole(0, high=LARGEST)
    seconds = number(0.0, TEN_YEARS, load_default=0.0)
    metrics = metrics_field(load_default=dict)
    reason = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(1, LONGEST_LINE)
    )

    @post_load
    def part(self, values: dict[str, Any], **_: Any) -> ClientRound:
        """Return the use case's own words."""
        fault = fault_of_name(values["client"])
        if fault is not None:
            raise ValidationError(f"The name of a site: {fault}.", "client")
        return ClientRound(**values)


class PartsBody(StrictSchema):
    """Parts of sites in rounds; one that is told again is replaced."""

    rounds = fields.List(
        fields.Nested(PartBody), required=True, validate=validate.Length(1, MOST_PARTS)
    )

    @post_load
    def parts(self, values: dict[str, Any], **_: Any) -> list[ClientRound]:
        """Return the parts."""
        rounds: list[ClientRound] = values["rounds"]
        return rounds


class StoredView(Schema):
    """How many of what came are kept."""

    stored = whole(required=True)
