"""What a schema finds wrong, worded so that the client sees the value and what would be right."""

import difflib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from app import strict_json
from app.errors import Invalid

ABOUT_A_VALUE = ("Must be ", "Not a valid ")  # sentences that do not say what came
UNKNOWN = "Unknown field."
MAX_SHOWN_LENGTH = 40
SECRET = ("password", "token", "api_key")
MAX_FAULTS = 20  # fields that one answer names: of a million, nobody reads the others
MAX_NAME = 100  # characters of an unknown name that are repeated


def faults_of(error: ValidationError, values: Any, schema: Schema) -> dict[str, list[str]]:
    """Return sentences by field, dots for nesting; of at most MAX_FAULTS fields."""
    messages: dict[str, Any] = error.normalized_messages()  # type: ignore[no-untyped-call]
    return dict(islice(_flat(messages, values, schema), MAX_FAULTS))


def refuse_unknown(values: Any, schema: Schema, where: str) -> None:
    """Refuse at once an object with far more names than ``schema`` knows.

    To check them one by one would cost everybody seconds. Raises Invalid, as a check would.
    """
    is_closed = schema.unknown == RAISE or getattr(schema, "refuses_later", False)
    if not isinstance(values, dict) or not is_closed:
        return
    known = {field.data_key or name for name, field in schema.load_fields.items()}
    if len(values) > len(known) + MAX_FAULTS:
        unknown = [str(name) for name in islice(values.keys() - known, MAX_FAULTS)]
        errors = {name[:MAX_NAME]: [_worded(UNKNOWN, name, None, schema)] for name in unknown}
        named = ", ".join(sorted(errors))
        raise Invalid(f"The {where} is not valid: see {named}.", errors=errors)
    for name, value in values.items():
        inner = _schema_of(schema, name)
        if inner is not None:
            refuse_unknown(value, inner, where)


def refuse_beginning(beginning: bytes, schema: Schema, where: str) -> None:
    """Refuse a long body that begins with far more names than ``schema`` knows.

    Only names whose values are short are seen; of others the whole body has to come. Raises
    Invalid, as ``refuse_unknown`` does.
    """
    with suppress(ValueError):
        refuse_unknown(strict_json.loads(beginning.rpartition(b",")[0] + b"}"), schema, where)


def _flat(
    messages: Mapping[Any, Any], values: Any, schema: Schema | None, prefix: str = ""
) -> Iterator[tuple[str, list[str]]]:
    for name, inner in messages.items():
        is_value = prefix and name == "_schema"  # the nested value is wrong, not a part of it
        short = str(name)[:MAX_NAME]
        path = prefix if is_value else f"{prefix}.{short}" if prefix else short
        part = _part(values, name)
        if isinstance(inner, dict):
            yield from _flat(inner, part, _schema_of(schema, name), path)
        else:
            yield path, [_worded(str(one), str(name), part, schema) for one in inner]


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
