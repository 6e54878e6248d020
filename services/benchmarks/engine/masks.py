"""Keeping a key out of what a server sends back: some echo the header that they refuse."""

import re
from collections.abc import Callable

import orjson

MASK = b"***"
MIN_LENGTH = 8  # characters; what is shorter is a word such as EMPTY, which answers may hold
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*+"')


def masking(key: str | None, model: str) -> Callable[[bytes], bytes]:
    """Return what blanks ``key`` in the texts of a body, before anything of it is read.

    The texts only, so that JSON stays JSON. A key that is part of the model's name, such as
    ollama, is no secret.
    """
    if not key or len(key) < MIN_LENGTH or key in model:
        return lambda body: body
    plain = orjson.dumps(key)[1:-1]
    spellings = {plain, plain.replace(b"/", b"\\/")}
    pattern = re.compile(b"|".join(map(re.escape, spellings)))

    def mask(body: bytes) -> bytes:
        if not pattern.search(body):
            return body
        return _TEXT.sub(lambda text: pattern.sub(MASK, text[0]), body)

    return mask
