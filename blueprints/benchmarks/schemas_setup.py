"""What the routes about the domain itself answer."""

from marshmallow import Schema, fields, validate

from app.health import STATUSES
from app.http.schemas import whole
from blueprints.system.schemas import CheckView

SETTINGS = fields.Dict(keys=fields.String(), values=fields.Dict(), required=True)


class BenchmarkHealthView(Schema):
    """Whether benchmarks can be started, done and read: each part with a word and a sentence."""

    ok = fields.Boolean(required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    checks = fields.List(fields.Nested(CheckView), required=True)


class TemplateView(Schema):
    """A template of prompts: which attributes it shows, and the SHA-256 of its text."""

    language = fields.String(required=True)
    name = fields.String(required=True)
    sha256 = fields.String(required=True)
    visible = fields.Dict(required=True)


class AnalysisSettingsView(Schema):
    """What the plan of every run has. ``min_personas`` is of a group of the intensity."""

    alpha = fields.Float(required=True)
    permutations = whole(required=True)
    equivalence_margin = fields.Float(required=True)
    min_personas = whole(required=True)
    attributes = fields.List(fields.String(), required=True)


class BenchmarkConfigView(Schema):
    """What a client has to know, without secrets.

    ``start``, ``attrgen`` and ``build`` have, by the name of each setting, its default, its bounds
    and its choices; ``resume`` has what a resume may change.
    """

    languages = fields.List(fields.String(), required=True)
    template_version = fields.String(required=True)
    templates = fields.List(fields.Nested(TemplateView), required=True)
    analysis = fields.Nested(AnalysisSettingsView, required=True)
    statuses = fields.List(fields.String(), required=True)
    dataset_kinds = fields.List(fields.String(), required=True)
    queue_types = fields.List(fields.String(), required=True)
    export_formats = fields.List(fields.String(), required=True)
    max_personas = whole(required=True)
    page_limit = whole(required=True)
    private_addresses = fields.Boolean(required=True)
    start = SETTINGS
    resume = SETTINGS
    attrgen = SETTINGS
    build = SETTINGS
