"""Attribute generations: what a language model wrote about the personas of a set."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import BigId, Json, UtcDateTime

TEXT_KEYS = ("name", "appearance", "biography")


class AttributeGeneration(Base):
    """A model writes name, appearance and biography of each persona of a set.

    ``manifest`` is what decides the texts, and ``manifest_hash`` its SHA-256; ``endpoint`` is how
    the server is called, which a resume may change. ``texts_hash`` is the SHA-256 of all texts,
    set when every persona has them: from then on they never change.
    """

    __tablename__ = "attribute_generations"
    __table_args__ = (
        CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
        Index(None, "owner_id", "id"),
        Index(None, "set_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    visibility: Mapped[str] = mapped_column(String(20), default="private")
    set_id: Mapped[int] = mapped_column(ForeignKey("persona_sets.id"))
    model_id: Mapped[int] = mapped_column(ForeignKey("benchmark_models.id"))
    model_name: Mapped[str] = mapped_column(String(200))
    manifest: Mapped[dict[str, Any]] = mapped_column(Json)
    manifest_hash: Mapped[str] = mapped_column(String(64))
    endpoint: Mapped[dict[str, Any]] = mapped_column(Json)
    probe: Mapped[dict[str, Any] | None] = mapped_column(Json)
    total: Mapped[int] = mapped_column(BigInteger)
    texts_hash: Mapped[str | None] = mapped_column(String(64))
    prompt_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    completion_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    uncounted_requests: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class GeneratedText(Base):
    """One text about a persona. ``attempt`` is the answer that it came with, from 1."""

    __tablename__ = "generated_texts"
    __table_args__ = (
        CheckConstraint(f"key IN {TEXT_KEYS!r}", name="key"),
        Index(None, "persona_id"),
    )

    generation_id: Mapped[int] = mapped_column(
        ForeignKey("attribute_generations.id", ondelete="CASCADE"), primary_key=True
    )
    persona_id: Mapped[int] = mapped_column(ForeignKey("personas.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    attempt: Mapped[int] = mapped_column(SmallInteger)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class GenerationFailure(Base):
    """A persona without texts after the last attempt, and why; asking again may mend it."""

    __tablename__ = "generation_failures"
    __table_args__ = (Index(None, "persona_id"),)

    generation_id: Mapped[int] = mapped_column(
        ForeignKey("attribute_generations.id", ondelete="CASCADE"), primary_key=True
    )
    persona_id: Mapped[int] = mapped_column(ForeignKey("personas.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    attempt: Mapped[int] = mapped_column(SmallInteger)
    answer_raw: Mapped[str] = mapped_column(String(2000))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
