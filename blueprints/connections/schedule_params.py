"""The parameters of schedules that are about a connection."""

from marshmallow import fields, validate

from app.http.schemas import StrictSchema, whole
from services.connections.clients.days import DATA_STATES, FINAL


class TokenCheckParams(StrictSchema):
    """Which connection."""

    connection_id = whole(low=1, required=True)


class DatasetRefreshParams(TokenCheckParams):
    """Which connection, and whether days that may still change are stored too (``all``)."""

    data_state = fields.String(load_default=FINAL, validate=validate.OneOf(DATA_STATES))


class ReconcileParams(StrictSchema):
    """Nothing: it looks at the connections of everybody."""
