"""What the routes of traits take and answer."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from app.http.schemas import PageQuery, StrictSchema, moment, whole
from app.models.run import VISIBILITIES
from services.benchmarks.domain.trait_rules import (
    MAX_ADJECTIVE_LENGTH,
    MAX_CATEGORY_LENGTH,
    MAX_TEMPLATE_LENGTH,
    VALENCES,
)
from services.benchmarks.traits.types import NewTrait, TraitFilter

MAX_CODE_LENGTH = 100


def _text(most: int, *, least: int = 0, **kwargs: Any) -> fields.String:
    return fields.String(validate=validate.Length(least, most), **kwargs)


def _valence(**kwargs: Any) -> fields.Integer:
    return whole(low=min(VALENCES), high=max(VALENCES), **kwargs)


def _visibility(**kwargs: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(VISIBILITIES), **kwargs)


class TraitQuery(PageQuery):
    """Which traits to list: ``q`` is a part of the adjective."""

    q = _text(200)
    category = _text(MAX_CATEGORY_LENGTH)
    valence = _valence()
    active = fields.Boolean()

    @post_load
    def chosen(self, values: dict[str, Any], **_: Any) -> TraitFilter:
        """Return the use case's own words."""
        return TraitFilter(**values)


class TraitPatch(StrictSchema):
    """What to change; what is left out stays.

    ``valence`` is -1 for an unkind adjective, 1 for a kind one, 0 for neither, null if unknown.
    ``case_template`` is stored and used in no prompt.
    """

    adjective = _text(MAX_ADJECTIVE_LENGTH, least=1)
    adjective_de = _text(MAX_ADJECTIVE_LENGTH, allow_none=True)
    case_template = _text(MAX_TEMPLATE_LENGTH, allow_none=True)
    category = _text(MAX_CATEGORY_LENGTH, allow_none=True)
    valence = _valence(allow_none=True)
    is_active = fields.Boolean()
    visibility = _visibility()


class TraitBody(TraitPatch):
    """A trait to be made; without a ``code`` it gets the next g<N>."""

    code = _text(MAX_CODE_LENGTH, least=1, allow_none=True)
    adjective = _text(MAX_ADJECTIVE_LENGTH, least=1, required=True)

    @post_load
    def new(self, values: dict[str, Any], **_: Any) -> NewTrait:
        """Return the use case's own words."""
        return NewTrait(**values)


class TraitView(Schema):
    """One trait; only active ones are offered to a new run."""

    id = whole(low=1, required=True)
    code = fields.String(required=True)
    adjective = fields.String(required=True)
    adjective_de = fields.String(required=True, allow_none=True)
    case_template = fields.String(required=True, allow_none=True)
    category = fields.String(required=True, allow_none=True)
    valence = _valence(required=True, allow_none=True)
    is_active = fields.Boolean(required=True)
    builtin = fields.Function(
        lambda trait: trait.owner_id is None, required=True, metadata={"type": "boolean"}
    )
    owner_id = whole(low=1, required=True, allow_none=True)
    visibility = _visibility(required=True)
    created_at = moment(required=True)
    updated_at = moment(required=True)


class TraitList(Schema):
    """One page of traits, in the order in which they came."""

    items = fields.List(fields.Nested(TraitView), required=True)
    total = whole(required=True)
    limit = whole(required=True)
    offset = whole(required=True)


class CategoryView(Schema):
    """A category in use; null is that of traits without one."""

    category = fields.String(required=True, allow_none=True)
    count = whole(required=True)
    active = whole(required=True)


class CategoryList(Schema):
    """The categories in use, in alphabetical order."""

    items = fields.List(fields.Nested(CategoryView), required=True)


class TraitFormFields(StrictSchema):
    """How to import a file: ``faults`` says whether one bad line refuses the file or is left out.

    Columns are code (or id), adjective, adjective_de, category, valence, is_active and
    case_template; only adjective is needed. ``visibility`` is that of new traits.
    """

    faults = fields.String(load_default="refuse", validate=validate.OneOf(("refuse", "skip")))
    visibility = _visibility(load_default="team")


class TraitForm(TraitFormFields):
    """A CSV file of traits."""

    file = fields.Raw(metadata={"type": "string", "format": "binary"})


class TraitImportView(Schema):
    """What became of the lines; ``skipped`` were as they are, ``errors`` are by column."""

    inserted = whole(required=True)
    updated = whole(required=True)
    skipped = whole(required=True)
    failed = whole(required=True)
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)
