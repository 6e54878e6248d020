"""The parameters of schedules that let a session come again."""

from marshmallow import fields, validate

from app.http.schemas import StrictSchema, whole
from services.forecasting.training.start import MAX_MODELS
from services.tabular.merge import RULES

LINEAR = [{"MODE": "LIN"}]


class ForecastingSessionParams(StrictSchema):
    """Which session, where its new rows come from, and which models to train.

    With a ``connection_id`` the days that the session lacks are appended; without, its own files
    are taken as they are then. ``overlap`` decides where both have other values of a time.
    """

    session_id = fields.String(required=True, validate=validate.Length(1, 100))
    connection_id = whole(low=1, allow_none=True, load_default=None)
    models = fields.List(
        fields.Dict(keys=fields.String()),
        load_default=LINEAR,
        validate=validate.Length(1, MAX_MODELS),
    )
    overlap = fields.String(load_default="new", validate=validate.OneOf(RULES))
    trains_unchanged = fields.Boolean(load_default=False)
