"""What the endpoints of runs take and answer."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.http.schemas import StrictSchema, moment, whole
from app.jobs.states import ALL_STATES
from app.models.run import (
    ENDED,
    MEASURED_ON,
    MODES,
    ORIGINS,
    RUNNING,
    STATUSES,
    TASKS,
    VISIBILITIES,
    WAITING,
)
from blueprints.config.settings import TrainingSettings
from blueprints.tracking.fields import (
    MAX_COUNT,
    SHARE,
    metrics_field,
    params_field,
    past_moment,
    step_field,
    tags_field,
)
from services.runs.external.update import REPORTED_STATUSES, ExternalUpdate
from services.runs.federated.domain.pooling import EVALUATED_ON
from services.runs.messages import coded
from services.runs.update import MAX_NOTES, REMOVABLE, RunChanges

REPORTED = tuple(ExternalUpdate.__dataclass_fields__)


class MessageCode(fields.String):
    """The code of the job's ``message``, null where that is a sentence without one."""

    def serialize(self, attr: str, obj: Any, accessor: Any = None, **kwargs: Any) -> str | None:
        """Read the sentence beside it."""
        return coded(obj.said).code


class MessageParams(fields.Dict):
    """The values of the job's ``message``."""

    def serialize(self, attr: str, obj: Any, accessor: Any = None, **kwargs: Any) -> dict[str, Any]:
        """Read the sentence beside it."""
        return dict(coded(obj.said).params)


class JobView(Schema):
    """The newest job of a run; the code says what ``message`` says, for other languages."""

    id = whole(low=1, required=True)
    state = fields.String(required=True, validate=validate.OneOf(ALL_STATES))
    attempt = whole(required=True)
    progress = fields.Float(required=True, validate=SHARE)
    message = fields.String(required=True, allow_none=True, attribute="said")
    message_code = MessageCode(required=True, allow_none=True)
    message_params = MessageParams(keys=fields.String(), required=True)
    created_at = moment(required=True)
    started_at = moment(required=True, allow_none=True)
    heartbeat_at = moment(required=True, allow_none=True)
    finished_at = moment(required=True, allow_none=True)
    error = fields.String(
        required=True, allow_none=True, attribute="error.detail", dump_default=None
    )
    error_type = fields.String(
        required=True, allow_none=True, attribute="error.type", dump_default=None
    )
    checkpoint_step = whole(required=True, allow_none=True)


class RunTimesView(Schema):
    """Seconds in the queue (and between attempts), with a worker, and stopped before a resume.

    They stand as they were at ``as_of``; those of the phase grow until the run has ended.
    """

    waiting_seconds = fields.Float(required=True)
    running_seconds = fields.Float(required=True)
    stopped_seconds = fields.Float(required=True)
    phase = fields.String(required=True, validate=validate.OneOf((WAITING, RUNNING, ENDED)))
    as_of = moment(required=True)


class ConfusionStatisticsView(Schema):
    """Ratios of a binary confusion matrix, rounded to four decimals."""

    sensitivity = fields.Float(required=True, validate=SHARE)
    specificity = fields.Float(required=True, validate=SHARE)
    precision_cm = fields.Float(required=True, validate=SHARE)
    accuracy_cm = fields.Float(required=True, validate=SHARE)
    f1_cm = fields.Float(required=True, validate=SHARE)
    npv = fields.Float(required=True, validate=SHARE)
    fpr = fields.Float(required=True, validate=SHARE)
    fnr = fields.Float(required=True, validate=SHARE)
    balanced_accuracy = fields.Float(required=True, validate=SHARE)
    mcc = fields.Float(required=True, validate=validate.Range(-1.0, 1.0))


