"""Reads the parameters of a schedule by the schema of its kind."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

from marshmallow import Schema

from app.errors import Invalid
from app.http.blueprint import load
from services.scheduler.kinds.registry import find_kind


@cache
def schema_of(name: str) -> Schema:
    """Return the schema that a kind names as ``module:class``. Raises UnknownKind."""
    module, _, schema = find_kind(name).params.partition(":")
    made: Schema = getattr(import_module(module), schema)()
    return made


def read_params(kind: str, given: Any) -> Mapping[str, Any]:
    """Return the parameters with their defaults; one that the kind has not is refused.

    Raises UnknownKind, and Invalid whose fields begin with ``params.``.
    """
    try:
        values: Mapping[str, Any] = load(schema_of(kind), given, "params")
    except Invalid as wrong:
        errors = {f"params.{name}": said for name, said in wrong.errors.items()}
        raise Invalid(f"The params of {kind} are not valid.", errors=errors) from None
    return values
