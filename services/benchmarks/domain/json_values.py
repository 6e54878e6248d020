"""JSON values in a text, from its beginning: what stands inside of another value is none."""

import json
from collections.abc import Iterator
from typing import Any

MAX_STARTS = 50  # braces that are tried: a text of nothing but braces must cost little
_LIST_LENGTH = 2_000  # characters in which a broken list must end to be stepped over
_LONG_NUMBER = 300  # digits; beyond them a double is infinite
_CLOSING = {"{": "}", "[": "]"}


def _constant(name: str) -> str:
    """Return NaN and Infinity, which are no JSON, as texts: they are no numbers here."""
    return name


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < _LONG_NUMBER else float("inf")


_DECODER = json.JSONDecoder(parse_constant=_constant, parse_int=_integer)


def json_values(text: str) -> Iterator[Any]:
    """Yield the objects and lists of ``text`` that can be read; broken ones are stepped over."""
    place = 0
    for _ in range(MAX_STARTS):
        place = _next_start(text, place)
        if place < 0:
            return
        try:
            value, place = _DECODER.raw_decode(text, place)
        except (json.JSONDecodeError, RecursionError):
            place = _behind(text, place)
        else:
            yield value


def starts_with_value(text: str) -> bool:
    """Return whether ``text`` begins with a JSON value of any type, such as a bare number."""
    try:
        _DECODER.raw_decode(text)
    except (json.JSONDecodeError, RecursionError):
        return False
    return True


def _next_start(text: str, place: int) -> int:
    places = [at for at in (text.find("{", place), text.find("[", place)) if at >= 0]
    return min(places, default=-1)


def _behind(text: str, place: int) -> int:
    """Return the place behind the bracket that closes the one at ``place``, or the end."""
    opening, closing = text[place], _CLOSING[text[place]]
    end = len(text) if opening == "{" else min(len(text), place + _LIST_LENGTH)
    depth = 0
    for at in range(place, end):
        depth += (text[at] == opening) - (text[at] == closing)
        if depth == 0:
            return at + 1
    return len(text) if opening == "{" else place + 1
