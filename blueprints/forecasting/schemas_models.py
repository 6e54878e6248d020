"""What the routes of a session's models take and answer."""

from marshmallow import Schema, fields

from app.http.schemas import StrictSchema, moment, whole
from blueprints.forecasting.schemas import ContractSchema


class TrainBody(StrictSchema):
    """One model by its settings, or several at once, and how samples are split."""

    model_parameters = fields.Raw(load_default=None, allow_none=True, metadata={"type": "object"})
    models = fields.Raw(
        load_default=None, allow_none=True, metadata={"type": "array", "items": {"type": "object"}}
    )
    training_split = fields.Raw(load_default=dict, metadata={"type": "object"})


class TrainAnswer(ContractSchema):
    """The runs that wait for a worker now."""

    note = fields.String()
    run_ids = fields.List(whole())
    job_ids = fields.List(whole())
    n_dat = whole(allow_none=True)


class EnsembleBody(StrictSchema):
    """The runs whose models are weighed; by default all that share the newest one's windows."""

    run_ids = fields.Raw(
        load_default=None, allow_none=True, metadata={"type": "array", "items": {"type": "integer"}}
    )


class ModelView(Schema):
    """A model of a session: its run, its settings and what it scored."""

    run_id = whole(low=1)
    name = fields.String()
    mode = fields.String()
    settings = fields.Dict()
    status = fields.String()
    progress = fields.Float()
    message = fields.String(allow_none=True)
    started_at = moment(allow_none=True)
    ended_at = moment(allow_none=True)
    summary = fields.Dict(allow_none=True)
    start_from = whole(low=1, allow_none=True)
    windows_key = fields.String()


class EarlierModelView(Schema):
    """A model that another one of its family and architecture can start from."""

    run_id = whole(low=1)
    name = fields.String()
    session_id = fields.String()
    session_name = fields.String(allow_none=True)
    mode = fields.String()
    settings = fields.Dict()


class EarlierModelsAnswer(ContractSchema):
    """The models that one of this session can start from, the newest first."""

    models = fields.List(fields.Nested(EarlierModelView))


class ModelListAnswer(ContractSchema):
    """The models of a session, the oldest first."""

    models = fields.List(fields.Nested(ModelView))


class ResultsAnswer(ContractSchema):
    """The newest result of a session, if there is one."""

    results = fields.List(fields.Dict())
    count = whole()
    n_dat = whole(allow_none=True)


class TablesAnswer(ContractSchema):
    """The evaluation tables of a model."""

    session_id = fields.String()
    run_id = whole(low=1, allow_none=True)
    model_type = fields.String()
    df_eval = fields.Dict()
    df_eval_ts = fields.Dict()
    evaluation = fields.Dict()


class TablesQuery(StrictSchema):
    """Which model; by default the newest that was evaluated."""

    run_id = whole(None, low=1, allow_none=True)


class SaveTablesBody(StrictSchema):
    """Evaluation tables that a client computed itself, by output label."""

    df_eval = fields.Raw(required=True, allow_none=True, metadata={"type": "object"})
    df_eval_ts = fields.Raw(required=True, allow_none=True, metadata={"type": "object"})
    model_type = fields.Raw(load_default=None, allow_none=True, metadata={"type": "string"})


class SavedTablesAnswer(ContractSchema):
    """Tables that are kept."""

    session_id = fields.String()
    saved_at = moment()


class HealthAnswer(ContractSchema):
    """The routes answer; what else is well says /health."""

    status = fields.String()
