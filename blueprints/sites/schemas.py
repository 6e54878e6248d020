"""Visits of web sites on the wire."""

from marshmallow import Schema, fields, validate

from app.http.schemas import PageQuery, moment
from app.models.site_analysis import SITE_KINDS


class SiteQuery(PageQuery):
    """Which visits to list."""

    site_kind = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(SITE_KINDS)
    )


class SiteVisitView(Schema):
    """One visit of a page; code and detail say why there is no analysis."""

    id = fields.Integer(required=True)
    url = fields.String(required=True)
    site_kind = fields.String(required=True, validate=validate.OneOf(SITE_KINDS))
    competitor_id = fields.String(required=True, allow_none=True)
    outcome = fields.String(required=True)
    code = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    detail = fields.String(required=True, allow_none=True)
    title = fields.String(required=True, allow_none=True)
    findings = fields.Integer(required=True)
    broken_links = fields.Integer(required=True)
    created_at = moment(required=True)


class SiteList(Schema):
    """A page of visits."""

    items = fields.List(fields.Nested(SiteVisitView), required=True)
    total = fields.Integer(required=True)
    limit = fields.Integer(required=True)
    offset = fields.Integer(required=True)


class SiteFindingView(Schema):
    """What is wrong with a page: its name, how often it occurs, and the first places."""

    name = fields.String(required=True)
    count = fields.Integer(required=True)
    items = fields.List(fields.String(), required=True)


class SiteLinkView(Schema):
    """A link that was tried: ok, broken, refused, closed or unchecked."""

    url = fields.String(required=True)
    state = fields.String(required=True)
    status = fields.Integer(required=True, allow_none=True)


class PageHeadingView(Schema):
    """A heading of a page."""

    level = fields.Integer(required=True)
    text = fields.String(required=True)


class LanguageLinkView(Schema):
    """A hreflang and the address that it names."""

    code = fields.String(required=True)
    url = fields.String(required=True)


class PageFactsView(Schema):
    """A page as it was read."""

    title = fields.String(required=True, allow_none=True)
    description = fields.String(required=True, allow_none=True)
    lang = fields.String(required=True, allow_none=True)
    headings = fields.List(fields.Nested(PageHeadingView), required=True)
    canonicals = fields.List(fields.String(), required=True)
    links = fields.List(fields.String(), required=True)
    links_internal = fields.Integer(required=True)
    links_external = fields.Integer(required=True)
    images = fields.Integer(required=True)
    images_without_alt = fields.List(fields.String(), required=True)
    hreflang = fields.List(fields.Nested(LanguageLinkView), required=True)
    robots = fields.List(fields.String(), required=True)
    words = fields.Integer(required=True)
    scripts = fields.Integer(required=True)
    meta = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    landmarks = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    charset = fields.String(required=True)


class SiteSummaryView(Schema):
    """What a language model wrote about the page as of page_at; error says why there is no text."""

    model_name = fields.String(required=True)
    page_at = fields.String(required=True)
    text = fields.String(required=True, allow_none=True)
    error = fields.String(required=True, allow_none=True)
    prompt_tokens = fields.Integer(required=True)
    completion_tokens = fields.Integer(required=True)


class SiteAnalysisView(Schema):
    """The analysis of a page; a summary is plain text that nothing else depends on."""

    final_url = fields.String(required=True, allow_none=True)
    status = fields.Integer(required=True, allow_none=True)
    redirects = fields.List(fields.String(), required=True)
    bytes = fields.Integer(required=True)
    packed_bytes = fields.Integer(required=True)
    etag = fields.String(required=True, allow_none=True)
    last_modified = fields.String(required=True, allow_none=True)
    facts = fields.Nested(PageFactsView, required=True, allow_none=True)
    findings = fields.List(fields.Nested(SiteFindingView), required=True)
    links = fields.List(fields.Nested(SiteLinkView), required=True)
    summary = fields.Nested(SiteSummaryView, required=True, allow_none=True)


class SiteVisitDetail(Schema):
    """A visit, the analysis that held after it, and the visits of its page, the newest first."""

    visit = fields.Nested(SiteVisitView, required=True, attribute="row")
    analysis = fields.Nested(SiteAnalysisView, required=True, allow_none=True)
    history = fields.List(fields.Nested(SiteVisitView), required=True, attribute="history.items")