class RunStateView(Schema):
    """Where a run and its newest job stand."""

    run_id = whole(low=1, required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    job = fields.Nested(JobView, required=True, allow_none=True)


class ResultBody(StrictSchema):
    """What the model scores, as its program says, and on which rows; "reported": it does not say.

    It takes the place of the newest values of the curves.
    """

    metrics = metrics_field(required=True)
    measured_on = fields.String(load_default="reported", validate=validate.OneOf(MEASURED_ON))
    num_rows = whole(None, low=1, high=MAX_COUNT, allow_none=True)


class RunChangesBody(StrictSchema):
    """What to change; what is left out stays. The last five are for runs logged from outside."""

    name = fields.String(validate=validate.Length(1, 200))
    run_description = fields.String(allow_none=True, validate=validate.Length(0, 1024))
    visibility = fields.String(validate=validate.OneOf(VISIBILITIES))
    notes = fields.String(allow_none=True, validate=validate.Length(0, MAX_NOTES))
    tags = tags_field()
    status = fields.String(validate=validate.OneOf(REPORTED_STATUSES))
    end_time = past_moment()
    params = params_field()
    reason = fields.String(validate=validate.Length(1, 2000))
    result = fields.Nested(ResultBody)

    @post_load
    def changes(self, values: dict[str, Any], **_: Any) -> RunChanges:
        """Return the changes; what only the program of a logged run may say stands apart."""
        reported = {name: values.pop(name) for name in REPORTED if name in values}
        values |= {name: "" for name in REMOVABLE if name in values and values[name] is None}
        return RunChanges(reported=ExternalUpdate(**reported), **values)


class OwnerView(Schema):
    """Whose run it is."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)


class DatasetReference(Schema):
    """The data of a run; a built-in has a slug."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)
    slug = fields.String(required=True, allow_none=True)


class WeightsReference(Schema):
    """The weights that a run began with."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)


class BestStepView(Schema):
    """The epoch (from 0) or round whose weights are kept, and the value that chose it."""

    step = step_field()
    metric = fields.String(required=True)
    value = fields.Float(required=True, allow_none=True)


class Permissions(Schema):
    """What the caller may do."""

    can_edit = fields.Boolean(required=True)


class FederationReference(Schema):
    """The federation across sites on which a run trains; a deleted one keeps its name."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)


class ResultView(Schema):
    """What the kept model scores in one metric; null is what cannot be a value of it."""

    value = fields.Float(required=True, allow_none=True)
    measured_on = fields.String(required=True, validate=validate.OneOf(MEASURED_ON))
    num_rows = whole(required=True, allow_none=True)
    step = step_field(allow_none=True)


class RunDetailView(Schema):
    """Everything that a run's page shows at first sight.

    ``evaluated_on`` says what the global model of a federation is measured on: rows that no site
    has, or the sites' own validation rows, which are no test; null for other runs. A loss that is
    not a number from some epoch (from 0) or round to the end says so in ``diverged_at``. Who
    sees a run sees the columns, classes and counts of its data; ``reveals_private_data`` says
    that its data set itself is private.
    """

    id = whole(low=1, required=True, attribute="run.id")
    name = fields.String(required=True, attribute="run.name")
    run_description = fields.String(required=True, allow_none=True, attribute="run.run_description")
    training_mode = fields.String(
        required=True, attribute="run.training_mode", validate=validate.OneOf(MODES)
    )
    status = fields.String(required=True, attribute="run.status", validate=validate.OneOf(STATUSES))
    start_time = moment(required=True, attribute="run.start_time")
    end_time = moment(required=True, allow_none=True, attribute="run.end_time")
    times = fields.Nested(RunTimesView, required=True)
    owner = fields.Nested(OwnerView, required=True)
    visibility = fields.String(
        required=True, attribute="run.visibility", validate=validate.OneOf(VISIBILITIES)
    )
    dataset = fields.Nested(DatasetReference, required=True, allow_none=True)
    pretrained = fields.Nested(WeightsReference, required=True, allow_none=True)
    seed = whole(required=True, allow_none=True)
    task = fields.String(required=True, attribute="run.task", validate=validate.OneOf(TASKS))
    results = fields.Dict(required=True, keys=fields.String(), values=fields.Nested(ResultView))
    evaluated_on = fields.String(
        required=True, allow_none=True, validate=validate.OneOf(EVALUATED_ON)
    )
    diverged_at = step_field(allow_none=True)
    config = fields.Nested(TrainingSettings, required=True, attribute="run.config")
    source_path = fields.String(required=True, allow_none=True, attribute="run.source_path")
    job = fields.Nested(JobView, required=True, allow_none=True)
    best = fields.Nested(BestStepView, required=True, allow_none=True)
    num_clients = whole(required=True)
    total_steps = whole(required=True, allow_none=True)
    permissions = fields.Nested(Permissions, required=True)
    federation = fields.Nested(FederationReference, required=True, allow_none=True)
    manifest = fields.Dict(
        required=True, keys=fields.String(), allow_none=True, attribute="run.manifest"
    )
    origin = fields.String(required=True, attribute="run.origin", validate=validate.OneOf(ORIGINS))
    wandb_id = fields.String(
        required=True,
        allow_none=True,
        attribute="run.wandb_id",
        metadata={"description": "The run's name at Weights & Biases, where it has one."},
    )
    notes = fields.String(required=True, allow_none=True, attribute="run.notes")
    archived_at = moment(required=True, allow_none=True, attribute="run.archived_at")
    params = fields.Dict(required=True, keys=fields.String(), values=fields.String())
    tags = fields.Dict(required=True, keys=fields.String(), values=fields.String())
    reveals_private_data = fields.Boolean(required=True)
