"""A line of a samples file of lm-evaluation-harness as rows: one for each metric of it."""

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
from services.imports.domain.inspect_sample import as_text
from services.imports.domain.lm_eval_results import NO_FILTER

_MAPPED = frozenset(
    ("doc_id", "doc", "target", "arguments", "filtered_resps", "filter", "metrics", "error")
)
_OLD_FACTS = frozenset((
    "doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics",
    "doc_hash", "prompt_hash", "target_hash", "error",
))  # fmt: skip


def identity_of_line(line: Any) -> tuple[str, str]:
    """Return document and filter of a line; raises EvaluationError for what is no sample."""
    if not isinstance(line, dict):
        raise EvaluationError("it is no object")
    identity = line.get("doc_id")
    if isinstance(identity, bool) or not isinstance(identity, int | str):
        raise EvaluationError("it has no 'doc_id'")
    return str(identity), str(line.get("filter") or NO_FILTER)


def rows_of_line(task: str, line: Mapping[str, Any], scores: SampleScores) -> Iterator[SampleRow]:
    """Yield the rows of a line and note its metrics as numbers and what is not kept."""
    sample, chosen = identity_of_line(line)
    scores.samples.add(f"{task}\0{sample}")
    names = _metric_names(line)
    count_unmapped(line, _MAPPED | set(names), scores.left)
    common: dict[str, Any] = {
        "task": task,
        "sample": sample,
        "filter": chosen,
        "input": prompt_of_line(line),
        "target": as_text(line.get("target")),
        "answer": _answer(line.get("filtered_resps")),
        "metadata": as_text(line.get("doc")),
        "error": as_text(line.get("error")),
    }
    if not names:
        yield SampleRow(**common)
    for name in names:
        number = _number(line[name])
        if number is None:
            scores.unread[name] += 1
        else:
            scores.add((task, name, chosen), sample, number)
        value = number if number is not None and math.isfinite(number) else None
        yield SampleRow(**common, score=name, value=value, raw_value=as_text(line[name]))


def _metric_names(line: Mapping[str, Any]) -> list[str]:
    listed = line.get("metrics")
    if isinstance(listed, list):
        return [one for one in listed if isinstance(one, str) and one in line]
    return [name for name in line if name not in _OLD_FACTS]


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return math.nan
    return finite(value)


def prompt_of_line(line: Mapping[str, Any]) -> str | None:
    """Return the first prompt; of the choices that follow it the table has none."""
    first = line.get("arguments")
    while isinstance(first, dict | list) and first:
        first = first[0] if isinstance(first, list) else next(iter(first.values()))
    return first if isinstance(first, str) else None


def _answer(answers: Any) -> str | None:
    only = answers[0] if isinstance(answers, list) and len(answers) == 1 else answers
    return as_text(only)
