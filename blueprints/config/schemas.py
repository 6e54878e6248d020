"""A person's configuration, its schemas made from the one description of every setting."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.http.schemas import StrictSchema, whole
from blueprints.config.settings import SettingValue
from services.preferences.domain.sections import sections


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
    """The full configuration; config_path names the place, not a file."""

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
