"""The one door to JSON: what passes here is strict JSON, whatever numpy or torch handed over.

A bare NaN on a socket makes every browser drop its connection, and a numpy scalar vanishes
without a word, so nothing is stored or sent that has not been through here (design D6).
"""

import re
from typing import Any

import orjson

from app.errors import BadRequest

_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_UTC_Z
_MAX_DEPTH = 64
_NOT_FINITE = re.compile(r".?-?(nan|inf)", re.IGNORECASE | re.DOTALL)


def dumps(value: Any) -> str:
    """Return ``value`` as strict JSON text; NaN and the infinities become null."""
    return dump_bytes(value).decode()


def dump_bytes(value: Any) -> bytes:
    """Return ``value`` as strict JSON bytes; NaN and the infinities become null.

    Raises TypeError for what has no JSON form.
    """
    return orjson.dumps(value, default=_plain, option=_OPTIONS)


def loads(text: str | bytes) -> Any:
    """Return the value of strict JSON.

    Raises ValueError for NaN, Infinity, numbers beyond a double, and broken text.
    """
    return orjson.loads(text)


def parse_body(body: bytes) -> Any:
    """Return the value of a request body.

    Raises BadRequest with the position of the fault, never with the library's internals.
    """
    value = parse_columns(body)
    refuse_depth(value)
    return value


def refuse_depth(value: Any) -> None:
    """Raise BadRequest for what is nested too deeply."""
    if _too_deep(value):
        raise BadRequest(f"The body is nested more than {_MAX_DEPTH} levels deep.")


def parse_columns(body: bytes) -> Any:
    """Return the value of a body whose depth its reader knows: long columns are not walked.

    Raises BadRequest as ``parse_body`` does.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        detail = f"The body is not JSON: line {error.lineno}, column {error.colno}."
        raise BadRequest(detail + _advice(error)) from None


def _advice(error: orjson.JSONDecodeError) -> str:
    there = error.doc[max(error.pos - 1, 0) :][:10]
    if _NOT_FINITE.match(there) or "infinity" in error.msg:
        return " JSON has no NaN and no infinity: give null."
    return ""


def holds_nul(value: Any) -> bool:
    """Return whether any text inside ``value`` holds a NUL character."""
    if isinstance(value, str):
        return "\0" in value
    names = value if isinstance(value, dict) else ()
    return any(holds_nul(part) for part in (*names, *_children(value)))


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(_MAX_DEPTH):
        inner = [child for item in level for child in _children(item)]
        if not inner:
            return False
        level = inner
    return True


def _children(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):  # numpy arrays with strides, torch tensors
        return value.tolist()
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
