"""What a schema finds wrong, worded so that the client sees the value and what would be right."""

import difflib
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

ABOUT_A_VALUE = ("Must be ", "Not a valid ")  # sentences that do not say what came
UNKNOWN = "Unknown field."
MAX_SHOWN_LENGTH = 40
SECRET = ("password", "token", "api_key")


def faults_of(error: ValidationError, values: Any, schema: Schema) -> dict[str, list[str]]:
    """Return sentences by field, dots for nesting."""
    messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
    return _flat(messages, values, schema)


def _flat(
    messages: Mapping[Any, Any], values: Any, schema: Schema | None, prefix: str = ""
) -> dict[str, list[str]]:
    flat: dict[str, list[str]] = {}
    for name, inner in messages.items():
        is_value = prefix and name == "_schema"  # the nested value is wrong, not a part of it
        path = prefix if is_value else f"{prefix}.{name}" if prefix else str(name)
        if isinstance(inner, dict):
            flat |= _flat(inner, _part(values, name), _schema_of(schema, name), path)
        else:
            part = _part(values, name)
            flat[path] = [_worded(str(one), str(name), part, schema) for one in inner]
    return flat


def _worded(sentence: str, name: str, value: Any, schema: Schema | None) -> str:
    if sentence == UNKNOWN and schema is not None:
        near = difflib.get_close_matches(name[:100], schema.fields, n=1, cutoff=0.6)
        return f"{sentence} Did you mean {near[0]}?" if near else sentence
    shown = isinstance(value, str | int | float) and not any(word in name for word in SECRET)
    if shown and sentence.startswith(ABOUT_A_VALUE):
        return f"{sentence.removesuffix('.')}; it is {_short(value)}."
    return sentence


def _short(value: Any) -> str:
    text = repr(value[: MAX_SHOWN_LENGTH + 1] if isinstance(value, str) else value)
    return text if len(text) <= MAX_SHOWN_LENGTH + 2 else f"{text[:MAX_SHOWN_LENGTH]}…"


def _part(values: Any, name: Any) -> Any:
    if isinstance(values, dict):
        return values.get(name)
    held = isinstance(values, list) and isinstance(name, int) and name < len(values)
    return values[name] if held else None


def _schema_of(schema: Schema | None, name: Any) -> Schema | None:
    """Return the schema of a nested field; that of a list stays, for its places are next."""
    if isinstance(name, int):
        return schema
    field = None if schema is None else schema.fields.get(str(name))
    inner = field.inner if isinstance(field, fields.List) else field
    return inner.schema if isinstance(inner, fields.Nested) else None
