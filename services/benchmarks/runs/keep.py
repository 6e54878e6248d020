"""Keeping what was answered: many items in one commit, each exactly once."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.clock import now
from app.db.upsert import insert_into
from app.models.benchmark import BenchmarkAnswer, BenchmarkFailure, BenchmarkRun
from services.benchmarks.runs.ports import SettledItem


def keep_outcomes(session: Session, run: BenchmarkRun, outcomes: Sequence[SettledItem]) -> None:
    """Store answers and failures. An item that has an answer keeps it."""
    answers = [_answer(run.id, one) for one in outcomes if one.rating is not None]
    failures = [_failure(run.id, one) for one in outcomes if one.rating is None]
    for rows, table in ((answers, BenchmarkAnswer), (failures, BenchmarkFailure)):
        if rows:
            statement = insert_into(session, table).on_conflict_do_nothing()
            session.execute(statement, rows)
    run.revision += 1


def _key(run_id: int, one: SettledItem) -> dict[str, Any]:
    key = one.key
    return {
        "run_id": run_id,
        "persona_id": key.persona_id,
        "trait_id": key.trait_id,
        "scale_order": key.scale_order,
        "wording": key.wording,
        "cue": key.cue,
        "repeat": key.repeat,
        "attempt": one.attempt,
        "answer_raw": one.raw.replace("\0", "")[:2000],  # PostgreSQL stores no NUL
        "latency_ms": one.latency_ms,
        "prompt_tokens": one.prompt_tokens or None,  # none where the server counted none
        "completion_tokens": one.completion_tokens or None,
        "created_at": now(),
    }


def _answer(run_id: int, one: SettledItem) -> Mapping[str, Any]:
    more = {
        "rating": one.rating,
        "probabilities": None if one.probabilities is None else dict(one.probabilities),
        "flags": ",".join(one.flags) or None,
    }
    return _key(run_id, one) | more


def _failure(run_id: int, one: SettledItem) -> Mapping[str, Any]:
    return _key(run_id, one) | {"kind": one.kind}
