"""The kinds of schedules as the API describes them, parameters included."""

from collections.abc import Sequence
from typing import Any

from marshmallow import fields, missing

from app.auth.actor import Actor
from blueprints.scheduler.params import schema_of
from services.scheduler.kinds.registry import all_kinds
from services.scheduler.kinds.types import ScheduleKind

TYPES = {
    fields.Boolean: "boolean",
    fields.Integer: "integer",
    fields.Float: "number",
    fields.String: "string",
    fields.List: "array",
    fields.Nested: "object",
    fields.Dict: "object",
}


def kinds_view(actor: Actor) -> Sequence[dict[str, Any]]:
    """Return the kinds that the actor may use."""
    return [_view(kind) for kind in all_kinds().values() if actor.is_admin or not kind.admins_only]


def _view(kind: ScheduleKind) -> dict[str, Any]:
    retries = kind.rules.retries
    return {
        "name": kind.name,
        "queue": kind.queue,
        "cadence": kind.cadence,
        "timeout_s": kind.timeout_s,
        "max_attempts": retries.max_attempts,
        "backoff": list(retries.backoff_s),
        "admins_only": kind.admins_only,
        "params": {name: _field(one) for name, one in schema_of(kind.name).fields.items()},
    }


def _field(field: fields.Field[Any]) -> dict[str, Any]:
    """Return type, default and whether it is required; a default that is made says nothing."""
    kinds = [word for kind, word in TYPES.items() if isinstance(field, kind)]
    default = field.load_default
    has_default = default is not missing and not callable(default)
    choices = next((one.choices for one in field.validators if hasattr(one, "choices")), None)
    return {
        "type": kinds[0] if kinds else field.metadata.get("type", "string"),
        "required": field.required,
        "default": default if has_default else None,
        "choices": None if choices is None else list(choices),
    }
