"""What the routes of a session's datasets take and answer."""

from marshmallow import Schema, fields

from app.http.schemas import StrictSchema, moment, whole
from blueprints.forecasting.schemas import ContractSchema


class DatasetsBody(StrictSchema):
    """Settings of a model, which are only checked, and how samples are split."""

    model_parameters = fields.Raw(load_default=None, allow_none=True, metadata={"type": "object"})
    training_split = fields.Raw(load_default=None, allow_none=True, metadata={"type": "object"})


class DatasetsStarted(ContractSchema):
    """The job that builds the datasets; what it will find is not known yet."""

    session_id = fields.String()
    job_id = whole(low=1)
    n_dat = whole(allow_none=True)
    dataset_count = whole(allow_none=True)
    violin_plots = fields.Dict()


class DatasetsStopped(ContractSchema):
    """The job was requested to end."""

    session_id = fields.String(attribute="wire_id")


class OfDatasets(ContractSchema):
    """Something of the datasets; ``is_current`` is false after the settings have changed."""

    session_id = fields.String()
    n_dat = whole()
    created_at = moment()
    is_current = fields.Boolean()


class BlockSizes(Schema):
    """Samples of each block; those that gaps between blocks leave out are in none."""

    train = whole()
    validation = whole()
    test = whole()
    left_out = whole()


class ReferenceRange(Schema):
    """The reference times of the samples; ``candidates`` are all of the grid."""

    first = fields.String()
    last = fields.String()
    step_minutes = fields.Float()
    candidates = whole()


class Shapes(Schema):
    """The shapes of X (n, I_N, F_in) and Y (n, O_N, F_out)."""

    X = fields.List(whole())
    Y = fields.List(whole())


class DropCount(Schema):
    """How many samples one series drops for one reason."""

    label = fields.String()
    reason = fields.String()
    count = whole()


class DroppedView(Schema):
    """One dropped sample: the point of its window that could not be filled, and where."""

    reference_time = fields.String()
    label = fields.String()
    reason = fields.String()
    step = whole()
    instant = fields.String()
    lines = fields.List(whole())


class DroppedSummary(Schema):
    """Every dropped sample counts once, under its first reason; the first ones are listed."""

    total = whole()
    by_reason = fields.Dict(keys=fields.String(), values=whole())
    counts = fields.List(fields.Nested(DropCount))
    first = fields.List(fields.Nested(DroppedView))


class WindowsView(OfDatasets):
    """The windows of a session: sizes, range, dropped samples, leak certificate, scalers."""

    sizes = fields.Nested(BlockSizes)
    reference = fields.Nested(ReferenceRange)
    shapes = fields.Nested(Shapes)
    input_names = fields.List(fields.String())
    output_names = fields.List(fields.String())
    dropped = fields.Nested(DroppedSummary)
    certificate = fields.Dict()
    scalers = fields.Dict()


class ViolinView(Schema):
    """One violin; ``at`` and ``density`` are empty for a constant."""

    count = whole()
    mean = fields.Float()
    std = fields.Float()
    min = fields.Float()
    max = fields.Float()
    q1 = fields.Float()
    median = fields.Float()
    q3 = fields.Float()
    whisker_low = fields.Float()
    whisker_high = fields.Float()
    at = fields.List(fields.Float())
    density = fields.List(fields.Float())


class ColumnViolinsView(Schema):
    """A column's violins by block (all, train, validation, test), before and after scaling."""

    key = fields.String()
    name = fields.String()
    kind = fields.String()
    label = fields.String()
    color = whole()
    is_scaled = fields.Boolean()
    blocks = fields.Dict(keys=fields.String(), values=fields.Nested(ViolinView))
    scaled = fields.Dict(keys=fields.String(), values=fields.Nested(ViolinView))


class ViolinsView(OfDatasets):
    """The violins of every input, time and output column as numbers."""

    columns = fields.List(fields.Nested(ColumnViolinsView))


class PlotImage(Schema):
    """A PNG as a data URI, with the kind of its column and its label (IN1 …, OUT1 …)."""

    data = fields.String()
    type = fields.String()
    label = fields.String()


class VisualizationsView(OfDatasets):
    """The violins of every column as PNGs, by input_<name>, time_<name> and output_<name>."""

    plots = fields.Dict(keys=fields.String(), values=fields.Nested(PlotImage))
    metadata = fields.Dict()


class PlotVariablesView(ContractSchema):
    """The columns that the session's settings make."""

    session_id = fields.String()
    input_variables = fields.List(fields.String())
    output_variables = fields.List(fields.String())
    time_components = fields.List(fields.String())
