"""What the routes of forecasts, their keys and their settings take and answer."""

from marshmallow import Schema, fields

from app.http.schemas import StrictSchema, moment, whole
from blueprints.forecasting.schemas import ContractSchema


class PredictBody(StrictSchema):
    """Windows of input values: one as its rows, or a list of them."""

    model_filename = fields.String(load_default=None, allow_none=True)
    input_data = fields.Raw(load_default=None, allow_none=True, metadata={"type": "array"})
    apply_scaling = fields.Boolean(load_default=True)


class PredictAnswer(ContractSchema):
    """Forecasts in the form of the windows."""

    session_id = fields.String()
    predictions = fields.List(fields.Raw(metadata={"type": "array"}))
    model_used = fields.String()
    input_count = whole()
    scaling_applied = fields.Boolean()
    outputs = fields.List(fields.String())
    steps = whole()


class ForecastBody(StrictSchema):
    """The newest rows by label; without any the session's own files are read."""

    series = fields.Raw(load_default=None, allow_none=True, metadata={"type": "object"})
    reference_time = fields.Raw(load_default=None, allow_none=True, metadata={"type": "string"})
    model_filename = fields.String(load_default=None, allow_none=True)


class ForecastIntervalView(Schema):
    """What the interval should hold, and what it held on the test block."""

    level = fields.Float()
    measured_coverage = fields.Float(allow_none=True)
    note = fields.String(allow_none=True)


class ForecastOutputView(Schema):
    """One output by step, in physical units."""

    times = fields.List(fields.String())
    values = fields.List(fields.Float(allow_none=True))
    lower = fields.List(fields.Float(allow_none=True), allow_none=True)
    upper = fields.List(fields.Float(allow_none=True), allow_none=True)
    interval = fields.Nested(ForecastIntervalView, allow_none=True)


class MeasuredView(Schema):
    """The rows of an output around a forecast."""

    times = fields.List(fields.String())
    values = fields.List(fields.Float(allow_none=True))


class ForecastAnswer(ContractSchema):
    """A forecast at a reference time."""

    session_id = fields.String()
    model_used = fields.String()
    reference_time = fields.String()
    sources = fields.Dict(keys=fields.String(), values=fields.String())
    outputs = fields.Dict(keys=fields.String(), values=fields.Nested(ForecastOutputView))
    drift = fields.Dict(allow_none=True)
    measured = fields.Dict(keys=fields.String(), values=fields.Nested(MeasuredView))


class ConfigBody(StrictSchema):
    """The source of each input by label, and the model; None for the best by skill."""

    inputs = fields.Raw(load_default=None, allow_none=True, metadata={"type": "object"})
    model_filename = fields.String(load_default=None, allow_none=True)


class ConfiguredInputView(Schema):
    """An input with its source; ``known_ahead`` needs values to come."""

    label = fields.String()
    source = fields.String()
    known_ahead = fields.Boolean()
    horizon_start = fields.Float()
    horizon_end = fields.Float()


class ForecastConfigView(Schema):
    """What is chosen for forecasts."""

    inputs = fields.List(fields.Nested(ConfiguredInputView))
    model_filename = fields.String(allow_none=True)


class ConfigAnswer(ContractSchema):
    """What is chosen for the forecasts of a session."""

    session_id = fields.String()
    config = fields.Nested(ForecastConfigView)


class ParametersAnswer(ContractSchema):
    """The choices and limits of forecasts over the API."""

    parameters = fields.Dict()


class KeyBody(StrictSchema):
    """What a key is called."""

    name = fields.Raw(load_default="Forecasts", allow_none=True, metadata={"type": "string"})


class KeyView(Schema):
    """A key without its secret."""

    id = whole(low=1)
    name = fields.String()
    prefix = fields.String()
    created_at = moment()
    last_used_at = moment(allow_none=True)
    revoked_at = moment(allow_none=True)


class KeyAnswer(ContractSchema):
    """A key; ``api_key`` is its secret, and only its making answers that."""

    api_key = fields.String()
    key = fields.Nested(KeyView)


class KeyListAnswer(ContractSchema):
    """The keys of a session, the newest first."""

    keys = fields.List(fields.Nested(KeyView))
    active = whole()
    max_active = whole()
