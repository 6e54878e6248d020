"""What the route of batches of forecasts takes and answers."""

from marshmallow import Schema, fields

from app.http.schemas import StrictSchema, whole
from blueprints.forecasting.schemas import ContractSchema
from blueprints.forecasting.schemas_forecast import ForecastOutputView
from services.forecasting.prediction.batch import MAX_WINDOWS


class BatchBody(StrictSchema):
    """Reference times as a list, or every so many of the session's from ``first`` to ``last``."""

    series = fields.Raw(load_default=None, allow_none=True, metadata={"type": "object"})
    model_filename = fields.String(load_default=None, allow_none=True)
    reference_times = fields.Raw(
        load_default=None,
        allow_none=True,
        metadata={"type": "array", "description": f"At most {MAX_WINDOWS}."},
    )
    first = fields.Raw(load_default=None, allow_none=True, metadata={"type": "string"})
    last = fields.Raw(load_default=None, allow_none=True, metadata={"type": "string"})
    every = whole(1, low=1)


class BatchMissingView(Schema):
    """An input that lacks values for a reference time."""

    label = fields.String()
    count = whole()


class BatchWindowView(Schema):
    """A forecast of a batch; ``outputs`` is empty where inputs are missing."""

    reference_time = fields.String()
    outputs = fields.Dict(keys=fields.String(), values=fields.Nested(ForecastOutputView))
    truth = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Float(allow_none=True)),
        allow_none=True,
    )
    missing = fields.List(fields.Nested(BatchMissingView))


class BatchErrorView(Schema):
    """The mean absolute error over the windows whose truth is known."""

    windows = whole()
    mae = fields.Float(allow_none=True)


class BatchAnswer(ContractSchema):
    """Forecasts at several reference times, in order of time."""

    session_id = fields.String()
    model_used = fields.String()
    sources = fields.Dict(keys=fields.String(), values=fields.String())
    windows = fields.List(fields.Nested(BatchWindowView))
    errors = fields.Dict(keys=fields.String(), values=fields.Nested(BatchErrorView))
