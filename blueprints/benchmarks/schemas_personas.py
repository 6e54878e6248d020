"""What the routes of persona sets and personas take and answer."""

from types import SimpleNamespace
from typing import Any

from marshmallow import Schema, fields, post_load, pre_dump, validate

from app.http.schemas import PageQuery, StrictSchema, moment, whole
from app.models.persona import PERSONA_SET_KINDS, PersonaSet
from app.models.run import VISIBILITIES
from services.benchmarks.domain.persona_rules import ATTRIBUTES, CHOICES, MAX_AGE, PAIRING
from services.benchmarks.personas.build import KINDS
from services.benchmarks.personas.types import (
    MAX_PERSONAS,
    BuildRequest,
    NewPersonaSet,
    PersonaSetDetail,
    PersonaSetFilter,
)

GIVEN_KINDS = ("uploaded", "pool", "balanced", "reality", "counterfactual")


def _name(**kwargs: Any) -> fields.String:
    return fields.String(validate=validate.Length(1, 200), **kwargs)


def _visibility(**kwargs: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(VISIBILITIES), **kwargs)


def _kind(**kwargs: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(GIVEN_KINDS), **kwargs)


def _given(name: str) -> fields.Field[Any]:
    """Return a field of a persona as clients give it: which value is right is said by the rules."""
    if name == "age":
        return fields.Raw(allow_none=True, metadata={"type": "integer", "maximum": MAX_AGE})
    about = {"description": f"One of {', '.join(CHOICES[name])}."} if name in CHOICES else {}
    return fields.String(allow_none=True, metadata=about)


def _shown(name: str) -> fields.Field[Any]:
    if name == "age":
        return whole(required=True, allow_none=True, high=MAX_AGE)
    return fields.String(required=True, allow_none=True)


PersonaPatch = StrictSchema.from_dict(
    {name: _given(name) for name in ATTRIBUTES}, name="PersonaPatch"
)
PersonaPatch.__doc__ = "What to change of a persona; null means that it is not said."
PersonaBody = StrictSchema.from_dict(
    {name: _given(name) for name in ("uuid", *ATTRIBUTES, *PAIRING)}, name="PersonaBody"
)
PersonaBody.__doc__ = """A persona of a new set; what is left out is not said of them.

A country is named in English or German or by its ISO code, and brings its regions along. A twin
has the role counterfactual, the uuid of its source and the attribute that was changed.
"""


class PersonaSetBody(StrictSchema):
    """A set to be made of a list of personas."""

    name = _name(required=True)
    kind = _kind(load_default="uploaded")
    visibility = _visibility(load_default="private")
    personas = fields.List(
        fields.Nested(PersonaBody), required=True, validate=validate.Length(1, MAX_PERSONAS)
    )

    @post_load
    def new(self, values: dict[str, Any], **_: Any) -> NewPersonaSet:
        """Return the use case's own words."""
        return NewPersonaSet(**values)


class PersonaFormFields(StrictSchema):
    """How a file of personas is called and shared; without a name it is called like the file."""

    name = _name(load_default=None)
    kind = _kind(load_default="uploaded")
    visibility = _visibility(load_default="private")


class PersonaForm(PersonaFormFields):
    """A CSV file of personas: a column for each attribute, in any order, none of them needed."""

    file = fields.Raw(metadata={"type": "string", "format": "binary"})


class BuildBody(StrictSchema):
    """A set to be built.

    pool: ``n`` people drawn from tables; ``temperature`` 0 takes their shares as they are, 1 makes
    every group as frequent as any other. balanced: ``n`` personas of ``source_id`` with groups of
    like size. reality: ``n`` at random. counterfactual: each of ``n`` or all personas with a twin
    that differs in one attribute.
    """

    name = _name(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    source_id = whole(None, low=1, allow_none=True)
    n = whole(None, low=1, high=MAX_PERSONAS, allow_none=True)
    seed = whole(42, high=2**31 - 1)
    temperature = fields.Float(load_default=0.0, validate=validate.Range(0.0, 1.0))
    visibility = _visibility(load_default="private")

    @post_load
    def request(self, values: dict[str, Any], **_: Any) -> BuildRequest:
        """Return the use case's own words."""
        return BuildRequest(**values)


class PersonaSetPatch(StrictSchema):
    """What to change; what is left out stays."""

    name = _name()
    visibility = _visibility()


class PersonaSetQuery(PageQuery):
    """Which sets to list: ``q`` is a part of the name."""

    q = fields.String(validate=validate.Length(0, 200))
    kind = fields.String(validate=validate.OneOf(PERSONA_SET_KINDS))

    @post_load
    def chosen(self, values: dict[str, Any], **_: Any) -> PersonaSetFilter:
        """Return the use case's own words."""
        return PersonaSetFilter(**values)


class PersonaSetView(Schema):
    """A data set of personas; ``config`` has the settings that it was built with."""

    id = whole(low=1, required=True)
    slug = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(PERSONA_SET_KINDS))
    builtin = fields.Function(
        lambda row: row.slug is not None, required=True, metadata={"type": "boolean"}
    )
    owner_id = whole(low=1, required=True, allow_none=True)
    visibility = _visibility(required=True)
    seed = whole(required=True, allow_none=True)
    config = fields.Dict(keys=fields.String(), required=True)
    source_id = whole(low=1, required=True, allow_none=True)
    num_personas = whole(required=True)
    created_at = moment(required=True)
    updated_at = moment(required=True)


class PersonaSetDetailView(PersonaSetView):
    """A set, how many runs are about it, and how many personas each group has, by attribute."""

    num_runs = whole(required=True)
    groups = fields.Dict(
        keys=fields.String(),
        values=fields.Dict(keys=fields.String(), values=whole()),
        required=True,
    )

    @pre_dump
    def flat(self, detail: PersonaSetDetail, **_: Any) -> SimpleNamespace:
        """Return the row's own columns beside what is counted."""
        columns = {one.key: getattr(detail.row, one.key) for one in PersonaSet.__table__.columns}
        return SimpleNamespace(**columns, num_runs=detail.num_runs, groups=detail.groups)


class PersonaSetList(Schema):
    """One page of sets: those of the platform first, then the newest."""

    items = fields.List(fields.Nested(PersonaSetView), required=True)
    total = whole(required=True)
    limit = whole(required=True)
    offset = whole(required=True)


class PersonaView(Schema.from_dict({name: _shown(name) for name in ATTRIBUTES})):  # type: ignore[misc]
    """One persona; null is what was not said. A twin names its source and what was changed."""

    id = whole(low=1, required=True)
    dataset_id = whole(low=1, required=True, attribute="set_id")
    uuid = fields.String(required=True)
    role = fields.String(required=True, allow_none=True, validate=validate.OneOf(CHOICES["role"]))
    source_persona_id = whole(low=1, required=True, allow_none=True)
    changed_attribute = fields.String(required=True, allow_none=True)
    from_value = fields.String(required=True, allow_none=True)
    to_value = fields.String(required=True, allow_none=True)


class PersonaList(Schema):
    """One page of the personas of a set, in the order in which they came."""

    items = fields.List(fields.Nested(PersonaView), required=True)
    total = whole(required=True)
    limit = whole(required=True)
    offset = whole(required=True)
