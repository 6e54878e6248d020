"""What a person may choose on the pages."""

from marshmallow import Schema, fields, validate

from app.http.schemas import StrictSchema
from services.search.columns import MAX_COLUMNS

MAX_CHARTS = 1_000
MAX_NAME = 300  # characters of a chart or a column: the name of a metric and a section


def _texts_by_chart() -> fields.Dict:
    """Return a field of short texts by the name of a chart."""
    return fields.Dict(
        keys=fields.String(validate=validate.Length(1, MAX_NAME)),
        values=fields.String(validate=validate.Length(1, 100)),
        load_default=dict,
        validate=validate.Length(0, MAX_CHARTS),
    )


class ChartsChoice(StrictSchema):
    """Charts by their names: the group and the title a person gave them, and which are pinned."""

    groups = _texts_by_chart()
    titles = _texts_by_chart()
    pinned = fields.List(
        fields.String(validate=validate.Length(1, MAX_NAME)),
        load_default=list,
        validate=validate.Length(0, MAX_CHARTS),
    )


class PreferencesBody(StrictSchema):
    """The choices to keep; null takes one back."""

    runs_columns = fields.List(
        fields.String(validate=validate.Length(1, MAX_NAME)),
        allow_none=True,
        validate=validate.Length(0, MAX_COLUMNS),
    )
    group_studies = fields.Boolean(allow_none=True)
    charts = fields.Nested(ChartsChoice, allow_none=True)


class PreferencesView(Schema):
    """Every choice; null is what the person has not chosen."""

    runs_columns = fields.List(fields.String(), required=True, allow_none=True)
    group_studies = fields.Boolean(required=True, allow_none=True)
    charts = fields.Nested(ChartsChoice, required=True, allow_none=True)
