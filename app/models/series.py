"""Metrics as series (design D7): a summary per series, columnar blocks, and a pyramid behind."""

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import BigId, UtcDateTime


class Series(Base):
    """One curve of one run: its summary answers lists, filters and sorts.

    ``unsettled`` counts the points of its blocks, those that no segment holds yet.
    ``last`` is the value that was measured last, at ``last_time`` (unix seconds); its step is not
    always ``top_step``, the highest one, because a program may go on from an earlier step.
    ``client`` is empty for the run's own curves. Extremes ignore values that are not finite;
    ``goal`` is "min" or "max", by the catalogue or as the program or a person defined it, null
    where nobody knows; then there is no ``best`` either.
    """

    __tablename__ = "series"
    __table_args__ = (
        UniqueConstraint("run_id", "name", "client"),
        Index(None, "name", "client", "last", "run_id"),
        Index(None, "name", "client", "best", "run_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(250))
    client: Mapped[str] = mapped_column(String(255), default="")
    count: Mapped[int] = mapped_column(Integer, default=0)
    last: Mapped[float | None] = mapped_column(Float)
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    last_time: Mapped[float | None] = mapped_column(Float)
    top_step: Mapped[int | None] = mapped_column(BigInteger)
    min: Mapped[float | None] = mapped_column(Float)
    min_step: Mapped[int | None] = mapped_column(BigInteger)
    max: Mapped[float | None] = mapped_column(Float)
    max_step: Mapped[int | None] = mapped_column(BigInteger)
    best: Mapped[float | None] = mapped_column(Float)
    best_step: Mapped[int | None] = mapped_column(BigInteger)
    unsettled: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    goal: Mapped[str | None] = mapped_column(String(3))


class MetricDefinition(Base):
    """What a program or a person said of a metric of one run; it counts before the catalogue."""

    __tablename__ = "metric_definitions"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(250), primary_key=True)
    goal: Mapped[str] = mapped_column(String(3))


class SeriesBlock(Base):
    """Points as columns: little-endian int64 steps, float64 values and float64 unix times.

    A later block wins over an earlier one where both have the same step. Steps of equal
    distance are stored as no bytes at all, times that are all the same as one.
    """

    __tablename__ = "series_blocks"
    __table_args__ = (Index(None, "series_id", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    count: Mapped[int] = mapped_column(Integer)
    first_step: Mapped[int] = mapped_column(BigInteger)
    last_step: Mapped[int] = mapped_column(BigInteger)
    steps: Mapped[bytes] = mapped_column(LargeBinary)
    values: Mapped[bytes] = mapped_column(LargeBinary)
    times: Mapped[bytes] = mapped_column(LargeBinary)


class SeriesSegment(Base):
    """Settled points in ascending order of steps; no two segments of a series overlap.

    ``by_16`` and its like hold one entry per so many points: arrays of each entry's last step
    and time, last finite value, minimum and maximum. They stand before the points because
    SQLite reads a row from its beginning.
    """

    __tablename__ = "series_segments"
    __table_args__ = (Index(None, "series_id", "first_step"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"))
    count: Mapped[int] = mapped_column(Integer)
    first_step: Mapped[int] = mapped_column(BigInteger)
    last_step: Mapped[int] = mapped_column(BigInteger)
    by_4096: Mapped[bytes] = mapped_column(LargeBinary)
    by_256: Mapped[bytes] = mapped_column(LargeBinary)
    by_16: Mapped[bytes] = mapped_column(LargeBinary)
    steps: Mapped[bytes] = mapped_column(LargeBinary)
    values: Mapped[bytes] = mapped_column(LargeBinary)
    times: Mapped[bytes] = mapped_column(LargeBinary)


class SeriesBatch(Base):
    """A batch of points that was taken: the same batch again changes nothing."""

    __tablename__ = "series_batches"
    __table_args__ = (Index(None, "at"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    batch_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    points: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
