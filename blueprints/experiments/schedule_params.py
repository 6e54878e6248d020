"""The parameters of schedules that train runs."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from app.http.schemas import StrictSchema, whole
from app.models.run import MODES
from blueprints.config.settings import TrainingSettings
from blueprints.experiments.schemas import MAX_ROUNDS, DatasetField


class TrainingRunParams(StrictSchema):
    """What to train each time: config holds only what differs from your own defaults.

    Runs are called as the schedule, unless there is an ``experiment_name``.
    """

    mode = fields.String(load_default="centralized", validate=validate.OneOf(MODES))
    dataset = DatasetField(load_default=None, allow_none=True)
    pretrained = whole(low=1, allow_none=True)
    experiment_name = fields.String(validate=validate.Length(1, 200))
    run_description = fields.String(allow_none=True, validate=validate.Length(0, 1024))
    num_server_rounds = whole(low=1, high=MAX_ROUNDS, allow_none=True)
    federation = whole(low=1, allow_none=True)
    config = fields.Nested(TrainingSettings, load_default=dict)

    @validates_schema
    def _fits_mode(self, values: dict[str, Any], **_: Any) -> None:
        if values.get("dataset") is None and values.get("federation") is None:
            raise ValidationError("Name the dataset to train on.", "dataset")
        federated_only = ("num_server_rounds", "federation")
        if values["mode"] == "centralized" and any(values.get(one) for one in federated_only):
            raise ValidationError("It belongs to federated trainings: leave it out.", "federation")
