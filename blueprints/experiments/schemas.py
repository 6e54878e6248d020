"""What starting and describing experiments takes and answers."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.http.schemas import StrictSchema, moment, whole
from app.models.run import MODES, VISIBILITIES
from blueprints.config.settings import TrainingSettings
from services.runs.experiments import STATUS

MAX_ROUNDS = 10_000
MAX_REFERENCE_LENGTH = 100
WORDS = tuple(STATUS.values())
FIELD_TYPES = ("integer", "number", "boolean", "choice", "text", "size", "sizes")


class DatasetField(fields.Field[int | str]):
    """An id, or the slug of a built-in dataset."""

    default_error_messages = {"invalid": "Give the id of a dataset, or the slug of a built-in."}

    def __init__(self, **kwargs: Any) -> None:
        about = {"type": ["integer", "string"], "minimum": 0}
        lengths = {"minLength": 1, "maxLength": MAX_REFERENCE_LENGTH}
        super().__init__(metadata={**about, **lengths}, **kwargs)

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int | str:
        if not isinstance(value, int | str) or isinstance(value, bool):
            raise self.make_error("invalid")
        if not 1 <= len(str(value)) <= MAX_REFERENCE_LENGTH:
            raise self.make_error("invalid")
        return value


class ExperimentBody(StrictSchema):
    """What to train: config holds only what differs from your own defaults.

    ``pretrained`` is the id of uploaded weights to start from.
    """

    dataset = DatasetField(
        required=True,
    )
    pretrained = whole(low=1, allow_none=True)
    run_description = fields.String(allow_none=True, validate=validate.Length(0, 1024))
    visibility = fields.String(load_default="private", validate=validate.OneOf(VISIBILITIES))
    config = fields.Nested(TrainingSettings, load_default=dict)


class CentralizedBody(ExperimentBody):
    """A centralized training."""

    experiment_name = fields.String(
        load_default="pneumonia_centralized", validate=validate.Length(1, 200)
    )
    checkpoint_dir = fields.String(
        load_default="results/centralized/checkpoints", validate=validate.Length(0, 1024)
    )
    logs_dir = fields.String(
        load_default="results/centralized/logs", validate=validate.Length(0, 1024)
    )


class FederatedBody(ExperimentBody):
    """A federated training.

    With ``federation`` its sites train on their own data, and the dataset is only tested on.
    Without a dataset the sites' own validation rows measure the model: that is no test.
    """

    dataset = DatasetField(
        allow_none=True,
        load_default=None,
    )

    experiment_name = fields.String(
        load_default="pneumonia_federated", validate=validate.Length(1, 200)
    )
    num_server_rounds = whole(low=1, high=MAX_ROUNDS)
    federation = whole(low=1, allow_none=True)

    @validates_schema
    def _rows_somewhere(self, values: dict[str, Any], **_: Any) -> None:
        if values.get("dataset") is None and values.get("federation") is None:
            raise ValidationError(
                "Name the dataset to train on. It may be left out with a federation only, whose "
                "sites bring their own rows.",
                "dataset",
            )


class Started(Schema):
    """A run that waits for a worker."""

    run_id = whole(low=1, required=True)
    message = fields.String(required=True)
    experiment_name = fields.String(required=True)
    status = fields.String(required=True, validate=validate.Equal("queued"))


class StartedCentralized(Started):
    """A centralized run; the two paths are what was sent, and are never used."""

    checkpoint_dir = fields.String(required=True)
    logs_dir = fields.String(required=True)


class StartedFederated(Started):
    """A federated run."""

    num_server_rounds = whole(low=1, required=True)


class ExperimentView(Schema):
    """A run as an experiment; progress is in per cent."""

    experiment_id = fields.String(required=True)
    experiment_name = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(WORDS))
    training_mode = fields.String(required=True, validate=validate.OneOf(MODES))
    progress = fields.Float(required=True, validate=validate.Range(0, 100))
    current_epoch = whole(required=True)
    start_time = moment(required=True)
    end_time = moment(required=True, allow_none=True)


class ExperimentStatusView(ExperimentView):
    """One experiment in more detail."""

    total_epochs = whole(required=True)
    latest_metrics = fields.Dict(
        required=True, keys=fields.String(), values=fields.Float(allow_none=True)
    )
    total_events = whole(required=True)


class ExperimentListView(Schema):
    """The newest experiments; count is how many there are in all."""

    experiments = fields.List(fields.Nested(ExperimentView), required=True)
    count = whole(required=True)


class GroupView(Schema):
    """A group of fields."""

    name = fields.String(required=True)
    title = fields.String(required=True)


class FieldView(Schema):
    """One setting as a form shows it; bounds are inclusive."""

    name = fields.String(required=True)
    group = fields.String(required=True)
    type = fields.String(required=True, validate=validate.OneOf(FIELD_TYPES))
    label = fields.String(required=True)
    help = fields.String(required=True)
    default = fields.Raw(required=True, allow_none=True)
    minimum = fields.Float()
    maximum = fields.Float()
    choices = fields.List(fields.String())
    modes = fields.List(fields.String(validate=validate.OneOf(MODES)), required=True)
    advanced = fields.Boolean(required=True)
    nullable = fields.Boolean(required=True)


class PresetView(Schema):
    """Settings to start from."""

    name = fields.String(required=True)
    title = fields.String(required=True)
    description = fields.String(required=True)
    mode = fields.String(required=True, validate=validate.OneOf(MODES))
    dataset = fields.String(required=True)
    config = fields.Nested(TrainingSettings, required=True)


class FormSchemaView(Schema):
    """What a form for a new run needs to know."""

    groups = fields.List(fields.Nested(GroupView), required=True)
    fields_ = fields.List(
        fields.Nested(FieldView), required=True, data_key="fields", attribute="fields"
    )
    presets = fields.List(fields.Nested(PresetView), required=True)
