"""Benchmark runs: what a language model was requested to rate, and what it answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.db.base import Base
from app.db.types import BigId, Json, UtcDateTime

SCALE_ORDERS = ("in", "rev")
ORDER_CHECK = f"scale_order IN {SCALE_ORDERS!r}"
ANALYSIS_TYPES = ("quick", "order", "bias", "export")
ANALYSIS_STATUSES = ("pending", "running", "completed", "failed")


class BenchmarkModel(Base):
    """A model behind an OpenAI-compatible server.

    ``key_encrypted`` is the server's key, readable with the platform's secret alone.
    ``input_price`` and ``output_price`` are per million tokens, in ``currency``. ``probe`` is the
    record of the newest probe on demand: what its server turned out to do. ``min_vram`` in GiB and
    ``vllm_serve_cmd`` are notes on how it is served: nothing here runs the command.
    """

    __tablename__ = "benchmark_models"
    __table_args__ = (
        CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
        UniqueConstraint("owner_id", "name"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    visibility: Mapped[str] = mapped_column(String(20), default="private")
    base_url: Mapped[str] = mapped_column(String(500))
    key_encrypted: Mapped[str | None] = mapped_column(Text)
    input_price: Mapped[float | None] = mapped_column(Float)
    output_price: Mapped[float | None] = mapped_column(Float)
    currency: Mapped[str] = mapped_column(String(10), default="EUR")
    min_vram: Mapped[float | None] = mapped_column(Float)
    vllm_serve_cmd: Mapped[str | None] = mapped_column(Text)
    probe: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BenchmarkRun(Base):
    """One benchmark; its newest job says whether it waits, runs or is over.

    ``manifest`` is what decides the answers and what is concluded from them: it is fixed before
    the first item, and ``manifest_hash`` is its SHA-256. ``endpoint`` is where and how fast the
    server is called, which a resume may change. ``probe`` is what the server turned out to do.
    ``revision`` rises with everything that changes a table about the run. ``warm_up`` is the
    record of the newest warm-up of its tables: its steps and their times. ``attrgen_run_id`` is
    the attribute generation whose texts its prompts show; a generation in use is never deleted.
    """

    __tablename__ = "benchmark_runs"
    __table_args__ = (
        CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
        Index(None, "owner_id", "id"),
        Index(None, "set_id"),
        Index(None, "attrgen_run_id"),
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
    revision: Mapped[int] = mapped_column(BigInteger, default=0)
    warm_up: Mapped[dict[str, Any] | None] = mapped_column(Json)
    attrgen_run_id: Mapped[int | None] = mapped_column(BigId)
    prompt_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    completion_tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    uncounted_requests: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class _Item:
    """The key of an item: a persona, a trait, an order of the scale, and how it is worded."""

    @declared_attr
    def run_id(self) -> Mapped[int]:
        return mapped_column(ForeignKey("benchmark_runs.id", ondelete="CASCADE"), primary_key=True)

    @declared_attr
    def persona_id(self) -> Mapped[int]:
        return mapped_column(ForeignKey("personas.id"), primary_key=True)

    @declared_attr
    def trait_id(self) -> Mapped[int]:
        return mapped_column(ForeignKey("traits.id"), primary_key=True)

    scale_order: Mapped[str] = mapped_column(String(3), primary_key=True)
    wording: Mapped[int] = mapped_column(SmallInteger, primary_key=True, default=0)
    cue: Mapped[int] = mapped_column(SmallInteger, primary_key=True, default=0)
    repeat: Mapped[int] = mapped_column(SmallInteger, primary_key=True, default=0)
    prompt_tokens: Mapped[int | None] = mapped_column(Integer)  # of all attempts, as is the next
    completion_tokens: Mapped[int | None] = mapped_column(Integer)


class BenchmarkAnswer(_Item, Base):
    """An accepted answer. ``rating`` is the number as the model wrote it, on its own scale.

    ``flags`` are remarks on how it was read, with commas between; None for none.
    """

    __tablename__ = "benchmark_answers"
    __table_args__ = (
        CheckConstraint(ORDER_CHECK, name="scale_order"),
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        Index(None, "trait_id"),
        Index(None, "persona_id"),
    )

    rating: Mapped[int] = mapped_column(SmallInteger)
    attempt: Mapped[int] = mapped_column(SmallInteger)
    answer_raw: Mapped[str] = mapped_column(String(2000))
    probabilities: Mapped[dict[str, float] | None] = mapped_column(Json)
    flags: Mapped[str | None] = mapped_column(String(100))
    latency_ms: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BenchmarkFailure(_Item, Base):
    """An item that has no answer after its last attempt, and why; asking again may mend it."""

    __tablename__ = "benchmark_failures"
    __table_args__ = (
        CheckConstraint(ORDER_CHECK, name="scale_order"),
        Index(None, "trait_id"),
        Index(None, "persona_id"),
    )

    kind: Mapped[str] = mapped_column(String(40))
    attempt: Mapped[int] = mapped_column(SmallInteger)
    answer_raw: Mapped[str] = mapped_column(String(2000))
    latency_ms: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BenchmarkCache(Base):
    """A computed answer about a run. ``key`` is a hash of all that decides it."""

    __tablename__ = "benchmark_cache"

    run_id: Mapped[int] = mapped_column(
        ForeignKey("benchmark_runs.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class BenchmarkAnalysis(Base):
    """An analysis that was requested of a run: what of it, how far it is, and what it came to.

    ``params_hash`` are the first 16 digits of the SHA-256 of ``params``. ``revision`` is the run's
    when the analysis was computed: a later one makes it stale. An export names its file by
    ``object_key``.
    """

    __tablename__ = "benchmark_analyses"
    __table_args__ = (
        CheckConstraint(f"type IN {ANALYSIS_TYPES!r}", name="type"),
        CheckConstraint(f"status IN {ANALYSIS_STATUSES!r}", name="status"),
        UniqueConstraint("run_id", "type", "params_hash"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("benchmark_runs.id", ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(String(10))
    params: Mapped[dict[str, Any]] = mapped_column(Json)
    params_hash: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(10))
    revision: Mapped[int | None] = mapped_column(BigInteger)
    summary: Mapped[dict[str, Any] | None] = mapped_column(Json)
    error: Mapped[str | None] = mapped_column(Text)
    object_key: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
