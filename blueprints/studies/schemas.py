"""What the endpoints of studies take and answer."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.http.schemas import StrictSchema, moment, whole
from app.models.run import STATUSES, VISIBILITIES
from app.models.study import ARMS
from blueprints.config.settings import TrainingSettings
from blueprints.experiments.schemas import DatasetField
from services.studies.domain.contrasts import VERDICTS
from services.studies.types import MAX_SEEDS, METRICS, StudyRequest

SHARE = validate.Range(0.0, 1.0)
MARGIN = validate.Range(
    0.0, 1.0, min_inclusive=False, error="It must be above 0 and at most 1, such as 0.02."
)
NEEDS_ROWS = (
    "A study trains central, federated and local-only on the same rows, so it needs a dataset that "
    "lies here; a federation across sites cannot take its place."
)
ARM_NAMES = (*ARMS, "smallest")


class StudyBody(StrictSchema):
    """What to study: ``config`` holds the settings of both modes that differ from your defaults.

    ``seeds`` is how many seeds, counted up from that of ``config``. ``equivalence_margin`` is the
    largest difference of the metric that does not matter to you, such as 0.02; without it no
    study says that two ways are equivalent. It is set here and nowhere later.
    """

    name = fields.String(required=True, validate=validate.Length(1, 200))
    dataset = DatasetField(
        required=True,
        error_messages={"required": NEEDS_ROWS, "null": NEEDS_ROWS},
    )
    seeds = whole(5, low=2, high=MAX_SEEDS)
    metric = fields.String(load_default="auroc", validate=validate.OneOf(METRICS))
    equivalence_margin = fields.Float(load_default=None, allow_none=True, validate=MARGIN)
    visibility = fields.String(load_default="private", validate=validate.OneOf(VISIBILITIES))
    config = fields.Nested(TrainingSettings, load_default=dict)

    @post_load
    def request(self, values: dict[str, Any], **_: Any) -> StudyRequest:
        """Return the use case's own words."""
        return StudyRequest(**values)


class StartedStudy(Schema):
    """A study whose runs wait for workers."""

    id = whole(low=1, required=True)
    name = fields.String(required=True)


class StudySummaryView(StartedStudy):
    """A study in a list; ``done`` counts the runs that are over, ``failed`` is among them."""

    owner_id = whole(low=1, required=True)
    visibility = fields.String(required=True, validate=validate.OneOf(VISIBILITIES))
    dataset_id = whole(low=1, required=True)
    metric = fields.String(required=True, validate=validate.OneOf(METRICS))
    created_at = moment(required=True)
    seeds = whole(required=True)
    runs = whole(required=True)
    done = whole(required=True)
    failed = whole(required=True)


class StudyList(Schema):
    """One page of studies."""

    items = fields.List(fields.Nested(StudySummaryView), required=True)
    total = whole(required=True)
    limit = whole(required=True)
    offset = whole(required=True)


class IntervalView(Schema):
    """A mean over n seeds with its 95 % interval; low and high are null where it has no error."""

    n = whole(required=True)
    mean = fields.Float(required=True)
    low = fields.Float(required=True, allow_none=True)
    high = fields.Float(required=True, allow_none=True)


class TrainingView(Schema):
    """One training of a study; ``value`` is of the held-out rows, null until it is done.

    ``has_result`` is false where it is over and measured nothing.
    """

    run_id = whole(low=1, required=True)
    name = fields.String(required=True)
    arm = fields.String(required=True, validate=validate.OneOf(ARMS))
    seed = whole(required=True)
    client = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    progress = fields.Float(required=True, validate=SHARE)
    train_rows = whole(required=True, allow_none=True)
    test_rows = whole(required=True, allow_none=True)
    has_result = fields.Boolean(required=True)
    value = fields.Float(required=True, allow_none=True)


class ArmView(Schema):
    """One way to train: its value per seed, and their mean.

    ``failed`` counts the seeds without a result; a site that is ``left_out`` is not in the mean of
    the sites.
    """

    arm = fields.String(required=True, validate=validate.OneOf(ARM_NAMES))
    client = fields.String(required=True, allow_none=True)
    label = fields.String(required=True)
    values = fields.Dict(keys=fields.String(), values=fields.Float(), required=True)
    interval = fields.Nested(IntervalView, required=True, allow_none=True)
    failed = whole(required=True)
    left_out = fields.Boolean(required=True, attribute="is_left_out")


def _p_value(name: str) -> fields.Float:
    return fields.Float(
        required=True, allow_none=True, validate=SHARE, attribute=f"contrast.{name}"
    )


class ContrastView(Schema):
    """Federated minus another way, paired by seed.

    ``difference`` has the intervals that hold together with 95 % and agree with ``p_holm``,
    ``individual`` that of this comparison alone. ``equivalent`` is null where no margin was set.
    ``same_rows`` says whether all pairs were seen to be tested on the same rows; ``refused`` are
    the seeds where they were not. ``from_rows`` says whether the error is at least that of the
    test rows, or comes from the seeds alone.
    """

    against = fields.String(
        required=True, validate=validate.OneOf(ARM_NAMES), attribute="contrast.against"
    )
    label = fields.String(required=True)
    difference = fields.Nested(IntervalView, required=True, attribute="contrast.difference")
    individual = fields.Nested(IntervalView, required=True, attribute="contrast.individual")
    p_value = _p_value("p_value")
    p_holm = _p_value("p_holm")
    p_wilcoxon = _p_value("p_wilcoxon")
    p_equivalence = _p_value("p_equivalence")
    equivalent = fields.Boolean(required=True, allow_none=True, attribute="contrast.is_equivalent")
    verdict = fields.String(
        required=True, validate=validate.OneOf(VERDICTS), attribute="contrast.verdict"
    )
    same_rows = fields.Boolean(required=True, attribute="contrast.pairing.is_checked")
    refused = fields.List(whole(), required=True, attribute="contrast.pairing.refused")
    from_rows = fields.Boolean(required=True, attribute="contrast.has_row_errors")


class StudyDetailView(Schema):
    """A study with its results so far."""

    id = whole(low=1, required=True, attribute="study.id")
    name = fields.String(required=True, attribute="study.name")
    owner_id = whole(low=1, required=True, attribute="study.owner_id")
    visibility = fields.String(
        required=True, attribute="study.visibility", validate=validate.OneOf(VISIBILITIES)
    )
    dataset_id = whole(low=1, required=True, attribute="study.dataset_id")
    metric = fields.String(
        required=True, attribute="study.metric", validate=validate.OneOf(METRICS)
    )
    equivalence_margin = fields.Float(
        required=True, allow_none=True, attribute="study.equivalence_margin"
    )
    config = fields.Nested(TrainingSettings, required=True, attribute="study.config")
    created_at = moment(required=True, attribute="study.created_at")
    can_edit = fields.Boolean(required=True)
    lower_is_better = fields.Boolean(required=True)
    seeds = fields.List(whole(), required=True)
    seeds_compared = whole(required=True)
    trainings = fields.List(fields.Nested(TrainingView), required=True)
    arms = fields.List(fields.Nested(ArmView), required=True)
    contrasts = fields.List(fields.Nested(ContrastView), required=True)
    sentence = fields.String(required=True, allow_none=True)
    notes = fields.List(fields.String(), required=True)
    method = fields.String(required=True)
