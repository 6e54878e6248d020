"""A training that somebody thinks about, and how long those like it took."""

from marshmallow import Schema, fields, validate

from app.http.schemas import StrictSchema, whole
from app.models.run import MODES
from blueprints.experiments.schemas import MAX_REFERENCE_LENGTH

MAX_STEPS = 10_000_000


class EstimateParameters(StrictSchema):
    """What is trained on which data; ``steps`` are epochs, or rounds times local epochs."""

    mode = fields.String(required=True, validate=validate.OneOf(MODES))
    network = fields.String(required=True, validate=validate.Length(1, 100))
    steps = whole(low=1, high=MAX_STEPS, required=True)
    dataset = fields.String(load_default=None, validate=validate.Length(1, MAX_REFERENCE_LENGTH))
    federation = whole(None, low=1)


class TimeEstimateView(Schema):
    """Seconds of one run, from the pace of ``runs`` earlier ones; null where there is none."""

    seconds = fields.Float(required=True, allow_none=True)
    runs = whole(required=True)
