"""What the routes of analyses take and answer."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from app.http.schemas import StrictSchema, moment, whole
from app.models.benchmark import ANALYSIS_STATUSES, ANALYSIS_TYPES
from services.benchmarks.analysis_jobs.types import BIAS, EXPORT, AnalysisRequest
from services.benchmarks.domain.attributes import ATTRIBUTES, UnknownChoiceError
from services.benchmarks.exports.forms import FORMS
from services.benchmarks.exports.tables import ENGLISH, LANGUAGES


def one_of(field: str, choices: Collection[str]) -> Callable[[str], None]:
    """Return a check that refuses what is no choice, with the choices and the nearest of them."""

    def check(value: str) -> None:
        if value not in choices:
            unknown = UnknownChoiceError(field, value[:50], choices)
            raise ValidationError(f"{unknown} Use {', '.join(choices)}.")

    return check


class AnalyzeBody(StrictSchema):
    """Which analysis: ``attribute`` is for bias, ``format`` and ``language`` are for export."""

    type = fields.String(required=True, validate=one_of("type", ANALYSIS_TYPES))
    attribute = fields.String(
        load_default=None, allow_none=True, validate=one_of("attribute", ATTRIBUTES)
    )
    format = fields.String(load_default=None, allow_none=True, validate=one_of("format", FORMS))
    language = fields.String(load_default=ENGLISH, validate=validate.OneOf(LANGUAGES))
    force = fields.Boolean(load_default=False)

    @validates_schema
    def has_what_its_type_needs(self, data: Mapping[str, Any], **_: Any) -> None:
        """Refuse a bias without an attribute."""
        if data.get("type") == BIAS and data.get("attribute") is None:
            detail = f"A bias analysis needs an attribute: one of {', '.join(ATTRIBUTES)}."
            raise ValidationError(detail, "attribute")

    @post_load
    def as_request(self, data: dict[str, Any], **_: Any) -> AnalysisRequest:
        """Return the request; an export without a format is the report as JSON."""
        if data["type"] == EXPORT and data["format"] is None:
            data["format"] = "json"
        return AnalysisRequest(**data)


class AnalysisRequestedView(Schema):
    """``job_id`` is the analysis, ``task_id`` the worker's job; none where nothing was to do."""

    job_id = whole(low=1, required=True)
    task_id = whole(low=1, required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(ANALYSIS_STATUSES))
    message = fields.String(required=True)


class AnalysisView(Schema):
    """An analysis; ``stale`` says that the run has new answers since."""

    job_id = whole(low=1, required=True)
    type = fields.String(required=True, validate=validate.OneOf(ANALYSIS_TYPES))
    params = fields.Dict(required=True)
    status = fields.String(required=True, validate=validate.OneOf(ANALYSIS_STATUSES))
    created_at = moment(required=True)
    started_at = moment(required=True, allow_none=True)
    finished_at = moment(required=True, allow_none=True)
    duration_ms = whole(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)
    summary = fields.Dict(required=True, allow_none=True)
    stale = fields.Boolean(required=True)
    has_file = fields.Boolean(required=True)


class AnalysesView(Schema):
    """The analyses of a run by type and parameters, such as ``bias:gender``."""

    run_id = whole(low=1, required=True)
    analyses = fields.Dict(keys=fields.String(), values=fields.Nested(AnalysisView), required=True)
