"""The rows of the list of runs: one run, one study, and what their kept models score."""

from marshmallow import Schema, fields, validate

from app.http.schemas import moment, whole
from app.models.run import MEASURED_ON, MODES, ORIGINS, STATUSES, TASKS, VISIBILITIES
from app.models.study import ARMS
from blueprints.runs.schemas import ConfusionStatisticsView, JobView, RunTimesView
from blueprints.tracking.fields import SHARE


def numbers_by_name() -> fields.Dict:
    """Return a field of numbers by the name of their metric; an unknown one is null."""
    return fields.Dict(required=True, keys=fields.String(), values=fields.Float(allow_none=True))


class RunResultView(Schema):
    """What the kept model scores, and on how many rows of which kind it was measured."""

    value = fields.Float(required=True, allow_none=True)
    measured_on = fields.String(required=True, validate=validate.OneOf(MEASURED_ON))
    num_rows = whole(required=True, allow_none=True)


def results_by_name() -> fields.Dict:
    """Return a field of results by the catalogue's name of their metric."""
    return fields.Dict(required=True, keys=fields.String(), values=fields.Nested(RunResultView))


class FederatedInfoView(Schema):
    """What the server measured in a federated run; round 0 counts nowhere."""

    num_rounds = whole(required=True)
    num_clients = whole(required=True)
    has_server_evaluation = fields.Boolean(required=True)
    best_accuracy = fields.Float(required=True, allow_none=True, validate=SHARE)
    best_recall = fields.Float(required=True, allow_none=True, validate=SHARE)
    latest_round = whole(required=True, allow_none=True)
    latest_accuracy = fields.Float(required=True, allow_none=True, validate=SHARE)


class StudyOfRunView(Schema):
    """The study that a run is part of, and its part: arm, seed, and the site that trains alone."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)
    arm = fields.String(required=True, validate=validate.OneOf(ARMS))
    seed = whole(required=True)
    client = fields.String(required=True, allow_none=True)


class ArmMeanView(Schema):
    """The mean of the study's metric over n runs of an arm, on test rows."""

    arm = fields.String(required=True, validate=validate.OneOf(ARMS))
    n = whole(low=1, required=True)
    mean = fields.Float(required=True)


class StudyRowView(Schema):
    """The matching runs of a study as one row; statuses counts them by their status."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)
    metric = fields.String(required=True)
    run_ids = fields.List(whole(low=1), required=True)
    statuses = fields.Dict(required=True, keys=fields.String(), values=whole(low=1))
    means = fields.List(fields.Nested(ArmMeanView), required=True)


class RunSummaryView(Schema):
    """One run in the list. A best value that was never measured is 0.0 and named in missing."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)
    owner_id = whole(low=1, required=True)
    visibility = fields.String(required=True, validate=validate.OneOf(VISIBILITIES))
    training_mode = fields.String(required=True, validate=validate.OneOf(MODES))
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    start_time = moment(required=True)
    end_time = moment(required=True, allow_none=True)
    times = fields.Nested(RunTimesView, required=True)
    run_description = fields.String(required=True, allow_none=True)
    best_val_recall = fields.Float(required=True, validate=SHARE)
    best_val_accuracy = fields.Float(required=True, validate=SHARE)
    metrics_count = whole(required=True)
    final_epoch_stats = fields.Nested(ConfusionStatisticsView, required=True, allow_none=True)
    federated_info = fields.Nested(FederatedInfoView, required=True, allow_none=True)
    job = fields.Nested(JobView, required=True, allow_none=True)
    missing = fields.List(fields.String(), required=True)
    archived_at = moment(required=True, allow_none=True)
    origin = fields.String(required=True, validate=validate.OneOf(ORIGINS))
    tags = fields.Dict(required=True, keys=fields.String(), values=fields.String())
    params = fields.Dict(required=True, keys=fields.String(), values=fields.String())
    metrics = numbers_by_name()
    best = numbers_by_name()
    results = results_by_name()
    task = fields.String(required=True, validate=validate.OneOf(TASKS))
    dataset_id = whole(low=1, required=True, allow_none=True)
    study = fields.Nested(StudyOfRunView, required=True, allow_none=True)


class RunList(Schema):
    """One page of runs; total counts what matches before paging, next asks for the page after.

    With group_studies, total counts rows, num_runs runs, and studies has the study of each run
    that stands for one. With columns=auto, columns names those that were chosen.
    """

    runs = fields.List(fields.Nested(RunSummaryView), required=True)
    total = whole(required=True)
    next = fields.String(required=True, allow_none=True)
    num_runs = whole()
    studies = fields.List(fields.Nested(StudyRowView))
    columns = fields.List(fields.String())
