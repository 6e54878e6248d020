"""The parameters of schedules that analyse a page of a web site."""

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from app.errors import Invalid
from app.http.schemas import StrictSchema, whole
from app.models.site_analysis import SITE_KINDS
from services.sites.params import (
    MAX_COMPETITOR,
    MAX_DAYS,
    MAX_LINKS,
    MAX_MODEL_NAME,
    USUAL_LINKS,
    parse_params,
)


class SiteAnalysisParams(StrictSchema):
    """Which page to analyse: url is a public address with http or https, on its usual port.

    frequency_days is 30 for an own site and 10 for that of a competitor, unless it is given.
    model_name is a language model of the benchmarks that is to summarise the page.
    """

    url = fields.String(required=True, validate=validate.Length(1, 2_000))
    site_kind = fields.String(load_default="user_website", validate=validate.OneOf(SITE_KINDS))
    competitor_id = fields.String(validate=validate.Length(1, MAX_COMPETITOR))
    frequency_days = whole(low=1, high=MAX_DAYS)
    check_links = fields.Boolean(load_default=True)
    max_links = whole(USUAL_LINKS, low=1, high=MAX_LINKS)
    model_name = fields.String(validate=validate.Length(1, MAX_MODEL_NAME))

    @validates_schema
    def _is_possible(self, values: dict[str, Any], **_: Any) -> None:
        try:
            parse_params(values)
        except Invalid as refused:
            raise ValidationError(dict(refused.errors)) from None
