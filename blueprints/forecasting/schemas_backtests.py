"""What the routes of backtests take and answer."""

from marshmallow import Schema, fields

from app.http.schemas import StrictSchema, moment, whole
from blueprints.forecasting.schemas import ContractSchema
from services.forecasting.backtests.create import DEFAULT_CUTOFFS, MAX_CUTOFFS


class BacktestBody(StrictSchema):
    """Which model, at how many cut-offs, and how many windows are tested behind each.

    Without ``test_windows`` as many as in the model's own test block, if there are enough.
    """

    run_id = whole(required=True, low=1)
    cutoffs = whole(DEFAULT_CUTOFFS, low=1, high=MAX_CUTOFFS)
    test_windows = whole(None, low=1, allow_none=True)


class BacktestQuery(StrictSchema):
    """The backtests of one model; by default those of all."""

    run_id = whole(None, low=1, allow_none=True)


class FoldBlock(Schema):
    """How many windows a block of a fold has, and their first and last reference time."""

    windows = whole()
    first = fields.String()
    last = fields.String()


class FoldBlocks(Schema):
    """Fitted on the first, stopped by the second, measured on the third."""

    train = fields.Nested(FoldBlock)
    validation = fields.Nested(FoldBlock)
    test = fields.Nested(FoldBlock)


class FoldScalers(Schema):
    """The block whose rows scalers were fitted on, and the range of each output in it."""

    fitted_on = fields.String()
    outputs = fields.Dict()


class FoldView(Schema):
    """One cut-off: what was measured, and on which windows; ``leaks`` is empty without any.

    Windows that blocks would share rows with are ``left_out`` between them.
    """

    number = whole(low=1)
    cutoff = fields.String()
    blocks = fields.Nested(FoldBlocks)
    left_out = whole()
    scalers = fields.Nested(FoldScalers)
    leaks = fields.List(fields.String())
    metrics = fields.Dict(keys=fields.String(), values=fields.Float(allow_none=True))
    outputs = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=fields.Float(allow_none=True)),
    )
    seconds = fields.Float()


class SpreadView(Schema):
    """A metric over the ``n`` cut-offs at which it is defined; ``deviation`` is between them."""

    n = whole()
    mean = fields.Float()
    deviation = fields.Float(allow_none=True)
    low = fields.Float()
    high = fields.Float()


class BacktestItem(Schema):
    """A backtest of a model: ``state`` is its job's, ``progress`` a share."""

    id = whole(low=1)
    run_id = whole(low=1)
    mode = fields.String()
    cutoffs = whole(low=1)
    test_windows = whole(low=1)
    validation_windows = whole(low=1)
    state = fields.String()
    progress = fields.Float()
    detail = fields.String(allow_none=True)
    created_at = moment()
    finished_at = moment(allow_none=True)
    folds = fields.List(fields.Nested(FoldView))
    spread = fields.Dict(keys=fields.String(), values=fields.Nested(SpreadView, allow_none=True))


class BacktestsAnswer(ContractSchema):
    """The backtests of a session, the newest first."""

    backtests = fields.List(fields.Nested(BacktestItem))


class BacktestAnswer(ContractSchema):
    """Which backtest it was."""

    backtest_id = whole(low=1)
