"""Fields of what external programs log: parameters, moments, metrics and their bounds."""

import math
from datetime import UTC, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from app.http.schemas import moment, whole
from services.tracking.catalogue import GOALS
from services.tracking.domain.params import MAX_PARAMS, fault_of_param
from services.tracking.domain.tags import MAX_TAGS, fault_of_name, fault_of_tag

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
MAX_COUNT = 2**31 - 1
MAX_METRICS = 1_000
SHOWN = 20  # faults of one field that are listed at once

SHARE = validate.Range(0.0, 1.0)
MAX_STEP = 2**63 - 1


def params_field(**kwargs: Any) -> fields.Dict:
    """Return a field of parameters by name: texts, numbers, true, false or null."""
    described = {"type": ["string", "number", "boolean"]}  # null comes from allow_none
    value = fields.Raw(allow_none=True, metadata=described)
    return fields.Dict(keys=fields.String(), values=value, validate=_good_params, **kwargs)


def _good_params(params: dict[str, Any]) -> None:
    if len(params) > MAX_PARAMS:
        raise ValidationError(f"A run has at most {MAX_PARAMS} parameters; {len(params)} came.")
    faults = {name: fault_of_param(name, value) for name, value in params.items()}
    wrong = [f"The parameter {name[:60]!r}: {fault}." for name, fault in faults.items() if fault]
    if wrong:
        raise ValidationError(wrong[:SHOWN])


def past_moment(**kwargs: Any) -> fields.AwareDateTime:
    """Return a field of a moment by somebody else's clock, which may be wrong but not absurd."""
    return moment(validate=_believable, **kwargs)


def _believable(at: datetime) -> None:
    if not EARLIEST <= at <= LATEST:
        raise ValidationError(f"A time lies between {EARLIEST:%Y} and {LATEST:%Y}.")


def metrics_field(**kwargs: Any) -> fields.Dict:
    """Return a field of finite numbers by metric; null where one is not defined."""
    value = fields.Raw(allow_none=True, metadata={"type": "number"})
    return fields.Dict(keys=fields.String(), values=value, validate=_good_metrics, **kwargs)


def _good_metrics(metrics: dict[str, Any]) -> None:
    if len(metrics) > MAX_METRICS:
        raise ValidationError(f"At most {MAX_METRICS} metrics at once; {len(metrics)} came.")
    wrong = [
        f"The metric {name[:60]!r}: {fault}."
        for name, value in metrics.items()
        if (fault := fault_of_name(name) or fault_of_number(value))
    ]
    if wrong:
        raise ValidationError(wrong[:SHOWN])


def fault_of_number(value: Any) -> str | None:
    """Return what is wrong with a measured number; None for a good one, null among them."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "a value is a number or null"
    return None if math.isfinite(value) else "a value is finite"


def number(low: float, high: float, **kwargs: Any) -> fields.Float:
    """Return a field of a number within bounds."""
    return fields.Float(validate=validate.Range(low, high), **kwargs)


def goal_field(**kwargs: Any) -> fields.String:
    """Return a field of a metric's direction; null where nobody knows it."""
    return fields.String(required=True, allow_none=True, validate=validate.OneOf(GOALS), **kwargs)


def step_field(**kwargs: Any) -> fields.Integer:
    """Return a field of a step in an answer: external programs count as they like.

    Some count from below 0, which an import keeps.
    """
    return whole(low=-MAX_STEP - 1, high=MAX_STEP, required=True, **kwargs)


def tags_field(**kwargs: Any) -> fields.Dict:
    """Return a field of tags by name; null takes a tag away."""
    value = fields.String(allow_none=True)
    return fields.Dict(keys=fields.String(), values=value, validate=_good_tags, **kwargs)


def _good_tags(tags: dict[str, str | None]) -> None:
    faults = {name: fault_of_tag(name, value) for name, value in tags.items()}
    wrong = [f"The tag {name[:60]!r}: {fault}." for name, fault in faults.items() if fault]
    if len(tags) > MAX_TAGS:
        wrong = [f"A run has at most {MAX_TAGS} tags; {len(tags)} came."]
    if wrong:
        raise ValidationError(wrong[:20])
