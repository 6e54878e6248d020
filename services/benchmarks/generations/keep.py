"""Keeping texts: many personas in one commit, each text exactly once."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import strict_json
from app.clock import now
from app.db.upsert import insert_into
from app.models.attribute_generation import (
    AttributeGeneration,
    GeneratedText,
    GenerationFailure,
)
from app.models.persona import Persona
from services.benchmarks.generations.ports import SettledWriting

MAX_RAW = 2_000


def keep_writings(
    session: Session, row: AttributeGeneration, settled: Sequence[SettledWriting]
) -> None:
    """Store texts and failures. A text that is stored stays as it is."""
    texts = [values for one in settled for values in _texts(row.id, one)]
    failures = [_failure(row.id, one) for one in settled if one.texts is None]
    tables: list[tuple[Any, list[dict[str, Any]]]] = [
        (GeneratedText, texts),
        (GenerationFailure, failures),
    ]
    for table, rows in tables:
        if rows:
            session.execute(insert_into(session, table).on_conflict_do_nothing(), rows)


def hash_of_texts(session: Session, row: AttributeGeneration) -> str | None:
    """Return the SHA-256 of all texts in the order of personas and keys; None with one missing."""
    keys = row.manifest["keys"]
    query = (
        select(Persona.uuid, GeneratedText.key, GeneratedText.value)
        .join(GeneratedText, GeneratedText.persona_id == Persona.id)
        .where(GeneratedText.generation_id == row.id)
        .order_by(Persona.id, GeneratedText.key)
    )
    digest, count = hashlib.sha256(), 0
    for uuid, key, value in session.execute(query).yield_per(5_000):
        digest.update(strict_json.dump_bytes([uuid, key, value]) + b"\n")
        count += 1
    return digest.hexdigest() if count == row.total * len(keys) else None


def _texts(generation_id: int, one: SettledWriting) -> Iterator[dict[str, Any]]:
    for key, value in (one.texts or {}).items():
        yield _key(generation_id, one) | {"key": key, "value": value}


def _failure(generation_id: int, one: SettledWriting) -> dict[str, Any]:
    raw = one.raw.replace("\0", "")[:MAX_RAW]  # PostgreSQL stores no NUL
    return _key(generation_id, one) | {"kind": one.kind, "answer_raw": raw}


def _key(generation_id: int, one: SettledWriting) -> dict[str, Any]:
    return {
        "generation_id": generation_id,
        "persona_id": one.persona_id,
        "attempt": one.attempt,
        "created_at": now(),
    }
