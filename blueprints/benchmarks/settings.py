"""The settings that a body takes, read from its schema: default, bounds and choices of each."""

from typing import Any

from marshmallow import Schema, fields, missing, validate

Described = dict[str, dict[str, Any]]


def described(schema: Schema) -> Described:
    """Return of each field its ``default``, its bounds and its choices, as far as it has them."""
    return {name: _of_field(field) for name, field in schema.fields.items()}


def _of_field(field: fields.Field[Any]) -> dict[str, Any]:
    rules: dict[str, Any] = {"required": field.required}
    if field.load_default is not missing:
        default = field.load_default
        rules["default"] = default() if callable(default) else default
    inner = field.inner if isinstance(field, fields.List) else field
    for one in (*field.validators, *inner.validators):
        rules |= _of_rule(one)
    return rules


def _of_rule(rule: Any) -> dict[str, Any]:
    if isinstance(rule, validate.OneOf):
        return {"choices": list(rule.choices)}
    if isinstance(rule, validate.Length):
        return _present(min_length=rule.min, max_length=rule.max)
    if isinstance(rule, validate.Range):
        excluded = None if rule.min_inclusive else True
        return _present(min=rule.min, max=rule.max, min_is_excluded=excluded)
    return {}


def _present(**bounds: Any) -> dict[str, Any]:
    return {name: value for name, value in bounds.items() if value is not None}
