"""Settings on the wire, made from the one description that the form and the checks use."""

from typing import Any

from marshmallow import INCLUDE, Schema, fields

from services.runs.training.config.config import specs
from services.runs.training.config.field_spec import FieldSpec


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


class AnySettings(Schema):
    """Settings by name; one that nobody knows is refused by the use case, with a hint."""

    class Meta:
        """Let the use case word what is wrong."""

        unknown = INCLUDE

    refuses_later = True  # of many unknown names at once, without a hint for each


def _training_settings() -> type[Schema]:
    known: dict[str, fields.Field[Any]] = {
        name: SettingValue(spec) for name, spec in specs().items()
    }
    return AnySettings.from_dict(known, name="TrainingSettings")


TrainingSettings = _training_settings()  # all of them, or only those that differ
