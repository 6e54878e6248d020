"""The contents of the home page."""

from marshmallow import Schema, fields, validate

from app.http.schemas import StrictSchema, moment, whole
from app.jobs.states import ALL_STATES
from app.models.run import MEASURED_ON, MODES, ORIGINS, STATUSES
from blueprints.runs.schemas import JobView
from blueprints.runs.schemas_list import StudyRowView
from blueprints.tracking.fields import SHARE

KINDS = ("failed", "lost", "late", "no_worker")


class ActionView(Schema):
    """What helps: a page to open, or a request to make."""

    label = fields.String(required=True)
    href = fields.String(required=True, allow_none=True)
    method = fields.String(required=True, allow_none=True)
    url = fields.String(required=True, allow_none=True)


class NeedView(Schema):
    """One run, queue or other thing that needs a person.

    ``about`` is the kind of thing, ``advice`` what to do, in words. ``href`` is its page, and a
    POST to ``acknowledge`` takes it out of the list; ``incident_id`` is that of its failure.
    """

    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    about = fields.String(required=True, allow_none=True)
    title = fields.String(required=True)
    detail = fields.String(required=True)
    advice = fields.String(required=True, allow_none=True)
    href = fields.String(required=True, allow_none=True)
    acknowledge = fields.String(required=True, allow_none=True)
    run_id = whole(low=1, required=True, allow_none=True)
    incident_id = whole(low=1, required=True, allow_none=True)
    at = moment(required=True, allow_none=True)
    action = fields.Nested(ActionView, required=True, allow_none=True)


class SparklineView(Schema):
    """One curve in a few points."""

    name = fields.String(required=True)
    values = fields.List(fields.Float(allow_none=True), required=True)


class RunCardView(Schema):
    """A run that waits or trains."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)
    training_mode = fields.String(required=True, validate=validate.OneOf(MODES))
    origin = fields.String(required=True, validate=validate.OneOf(ORIGINS))
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    job = fields.Nested(JobView, required=True, allow_none=True)
    sparkline = fields.Nested(SparklineView, required=True, allow_none=True)
    eta_seconds = fields.Float(required=True, allow_none=True, validate=validate.Range(0))
    last_log = fields.String(required=True, allow_none=True)
    study_id = whole(low=1, required=True, allow_none=True)


class HeadlineView(Schema):
    """What the kept model scores in the first headline metric of its task."""

    metric = fields.String(required=True)
    value = fields.Float(required=True)
    measured_on = fields.String(required=True, validate=validate.OneOf(MEASURED_ON))
    num_rows = whole(required=True, allow_none=True)


class RecentRunView(Schema):
    """A run that is over."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    training_mode = fields.String(required=True, validate=validate.OneOf(MODES))
    job_state = fields.String(required=True, allow_none=True, validate=validate.OneOf(ALL_STATES))
    start_time = moment(required=True)
    end_time = moment(required=True, allow_none=True)
    duration_seconds = fields.Float(required=True, allow_none=True)
    best_accuracy = fields.Float(required=True, allow_none=True, validate=SHARE)
    headline = fields.Nested(HeadlineView, required=True, allow_none=True)
    study_id = whole(low=1, required=True, allow_none=True)


class HomeQuery(StrictSchema):
    """Whether one run stands for all of its study."""

    group_studies = fields.Boolean(load_default=False)


class HomeView(Schema):
    """The first page; studies has those that one run stands for, null where nobody asked."""

    needs_you = fields.List(fields.Nested(NeedView), required=True)
    running = fields.List(fields.Nested(RunCardView), required=True)
    recent = fields.List(fields.Nested(RecentRunView), required=True)
    studies = fields.List(fields.Nested(StudyRowView), required=True, allow_none=True)
