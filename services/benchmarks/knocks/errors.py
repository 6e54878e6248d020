"""What keeps a server from being asked, by the field of its model that is to be changed."""

from collections.abc import Mapping
from typing import Any

from app.errors import Invalid
from services.benchmarks.models.errors import KeyUnreadable


class ServerUnreachable(Invalid):
    """Nothing answers at the base URL, or it may not be called."""

    code = "server_unreachable"


class KeyRefused(Invalid):
    """The server lets nobody in with this key."""

    code = "key_refused"


class ModelUnknown(Invalid):
    """The server does not serve the model."""

    code = "model_unknown"


KINDS = {"base_url": ServerUnreachable, "api_key": KeyRefused, "model_name": ModelUnknown}
_BY_TYPE = {kind.code: (field, kind) for field, kind in KINDS.items()}
_BY_TYPE[KeyUnreadable.code] = ("api_key", KeyRefused)


def refusal_of(error: Mapping[str, Any] | None) -> Invalid | None:
    """Return what the error of a knock's job refuses; None where the knock itself went wrong."""
    if error is None or error.get("type") not in _BY_TYPE:
        return None
    field, kind = _BY_TYPE[error["type"]]
    return kind(error["detail"], errors={field: [error["detail"]]})
