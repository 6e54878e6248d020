"""Writing the items of an imported run, many in one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.models.benchmark import BenchmarkAnswer, BenchmarkFailure, BenchmarkRun
from services.benchmarks.imported.read import ReadRatings


class ItemRow(NamedTuple):
    """An item as the reader writes it; the first two are places among persons and traits."""

    person: int
    trait: int
    order: str
    wording: int
    cue: int
    repeat: int
    rating: int | None
    kind: str | None
    raw: str
    attempt: int | None
    latency_ms: int | None
    prompt_tokens: int | None
    completion_tokens: int | None
    probabilities: dict[str, float] | None


def keep_items(
    session: Session,
    run: BenchmarkRun,
    read: ReadRatings,
    persons: Sequence[int],
    traits: Sequence[int],
) -> None:
    """Write answers and failures and add up tokens; ``persons`` and ``traits`` are ids by place."""
    for batch in read.batches():
        items = [ItemRow(*row) for row in batch]
        rated = [one for one in items if one.rating is not None]
        failed = [one for one in items if one.rating is None]
        if rated:
            rows = [_answer(run, one, persons, traits) for one in rated]
            session.execute(insert(BenchmarkAnswer), rows)
        if failed:
            rows = [_failure(run, one, persons, traits) for one in failed]
            session.execute(insert(BenchmarkFailure), rows)
        run.prompt_tokens += sum(one.prompt_tokens or 0 for one in items)
        run.completion_tokens += sum(one.completion_tokens or 0 for one in items)


def _key(
    run: BenchmarkRun, one: ItemRow, persons: Sequence[int], traits: Sequence[int]
) -> dict[str, Any]:
    at: datetime = run.created_at
    return {
        "run_id": run.id,
        "persona_id": persons[one.person],
        "trait_id": traits[one.trait],
        "scale_order": one.order,
        "wording": one.wording,
        "cue": one.cue,
        "repeat": one.repeat,
        "attempt": one.attempt or 1,
        "answer_raw": one.raw,
        "prompt_tokens": one.prompt_tokens,
        "completion_tokens": one.completion_tokens,
        "created_at": at,
    }


def _answer(run: BenchmarkRun, one: ItemRow, *places: Sequence[int]) -> dict[str, Any]:
    latency = one.latency_ms or 0  # what took no time was not measured: views show it so
    own = {"rating": one.rating, "probabilities": one.probabilities, "latency_ms": latency}
    return _key(run, one, *places) | own


def _failure(run: BenchmarkRun, one: ItemRow, *places: Sequence[int]) -> dict[str, Any]:
    return _key(run, one, *places) | {"kind": one.kind, "latency_ms": one.latency_ms}
