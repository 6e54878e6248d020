"""Raw answer of a model -> the texts that were demanded, or the kind of failure."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.benchmarks.domain.answers import (
    CUT,
    EMPTY,
    NO_JSON,
    NOT_AN_OBJECT,
    OK,
    REFUSAL,
    TRUNCATED,
    ParsedAnswer,
    unwrapped,
)
from services.benchmarks.domain.json_values import json_values
from services.benchmarks.domain.refusals import declines
from services.benchmarks.domain.thoughts import without_thoughts

TEXT_MISSING = "text_missing"
TEXT_TOO_LONG = "text_too_long"


def parse_texts(
    text: str | None, max_lengths: Mapping[str, int], *, finish_reason: str = "stop"
) -> ParsedAnswer:
    """Return the texts of one JSON object, by key, or the kind of failure.

    ``max_lengths`` has each key that is demanded and how many characters its text may have.
    A line break within a text becomes a space: texts lie in the lines of other prompts.
    """
    cut = finish_reason == CUT
    answer = without_thoughts(text or "", cut=cut)
    if not answer:
        return ParsedAnswer(TRUNCATED if cut and text else EMPTY)
    values = [unwrapped(value) for value in json_values(answer)]
    objects = [one for one in values if isinstance(one, dict)]
    results = [_of_object(one, max_lengths) for one in objects]
    for result in results:
        if result.kind == OK:
            return result
    if declines(answer) and not any(result.kind == TEXT_TOO_LONG for result in results):
        return ParsedAnswer(REFUSAL)
    return results[0] if results and not cut else ParsedAnswer(_kind(values, cut=cut))


def _kind(values: Sequence[Any], *, cut: bool) -> str:
    if cut:
        return TRUNCATED
    return NOT_AN_OBJECT if values else NO_JSON


def _of_object(value: dict[str, Any], max_lengths: Mapping[str, int]) -> ParsedAnswer:
    texts = {key: _plain(value.get(key)) for key in max_lengths}
    if not all(texts.values()):
        return ParsedAnswer(TEXT_MISSING)
    if any(len(texts[key]) > longest for key, longest in max_lengths.items()):
        return ParsedAnswer(TEXT_TOO_LONG)
    return ParsedAnswer(OK, texts=texts)


def _plain(value: Any) -> str:
    """Return a text on one line without what cannot be printed; nothing for what is no text."""
    if not isinstance(value, str):
        return ""
    return "".join(one for one in " ".join(value.split()) if one.isprintable())
