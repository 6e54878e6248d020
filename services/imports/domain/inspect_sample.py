"""A sample of a log of Inspect as rows of a table: one for each score that it has."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from services.imports.domain.evaluation import (
    EvaluationError,
    SampleRow,
    SampleScores,
    count_unmapped,
)
from services.imports.domain.inspect_header import finite
from services.imports.domain.sample_scores import number_of

_SAMPLE = frozenset((
    "id", "epoch", "input", "target", "output", "scores", "score", "metadata", "model_usage",
    "total_time", "error", "uuid",
))  # fmt: skip
_SCORE = frozenset(("value", "answer", "explanation"))
VERSION_1 = "score"  # the one score of a sample, then without a name


def sample_rows(
    task: str, sample: Any, scores: SampleScores, only_scorer: str | None
) -> Iterator[SampleRow]:
    """Yield the rows of a sample and note its scores as numbers and what is not kept.

    ``only_scorer`` names the one score that samples of version 1 have. Raises EvaluationError
    for what is no sample.
    """
    identity, epoch = identity_of(sample)
    scores.samples.add(identity)
    count_unmapped(sample, _SAMPLE, scores.left)
    common = _common(task, identity, epoch, sample)
    given = _scores(sample, only_scorer)
    if not given:
        yield SampleRow(**common)
    for name, score in given.items():
        yield from _score_rows(common, name, score, scores)


def identity_of(sample: Any) -> tuple[str, int]:
    """Return id and epoch of a sample; raises EvaluationError for what is none."""
    if not isinstance(sample, dict):
        raise EvaluationError("A sample of this log is no object.")
    identity, epoch = sample.get("id"), sample.get("epoch", 1)
    if isinstance(identity, bool) or not isinstance(identity, int | str):
        raise EvaluationError("A sample of this log has no id.")
    if isinstance(epoch, bool) or not isinstance(epoch, int) or not 1 <= epoch < 2**31:
        raise EvaluationError(f"The sample {str(identity)[:60]!r} has no epoch of 1 or more.")
    return str(identity), epoch


def _scores(sample: Mapping[str, Any], only_scorer: str | None) -> dict[str, Any]:
    if VERSION_1 in sample and only_scorer is not None:
        return {only_scorer: sample[VERSION_1]} if sample[VERSION_1] is not None else {}
    given = sample.get("scores") or {}
    if not isinstance(given, dict):
        raise EvaluationError(f"'scores' of the sample {sample.get('id')!r:.60} is no object.")
    return given


def _score_rows(
    common: dict[str, Any], name: str, score: Any, scores: SampleScores
) -> Iterator[SampleRow]:
    """Yield a row for a score; one with several named values gets a row for each of them."""
    given = score if isinstance(score, dict) else {"value": score}
    count_unmapped(given, _SCORE, scores.left)
    value = given.get("value")
    parts = value if isinstance(value, dict) and value else {name: value}
    for part, one in parts.items():
        number = number_of(one)
        if number is None:
            scores.unread[name] += 1
        else:
            scores.add((name, str(part)), common["sample"], number)
        own = {
            "score": name if part == name else f"{name}/{part}",
            "value": None if number is None or not math.isfinite(number) else number,
            "raw_value": as_text(one),
            "answer": as_text(given.get("answer")) or common["answer"],
            "explanation": as_text(given.get("explanation")),
        }
        yield SampleRow(**{**common, **own})


def completion_of(output: Any) -> str | None:
    """Return what the model wrote: the completion, else the text of its first choice."""
    if not isinstance(output, dict):
        return None
    choices = output.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    message = first.get("message") if isinstance(first, dict) else None
    content = message.get("content") if isinstance(message, dict) else None
    return as_text(output.get("completion") or content or None)


def _common(task: str, identity: str, epoch: int, sample: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "task": task,
        "sample": identity,
        "epoch": epoch,
        "input": as_text(sample.get("input")),
        "target": as_text(sample.get("target")),
        "answer": completion_of(sample.get("output")),
        "metadata": as_text(sample.get("metadata") or None),
        "error": _error(sample.get("error")),
        "tokens": _tokens(sample.get("model_usage")),
        "seconds": finite(sample.get("total_time")),
    }


def as_text(value: Any) -> str | None:
    """Return a text as it is and anything else as JSON, None for nothing."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _error(error: Any) -> str | None:
    return as_text(error.get("message")) if isinstance(error, dict) else as_text(error)


def _tokens(usage: Any) -> int | None:
    return total_tokens(usage).get("total_tokens") if isinstance(usage, dict) else None


def total_tokens(usage: Mapping[str, Any]) -> dict[str, int]:
    """Return the sums of input, output and total tokens over all models that were used."""
    sums: dict[str, int] = {}
    for one in usage.values():
        for name in ("input_tokens", "output_tokens", "total_tokens"):
            count = one.get(name) if isinstance(one, dict) else None
            if isinstance(count, int) and not isinstance(count, bool) and 0 <= count < 2**53:
                sums[name] = sums.get(name, 0) + count
    return sums
