"""What the routes of saved models and scalers take and answer."""

from marshmallow import Schema, fields

from app.http.schemas import StrictSchema, moment, whole
from blueprints.forecasting.schemas import ContractSchema


class SavedModelView(Schema):
    """One model as a file, in the fields of the contract."""

    filename = fields.String()
    model_type = fields.String()
    dataset_name = fields.Constant("best_model", metadata={"type": "string"})
    format = fields.Constant("zip", metadata={"type": "string"})
    storage_path = fields.String(attribute="object_key")
    file_size_mb = fields.Float(attribute="megabytes")
    modified_time = moment(attribute="created_at")
    run_id = whole(low=1)
    sha256 = fields.String()
    skill = fields.Float(allow_none=True)


class SavedEntryView(SavedModelView):
    """The same with the fields of the contract's answer to saving."""

    size_mb = fields.Function(lambda one: one.megabytes, metadata={"type": "number"})
    path_in_results = fields.Constant("trained_model", metadata={"type": "string"})
    file_format = fields.Constant("zip", metadata={"type": "string"})


class SavedModels(Schema):
    """The models of a session, the newest first."""

    models = fields.List(fields.Nested(SavedModelView))
    count = whole()


class SavedModelsAnswer(ContractSchema):
    """The models of a session that can be downloaded."""

    session_id = fields.String()
    data = fields.Nested(SavedModels)


class SaveAnswer(ContractSchema):
    """The models that are kept: training keeps them, so nothing is left to do."""

    session_id = fields.String()
    models = fields.List(fields.Nested(SavedEntryView))
    total_uploaded = whole()
    failed_models = fields.List(fields.String())
    total_failed = whole()


class FilenameQuery(StrictSchema):
    """Which model; by default the best by skill."""

    filename = fields.String(load_default=None)


class ScalersAnswer(ContractSchema):
    """The scalers of a session's newest model."""

    session_id = fields.String()
    scalers = fields.Dict()


class ScaleBody(StrictSchema):
    """Rows of input columns, or columns by name; ``inverse`` brings scaled ones back."""

    input_data = fields.Raw(load_default=None, allow_none=True, metadata={"type": "object"})
    save_scaled = fields.Boolean(load_default=False)
    inverse = fields.Boolean(load_default=False)


class ScaleAnswer(ContractSchema):
    """The rows after scaling, and what was done to each column."""

    session_id = fields.String()
    scaled_data = fields.List(fields.List(fields.Float()))
    scaling_info = fields.Dict()
    metadata = fields.Dict()


class SummaryAnswer(ContractSchema):
    """What a session has."""

    session_id = fields.String()
    n_dat = whole(allow_none=True)
    workflow_phase = fields.String()
    has_training_results = fields.Boolean()
    has_trained_model = fields.Boolean()
    model_count = whole()
    has_violin_plots = fields.Boolean()
    violin_plot_types = fields.List(fields.String())


class EnvironmentAnswer(ContractSchema):
    """The versions of the libraries that numbers depend on."""

    environment = fields.Dict()


class FamilyView(Schema):
    """A family of models with the description of its settings."""

    mode = fields.String()
    label = fields.String()
    about = fields.String()
    fields_ = fields.List(fields.Dict(), data_key="fields", attribute="fields")


class OptionsAnswer(ContractSchema):
    """The families of models, in the order of the form."""

    families = fields.List(fields.Nested(FamilyView))
