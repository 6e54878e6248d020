"""What the routes of prices and costs of errors take and answer."""

from marshmallow import Schema, fields

from app.http.schemas import StrictSchema, whole
from blueprints.forecasting.schemas import ContractSchema


class PricesBody(StrictSchema):
    """What errors of the outputs cost, by label; an empty object takes the prices away."""

    currency = fields.Raw(load_default="EUR", allow_none=True, metadata={"type": "string"})
    outputs = fields.Raw(required=True, allow_none=True, metadata={"type": "object"})


class PricesAnswer(ContractSchema):
    """The prices as they are kept."""

    session_id = fields.String(attribute="wire_id")
    prices = fields.Dict()


class CostsQuery(StrictSchema):
    """Whose errors."""

    run_id = whole(required=True, low=1)


class PriceView(Schema):
    """The money for a unit that is missing and one that is left over, of a rate for an hour."""

    too_low = fields.Float()
    too_high = fields.Float()
    per_hour = fields.Boolean()


class OutputCostView(Schema):
    """Mean errors per step in the unit of the data, and the money that they cost."""

    under = fields.Float(allow_none=True)
    over = fields.Float(allow_none=True)
    per_step = fields.Float(allow_none=True)
    per_window = fields.Float(allow_none=True)
    per_day = fields.Float(allow_none=True)
    step_minutes = fields.Float()
    price = fields.Nested(PriceView, allow_none=True)


class CostsAnswer(ContractSchema):
    """What the errors of a model cost on its test block."""

    session_id = fields.String()
    run_id = whole(low=1)
    windows = whole()
    first = fields.String(allow_none=True)
    last = fields.String(allow_none=True)
    currency = fields.String(allow_none=True)
    outputs = fields.Dict(keys=fields.String(), values=fields.Nested(OutputCostView))
