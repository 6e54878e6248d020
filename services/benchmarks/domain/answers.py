"""Raw answer of a model -> a rating from 1 to 5, or the kind of failure (contract 3.5).

Strict by default: a rating is a JSON number under the key ``rating`` of one object. The lenient
mode also reads strings, repaired JSON and numbers from prose; it is a setting of the run.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.benchmarks.domain.json_values import json_values, starts_with_value
from services.benchmarks.domain.refusals import declines
from services.benchmarks.domain.thoughts import without_thoughts

OK = "ok"
EMPTY = "empty"
REFUSAL = "refusal"
FILTERED = "filtered"
NO_JSON = "no_json"
NOT_AN_OBJECT = "not_an_object"
RATING_MISSING = "rating_missing"
RATING_NOT_A_NUMBER = "rating_not_a_number"
OUT_OF_RANGE = "out_of_range"
TRUNCATED = "truncated"
SERVER_ERROR = "server_error"
FORMAT_KINDS = frozenset(
    {NO_JSON, NOT_AN_OBJECT, RATING_MISSING, RATING_NOT_A_NUMBER, OUT_OF_RANGE}
)
MIN_RATING, MAX_RATING = 1, 5
CUT = "length"  # the finish reason of an answer that met the token limit

SEVERAL = "several_ratings"
HEDGED = "hedged"
UNEXPECTED_RATIONALE = "unexpected_rationale"
LENIENT = "lenient"
FLAGS = (SEVERAL, HEDGED, UNEXPECTED_RATIONALE, LENIENT)

_HTML = re.compile(r"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_LABELLED = re.compile(
    r"(?:rating|bewertung)[\"'“”*]*\s*[:=]\s*[\"'“”*]*\s*(-?\d+(?:[.,]\d+)?)", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<![\d.,])-?\d+(?:[.,]\d+)?(?![\d])")


@dataclass(frozen=True)
class ParsedAnswer:
    """What an answer says: a rating where ``kind`` is ok, else why there is none.

    ``flags`` are remarks on an accepted answer, such as several ratings that differ. ``texts`` are
    those of an answer that was to have texts in place of a rating.
    """

    kind: str
    rating: int | None = None
    rationale: str | None = None
    flags: tuple[str, ...] = ()
    texts: Mapping[str, str] | None = None


def parse_answer(
    text: str | None,
    *,
    finish_reason: str = "stop",
    include_rationale: bool = True,
    lenient: bool = False,
) -> ParsedAnswer:
    """Return the rating in ``text``, or the kind of failure."""
    cut = finish_reason == CUT
    answer = without_thoughts(text or "", cut=cut)
    if not answer:
        return ParsedAnswer(TRUNCATED if cut and text else EMPTY)
    if _HTML.match(answer):
        return ParsedAnswer(SERVER_ERROR)
    values = [unwrapped(value) for value in json_values(answer)]
    result = _of_values(values, answer, cut=cut)
    if result.kind != OK and lenient and result.kind not in (REFUSAL, SERVER_ERROR, TRUNCATED):
        result = _lenient(answer) or result
    return _with_flags(result, values, include_rationale=include_rationale)


def unwrapped(value: Any) -> Any:
    """Return the object of a list that holds one object alone, and anything else as it is."""
    is_single = isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict)
    return value[0] if is_single else value


def _of_values(values: list[Any], answer: str, *, cut: bool) -> ParsedAnswer:
    results = [_of_object(value) for value in values if isinstance(value, dict)]
    for result in results:
        if result.kind == OK:
            return result
    if results:
        return results[0]
    if cut and "{" in answer:
        return ParsedAnswer(TRUNCATED)
    if '"rating"' not in answer and declines(answer):
        return ParsedAnswer(REFUSAL)
    if values or starts_with_value(answer):
        return ParsedAnswer(NOT_AN_OBJECT)
    return ParsedAnswer(TRUNCATED if cut else NO_JSON)


def _of_object(value: dict[str, Any]) -> ParsedAnswer:
    rationale = value.get("rationale")
    rationale = rationale if isinstance(rationale, str) else None
    kind, rating = _rating(value)
    if kind in (RATING_MISSING, RATING_NOT_A_NUMBER):
        if value.get("object") == "error" or isinstance(value.get("error"), dict):
            return ParsedAnswer(SERVER_ERROR)
        texts = [text for text in value.values() if isinstance(text, str)]
        kind = REFUSAL if any(declines(text) for text in texts) else kind
    return ParsedAnswer(kind, rating, rationale)


def _rating(value: dict[str, Any]) -> tuple[str, int | None]:
    """Return the kind and the rating, rounded half to even before the range is checked."""
    if "rating" not in value:
        return RATING_MISSING, None
    number = value["rating"]
    if isinstance(number, bool) or not isinstance(number, int | float):
        return RATING_NOT_A_NUMBER, None
    return _in_range(float(number))


def _in_range(number: float) -> tuple[str, int | None]:
    rating = round(number) if math.isfinite(number) else 0
    return (OK, rating) if MIN_RATING <= rating <= MAX_RATING else (OUT_OF_RANGE, None)


def _lenient(answer: str) -> ParsedAnswer | None:
    """Return a rating that prose names once: after its label, else as the only number."""
    labelled = {match.replace(",", ".") for match in _LABELLED.findall(answer)}
    numbers = labelled or {one.replace(",", ".") for one in _NUMBER.findall(answer)}
    if len(numbers) != 1:
        return None
    kind, rating = _in_range(float(numbers.pop()))
    return ParsedAnswer(kind, rating, None, (LENIENT,))


def _with_flags(
    result: ParsedAnswer, values: list[Any], *, include_rationale: bool
) -> ParsedAnswer:
    if result.kind != OK:
        return result
    ratings = {_rating(one)[1] for one in values if isinstance(one, dict)} - {None}
    flags = list(result.flags)
    if len(ratings) > 1:
        flags.append(SEVERAL)
    if result.rationale and declines(result.rationale):
        flags.append(HEDGED)
    if result.rationale and not include_rationale:
        flags.append(UNEXPECTED_RATIONALE)
    return ParsedAnswer(result.kind, result.rating, result.rationale, tuple(flags))
