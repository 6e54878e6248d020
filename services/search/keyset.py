"""Where a page ended, as a token that the next request brings back.

It holds the sort, the stretch, the value and the id of the last run: the next page begins after
them, however many runs have come or gone meanwhile.
"""

import base64
import binascii
import math
from datetime import datetime
from typing import Any

from sqlalchemy import Float
from sqlalchemy.types import TypeEngine

from app import strict_json
from app.db.types import BigId, UtcDateTime
from app.errors import Invalid
from app.ids import MAX_ID
from services.search.order import Order, type_of_stretch
from services.search.places import Place

MAX_TOKEN_LENGTH = 2_000  # characters of a token
_MAX_TEXT = 250


def token_of(key: str, order: Order, place: Place) -> str:
    """Return the token of ``place`` in the order by ``key``."""
    value = place.value.isoformat() if isinstance(place.value, datetime) else place.value
    parts = [key, order.descending, place.stretch, value, place.run_id]
    return base64.urlsafe_b64encode(strict_json.dump_bytes(parts)).decode().rstrip("=")


def place_of(token: str, key: str, order: Order) -> Place:
    """Return the place that ``token`` names.

    Raises Invalid for a token that is broken or belongs to another order.
    """
    try:
        sort_key, descending, stretch, value, run_id = _decoded(token)
    except (ValueError, TypeError, binascii.Error):
        raise _refused("is not one that a list has given out") from None
    if (sort_key, descending) != (key, order.descending):
        raise _refused("belongs to another order: start again without it")
    if not _is_integer_up_to(stretch, order.stretches - 1) or not _is_integer_up_to(run_id, MAX_ID):
        raise _refused("is not one that a list has given out")
    if stretch == len(order.values):
        return Place(stretch=stretch, value=None, run_id=run_id)
    value = _value(value, type_of_stretch(order, stretch))
    return Place(stretch=stretch, value=value, run_id=run_id)


def _decoded(token: str) -> list[Any]:
    if len(token) > MAX_TOKEN_LENGTH or not token.isascii():
        raise ValueError
    padded = token + "=" * (-len(token) % 4)
    parts = strict_json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    if not isinstance(parts, list) or len(parts) != 5:
        raise ValueError
    return parts


def _is_integer_up_to(value: Any, maximum: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= maximum


def _value(value: Any, kind: TypeEngine[Any]) -> Any:
    """Return the value in the type of its stretch; what is not of it was made up."""
    try:
        if isinstance(kind, UtcDateTime):
            return _moment(value)
        if kind is BigId and _is_integer_up_to(value, MAX_ID):
            return value
        if isinstance(kind, Float) and not isinstance(value, bool) and math.isfinite(value):
            return float(value)
        if isinstance(value, str) and len(value) <= _MAX_TEXT and "\0" not in value:
            return _text(value, kind)
    except (TypeError, ValueError, OverflowError):
        pass
    raise _refused("is not one that a list has given out")


def _moment(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    moment.astimezone()  # a time at the end of all times has no neighbour
    if moment.tzinfo is None:
        raise ValueError
    return moment


def _text(value: str, kind: TypeEngine[Any]) -> str:
    if isinstance(kind, Float) or kind is BigId:
        raise ValueError
    return value


def _refused(why: str) -> Invalid:
    detail = f"after {why}."
    return Invalid(f"The query is not valid: {detail}", errors={"after": [detail]})
