"""What a client says about reading a file, in its field ``importOptions``."""

from collections.abc import Mapping
from typing import Any

from app import strict_json
from app.errors import BadRequest, Invalid
from services.forecasting.domain.numbers import shown
from services.forecasting.errors import FieldRefused
from services.tabular.options import ImportOptions

FIELD = "importOptions"


def checked_options(value: object) -> dict[str, Any]:
    """Return the options in an object or in its JSON text; nothing is an empty object.

    Raises FieldRefused for what is no object, or holds an option that is none.
    """
    if value in (None, ""):
        return {}
    if strict_json.holds_nul(value) or (isinstance(value, str) and "\\u0000" in value):
        raise FieldRefused(FIELD, f"{FIELD} holds the NUL character, which no text can hold.")
    try:
        options = strict_json.parse_body(value.encode()) if isinstance(value, str) else value
        ImportOptions.from_json(options)
    except (BadRequest, Invalid) as error:
        raise FieldRefused(FIELD, f"{FIELD} is {shown(value)}: {error.detail}") from None
    return dict(options) if isinstance(options, Mapping) else {}
