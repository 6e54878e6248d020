"""What the routes of plots of test samples take and answer."""

from marshmallow import Schema, fields

from app.http.schemas import StrictSchema, whole
from blueprints.forecasting.schemas import ContractSchema, SessionBody
from services.forecasting.plots.settings import DEFAULT_SAMPLES, MAX_SAMPLES, MAX_SEED


class CreatePlotsBody(StrictSchema):
    """Which variables, which samples, which axes; the use case says what would be right."""

    plot_settings = fields.Raw(load_default=None, allow_none=True, metadata={"type": "object"})
    df_plot_in = fields.Raw(load_default=None, allow_none=True, metadata={"type": "object"})
    df_plot_out = fields.Raw(load_default=None, allow_none=True, metadata={"type": "object"})
    df_plot_fcst = fields.Raw(load_default=None, allow_none=True, metadata={"type": "object"})
    model_id = fields.Raw(load_default=None, allow_none=True, metadata={"type": "integer"})


class GeneratePlotBody(SessionBody, CreatePlotsBody):
    """The same with the session inside."""


class PlotAnswer(ContractSchema):
    """A PNG as a data URI; ``seed`` and ``samples`` draw the same again."""

    session_id = fields.String()
    plot_data = fields.String()
    run_id = whole(low=1, allow_none=True)
    model_type = fields.String(allow_none=True)
    seed = whole()
    n_test = whole()
    samples = fields.List(whole())


class PlotDataQuery(StrictSchema):
    """How many test samples of which model, or those at given positions (``3,17``)."""

    run_id = whole(None, low=1, allow_none=True)
    samples = whole(DEFAULT_SAMPLES, low=1)
    seed = whole(None, high=MAX_SEED, allow_none=True)
    positions = fields.String(
        load_default=None,
        metadata={"description": f"Up to {MAX_SAMPLES} positions in the test block, from 0."},
    )


class SampleView(Schema):
    """A test sample: its position in the test block and its reference time."""

    position = whole()
    t_ref = fields.String()


class PlotVariableView(Schema):
    """A column: ``values`` and ``forecast`` have one row per sample and one value per hour."""

    name = fields.String()
    kind = fields.String()
    label = fields.String()
    color = whole()
    hours = fields.List(fields.Float())
    scale = fields.Float()
    shift = fields.Float()
    values = fields.List(fields.List(fields.Float()))
    forecast = fields.List(fields.List(fields.Float()), allow_none=True)


class PlotDataView(ContractSchema):
    """Test samples as numbers; scaled values are ``value · scale + shift``."""

    session_id = fields.String()
    run_id = whole(low=1, allow_none=True)
    model_type = fields.String(allow_none=True)
    seed = whole()
    n_test = whole()
    samples = fields.List(fields.Nested(SampleView))
    variables = fields.List(fields.Nested(PlotVariableView))
