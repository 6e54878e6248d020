"""What starting and describing experiments takes and answers."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.http.schemas import StrictSchema, whole
from app.models.run import VISIBILITIES

MOST_ROUNDS = 10_000
LONGEST_REFERENCE = 100


class DatasetField(fields.Field[int | str]):
    """An id, or the slug of a built-in dataset."""

    default_error_messages = {"invalid": "Give the id of a dataset, or the slug of a built-in."}

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int | str:
        known = isinstance(value, int | str) and not isinstance(value, bool)
        if not known or not 1 <= len(str(value)) <= LONGEST_REFERENCE:
            raise self.make_error("invalid")
        return value


class TrainBody(StrictSchema):
    """What to train: config holds only what differs from your own defaults."""

    dataset = DatasetField(
        required=True,
        metadata={
            "type": ["integer", "string"],
            "minLength": 1,
            "maxLength": LONGEST_REFERENCE,
            "minimum": 0,
        },
    )
    run_description = fields.String(allow_none=True, validate=validate.Length(0, 1024))
    visibility = fields.String(load_default="private", validate=validate.OneOf(VISIBILITIES))
    config = fields.Dict(load_default=dict, keys=fields.String())


class CentralizedBody(TrainBody):
    """A centralised training."""

    experiment_name = fields.String(
        load_default="pneumonia_centralized", validate=validate.Length(1, 200)
    )
    checkpoint_dir = fields.String(
        load_default="results/centralized/checkpoints", validate=validate.Length(0, 1024)
    )
    logs_dir = fields.String(
        load_default="results/centralized/logs", validate=validate.Length(0, 1024)
    )


class FederatedBody(TrainBody):
    """A federated training."""

    experiment_name = fields.String(
        load_default="pneumonia_federated", validate=validate.Length(1, 200)
    )
    num_server_rounds = whole(low=1, high=MOST_ROUNDS)


class Started(Schema):
    """A run that waits for a worker."""

    run_id = whole(low=1, required=True)
    message = fields.String(required=True)
    experiment_name = fields.String(required=True)
    status = fields.String(required=True, validate=validate.Equal("queued"))


class StartedCentralized(Started):
    """A centralised run; the two paths are what was sent, and are never used."""

    checkpoint_dir = fields.String(required=True)
    logs_dir = fields.String(required=True)


class StartedFederated(Started):
    """A federated run."""

    num_server_rounds = whole(low=1, required=True)
