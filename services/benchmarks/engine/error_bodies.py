"""The error in a body, whichever of the known shapes it has.

Seen: ``{"error": {…}}``, ``{"error": "text"}``, ``{"object": "error", …}``, ``{"detail": …}`` and
messages that hold JSON (sources: SOURCES.md of the cases).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MAX_MESSAGE = 300  # characters that are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorBody:
    """An error: ``kind`` is its type, ``status`` a status inside of the body, all in lower case.

    ``locations`` are the request fields that a validator names; ``names`` every key of the error.
    """

    message: str = ""
    kind: str = ""
    code: str = ""
    param: str = ""
    status: int | None = None
    locations: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    plain: bool = False
    structured: bool = False


def error_of(value: Any) -> ErrorBody | None:
    """Return the error that ``value``, a JSON body, is; None where it has no such shape."""
    if not isinstance(value, dict):
        return None
    error = value.get("error")
    if isinstance(error, dict):
        return _of_object(error)
    if isinstance(error, str):
        return ErrorBody(message=_short(error), kind=_word(value.get("error_type")), plain=True)
    if value.get("object") == "error" or {"message", "type"} <= value.keys():
        return _of_object(value)
    if "detail" in value:
        return _of_detail(value["detail"])
    if "message" in value and "choices" not in value:
        return _of_object(value)
    return None


def _of_object(error: dict[str, Any]) -> ErrorBody:
    code = error.get("code")
    message = error.get("message")
    inner = error.get("innererror")
    deeper = inner.get("code") if isinstance(inner, dict) else ""
    names = {*map(str, error), *(_keys(error.get("metadata"))), *_keys(inner)}
    return ErrorBody(
        message=_short(message),
        kind=_word(error.get("type")),
        code=f"{_word(code)} {_word(deeper)}".strip(),
        param=_word(error.get("param")),
        status=_status(code) or _status(error.get("status")),
        locations=tuple(_locations(message)),
        names=frozenset(names),
        structured=True,
    )


def _of_detail(detail: Any) -> ErrorBody:
    """Return the error of a validator: a sentence, or a list of faults with their places."""
    return ErrorBody(message=_short(detail), locations=tuple(_locations({"detail": detail})))


def _keys(value: Any) -> set[str]:
    return set(map(str, value)) if isinstance(value, dict) else set()


def _locations(message: Any) -> Iterator[str]:
    """Yield the request fields in ``message``: an object, or a text that holds JSON."""
    if isinstance(message, str) and message.lstrip().startswith(("{", "[")):
        try:
            message = json.loads(message)
        except (ValueError, RecursionError):
            return
    detail = message.get("detail") if isinstance(message, dict) else message
    for fault in detail if isinstance(detail, list) else []:
        places = fault.get("loc") if isinstance(fault, dict) else None
        parts = places if isinstance(places, list) else []
        yield from (str(one).lower() for one in parts if one != "body")


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return "" if value is None else " ".join(text.split())[:MAX_MESSAGE]


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, str | int) else ""


def _status(value: Any) -> int | None:
    text = str(value) if isinstance(value, str | int) else ""
    return int(text) if text.isdecimal() and len(text) == 3 else None
