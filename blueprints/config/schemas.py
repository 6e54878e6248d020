"""A person's configuration, its schemas made from the one description of every setting."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.http.schemas import StrictSchema, whole
from services.runs.domain.settings import FieldSpec
from services.runs.domain.user_settings import sections


class SettingValue(fields.Raw):
    """A setting of the type and within the bounds of its description, or null.

    The use case checks the value and words what is wrong; here its type is only described.
    """

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__(allow_none=True, metadata=_described(spec))


def _described(spec: FieldSpec) -> dict[str, Any]:
    bounds = {
        name: value
        for name, value in (("minimum", spec.minimum), ("maximum", spec.maximum))
        if value is not None
    }
    if spec.type in ("size", "sizes"):
        return {"type": "array", "items": {"type": "integer", **bounds}}
    if spec.type == "choice":
        return {"type": "string", "enum": [*spec.choices, None]}
    names = {"text": "string"}
    return {"type": names.get(spec.type, spec.type), **bounds}


def _section(name: str) -> type[Schema]:
    known: dict[str, fields.Field[Any]] = {
        key: SettingValue(spec) for key, spec in sections()[name].items()
    }
    return StrictSchema.from_dict(known, name=f"{name.capitalize()}Settings")


class Configuration(StrictSchema):
    """Every section; in an update only what is given and not null is applied."""

    system = fields.Nested(_section("system"))
    paths = fields.Nested(_section("paths"))
    columns = fields.Nested(_section("columns"))
    experiment = fields.Nested(_section("experiment"))
    output = fields.Nested(_section("output"))
    logging = fields.Nested(_section("logging"))


class CurrentConfigView(Schema):
    """The whole configuration; config_path names the place, not a file."""

    config = fields.Nested(Configuration, required=True)
    config_path = fields.String(required=True)


class ConfigUpdateView(Schema):
    """What an update changed, as read back."""

    message = fields.String(required=True)
    updated_fields = whole(required=True)
    fields_ = fields.List(
        fields.String(validate=validate.Length(1)),
        required=True,
        data_key="fields",
        attribute="fields",
    )
    verified_values = fields.Dict(required=True, keys=fields.String())
    config_path = fields.String(required=True)
