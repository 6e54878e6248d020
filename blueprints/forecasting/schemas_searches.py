"""What the routes of searches over settings take and answer."""

from marshmallow import Schema, fields

from app.http.schemas import StrictSchema, moment, whole
from blueprints.forecasting.schemas import ContractSchema


class SearchBody(StrictSchema):
    """The settings that stay, the ranges that vary, and how many trials there are.

    Without ``space`` every range of the family is searched. A range has ``low`` and ``high`` or
    ``choices``; what is left out is the family's own.
    """

    model_parameters = fields.Raw(load_default=dict, metadata={"type": "object"})
    space = fields.Raw(
        load_default=None, allow_none=True, metadata={"type": "array", "items": {"type": "object"}}
    )
    trials = fields.Raw(load_default=None, allow_none=True, metadata={"type": "integer"})
    seed = fields.Raw(load_default=None, allow_none=True, metadata={"type": "integer"})
    training_split = fields.Raw(load_default=dict, metadata={"type": "object"})


class SearchStarted(ContractSchema):
    """A search whose trials wait for workers now."""

    search_id = whole(low=1)
    run_ids = fields.List(whole())


class WhichSearchBody(StrictSchema):
    """Which search; by default the newest of the session."""

    search_id = whole(None, low=1, allow_none=True)


class SearchChanged(ContractSchema):
    """How many trials were stopped or go on."""

    trials = whole()


class SearchKept(ContractSchema):
    """The run that is a model of the session now; its measuring waits for a worker."""

    run_id = whole(low=1)


class TrialView(Schema):
    """A trial; ``value`` is the validation error of its model, ``number`` is from 1."""

    number = whole(low=1)
    run_id = whole(low=1)
    state = fields.String()
    parameters = fields.Dict()
    value = fields.Float(allow_none=True)
    epochs = whole()
    progress = fields.Float()
    seconds = fields.Float()
    reason = fields.String(allow_none=True)


class SearchView(Schema):
    """A search with its trials; ``metric`` was measured on ``validation_rows`` samples."""

    id = whole(low=1)
    mode = fields.String()
    status = fields.String()
    settings = fields.Dict()
    space = fields.List(fields.Dict())
    seed = whole()
    metric = fields.String()
    validation_rows = whole(allow_none=True)
    best_run_id = whole(low=1, allow_none=True)
    kept_run_id = whole(low=1, allow_none=True)
    created_at = moment()
    trials = fields.List(fields.Nested(TrialView))


class SearchListAnswer(ContractSchema):
    """The searches of a session, the newest first."""

    searches = fields.List(fields.Nested(SearchView))


class SearchSpacesAnswer(ContractSchema):
    """The ranges that a search of each family offers, by MODE."""

    spaces = fields.Dict()
    max_trials = whole()
