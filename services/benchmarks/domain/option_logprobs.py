"""Log-probabilities of the options 1 to 5 at the place where an answer writes its rating.

Both shapes of OpenAI-compatible servers are read, by shape and not by route: a list of tokens
under ``content``, and the parallel lists of completions.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

FLOOR = -9000.0  # vLLM writes -9999 for minus infinity: a probability of 0
CEILING = 0.01  # rounding may write a little above 0; what is larger is no log-probability
_RATING = re.compile(rb'"rating"\s*:\s*(\d)')
_BARE = re.compile(rb"\s*(\d)\s*\Z")
_OPTION = re.compile(r"[\s\"':]*([1-5])[\s\"}\],.]*")
_MARKS = " \t\n\r\u2581\u0120\u010a"  # white space, and how tokenizers write it (▁, Ġ, Ċ)

_LISTS = ("tokens", "top_logprobs", "token_logprobs")

# what the token adds to the text; itself and its alternatives with their log-probabilities
Token = tuple[bytes, list[tuple[str, Any]]]


def option_logprobs(logprobs: Any, text: str) -> dict[int, float] | None:
    """Return option -> natural log-probability, or None where the server offers none.

    Tokens that differ only in white space, quotes or width count together (log of the summed
    probabilities); options that are not among the alternatives are missing.
    """
    tokens = list(_tokens(logprobs))
    place = _place(tokens, text.encode())
    if place is None:
        return None
    shares: dict[int, list[float]] = {}
    for token, value in dict(tokens[place][1]).items():
        match = _OPTION.fullmatch(unicodedata.normalize("NFKC", token.strip(_MARKS)))
        if match and isinstance(value, int | float) and FLOOR < value <= CEILING:
            shares.setdefault(int(match[1]), []).append(min(float(value), 0.0))
    return {option: _log_sum(values) for option, values in sorted(shares.items())} or None


def option_mass(options: Mapping[int, float]) -> float:
    """Return the probability of all options together, 0 to 1."""
    return min(1.0, math.fsum(math.exp(value) for value in options.values()))


def _log_sum(values: list[float]) -> float:
    return values[0] if len(values) == 1 else math.log(math.fsum(map(math.exp, values)))


def _tokens(logprobs: Any) -> Iterator[Token]:
    if not isinstance(logprobs, dict):
        return
    content = logprobs.get("content")
    if isinstance(content, list):
        for one in content:
            if isinstance(one, dict):
                written = (str(one.get("token")), one.get("logprob"))
                yield _bytes(one), [written, *_alternatives(one.get("top_logprobs"))]
        return
    words, tops, values = (logprobs.get(name) for name in _LISTS)
    if isinstance(words, list) and isinstance(tops, list) and isinstance(values, list):
        for word, top, value in zip(words, tops, values, strict=False):
            yield str(word).encode(), [(str(word), value), *_alternatives(top)]


def _bytes(token: Mapping[str, Any]) -> bytes:
    numbers = token.get("bytes")
    if isinstance(numbers, list) and all(isinstance(n, int) and 0 <= n < 256 for n in numbers):
        return bytes(numbers)
    return str(token.get("token", "")).encode()


def _place(tokens: list[Token], text: bytes) -> int | None:
    """Return which token writes the rating: by its place in the text, not the first digit.

    White space does not count: some servers leave it out of the tokens.
    """
    matches = list(_RATING.finditer(text)) or list(_BARE.finditer(text))
    parts = [_solid(token) for token, _ in tokens]
    joined = b"".join(parts)
    shift = _shift(joined, _solid(text)) if matches and joined else None
    if shift is None:
        return None
    offset = len(_solid(text[: matches[-1].start(1)])) + shift
    end = 0
    for index, part in enumerate(parts):
        end += len(part)
        if end > offset:
            return index if offset >= end - len(part) else None
    return None


def _solid(text: bytes) -> bytes:
    return b"".join(text.split())


def _shift(joined: bytes, text: bytes) -> int | None:
    """Return where ``text`` begins in the tokens: they may hold reasoning, or only its end."""
    if text.startswith(joined):
        return 0
    inside = joined.rfind(text)
    if inside >= 0:
        return inside
    outside = text.rfind(joined)
    return -outside if outside >= 0 else None


def _alternatives(top: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(top, dict):
        return [(str(token), value) for token, value in top.items()]
    if isinstance(top, list):
        return [(str(one.get("token")), one.get("logprob")) for one in top if isinstance(one, dict)]
    return []
