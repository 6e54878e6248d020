"""What the comparison of runs takes and answers."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.http.schemas import StrictSchema, moment, whole
from app.models.run import MODES, ORIGINS, STATUSES, TASKS, VISIBILITIES
from blueprints.runs.schemas import ResultView, RunTimesView
from blueprints.tracking.fields import goal_field
from services.runs.federated.domain.pooling import EVALUATED_ON
from services.runs.results.compare import ComparisonQuery


class CompareQuery(StrictSchema):
    """Two to twenty runs, with commas between; differences are held against the baseline."""

    ids = fields.String(required=True, validate=validate.Length(1, 500))
    baseline = fields.String(validate=validate.Length(1, 25))

    @post_load
    def to_query(self, values: dict[str, Any], **_: Any) -> ComparisonQuery:
        """Return the use case's own words."""
        ids = [one.strip() for one in values["ids"].split(",") if one.strip()]
        return ComparisonQuery(ids=ids, baseline=values.get("baseline"))


class ComparedRunView(Schema):
    """One run of the comparison."""

    id = whole(low=1, required=True, attribute="run.id")
    name = fields.String(required=True, attribute="run.name")
    training_mode = fields.String(
        required=True, attribute="run.training_mode", validate=validate.OneOf(MODES)
    )
    status = fields.String(required=True, attribute="run.status", validate=validate.OneOf(STATUSES))
    origin = fields.String(required=True, attribute="run.origin", validate=validate.OneOf(ORIGINS))
    task = fields.String(required=True, attribute="run.task", validate=validate.OneOf(TASKS))
    visibility = fields.String(
        required=True, attribute="run.visibility", validate=validate.OneOf(VISIBILITIES)
    )
    evaluated_on = fields.String(
        required=True, allow_none=True, validate=validate.OneOf(EVALUATED_ON)
    )
    dataset_id = whole(low=1, required=True, allow_none=True, attribute="run.dataset_id")
    start_time = moment(required=True, attribute="run.start_time")
    end_time = moment(required=True, allow_none=True, attribute="run.end_time")
    times = fields.Nested(RunTimesView, required=True)
    tags = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    can_edit = fields.Boolean(required=True)


class ComparedParamView(Schema):
    """One parameter in every run, in their order; null where a run lacks it."""

    name = fields.String(required=True)
    differs = fields.Boolean(required=True)
    values = fields.List(fields.String(allow_none=True), required=True)


class MetricValueView(Schema):
    """The last and the best value of a metric, and on which rows they were measured."""

    last = fields.Float(required=True, allow_none=True)
    best = fields.Float(required=True, allow_none=True)
    best_step = whole(required=True, allow_none=True)
    measured_on = fields.String(required=True, allow_none=True)


class ComparedMetricView(Schema):
    """One metric in every run, in their order; differences are of best values on the same rows.

    Without a direction, with values on different rows or equal ones there is no best run. Of what
    is not in the catalogue a person may choose the direction.
    """

    name = fields.String(required=True)
    goal = goal_field()
    in_catalogue = fields.Boolean(required=True)
    lower_is_better = fields.Boolean(required=True, allow_none=True)
    values = fields.List(fields.Nested(MetricValueView, allow_none=True), required=True)
    differences = fields.List(fields.Float(allow_none=True), required=True)
    best_run = whole(low=1, required=True, allow_none=True)


class ComparedResultView(Schema):
    """What the kept models score; a best run is one of several on the same kind of rows."""

    metric = fields.String(required=True)
    goal = goal_field()
    lower_is_better = fields.Boolean(required=True, allow_none=True)
    values = fields.List(fields.Nested(ResultView, allow_none=True), required=True)
    differences = fields.List(fields.Float(allow_none=True), required=True)
    best_run = whole(low=1, required=True, allow_none=True)


class ComparisonView(Schema):
    """Runs side by side. ``series`` names the curves that two or more of them have."""

    runs = fields.List(fields.Nested(ComparedRunView), required=True)
    baseline = whole(low=1, required=True)
    params = fields.List(fields.Nested(ComparedParamView), required=True)
    results = fields.List(fields.Nested(ComparedResultView), required=True)
    metrics = fields.List(fields.Nested(ComparedMetricView), required=True)
    series = fields.List(fields.String(), required=True)
