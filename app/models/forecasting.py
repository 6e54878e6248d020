"""Forecasting sessions: their series, the models that they train, and what they keep."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import BigId, Json, UtcDateTime

DIRECTIONS = ("input", "output")
FILE_STATES = ("waiting", "reading", "ready", "question", "refused")


class ForecastSession(Base):
    """One forecasting workflow.

    ``uuid`` is the server's name of it and ``wire_id`` the client's; they are equal where the
    client gave a UUID. ``time_info``, ``time_steps`` and ``split`` are in the words of the wire,
    None until they are said. ``n_dat`` is the number of samples of the newest datasets. ``prices``
    says what errors of the outputs cost, by label.
    """

    __tablename__ = "forecast_sessions"
    __table_args__ = (
        CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
        UniqueConstraint("owner_id", "wire_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    wire_id: Mapped[str] = mapped_column(String(100))
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    visibility: Mapped[str] = mapped_column(String(20), default="private")
    name: Mapped[str | None] = mapped_column(String(255))
    time_info: Mapped[dict[str, Any] | None] = mapped_column(Json)
    time_steps: Mapped[dict[str, Any] | None] = mapped_column(Json)
    split: Mapped[dict[str, Any] | None] = mapped_column(Json)
    prices: Mapped[dict[str, Any] | None] = mapped_column(Json)
    n_dat: Mapped[int | None] = mapped_column(Integer)
    finalized_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SessionFile(Base):
    """One series of a session: a column of a file that was uploaded.

    ``fields`` are the settings in the words of the wire, ``reading`` what was found in the file,
    ``import_options`` what a person said about it. Rows of one upload share its raw object, and
    ``values_key`` holds the times and values that were read. ``position`` counts per direction.
    A series that is ``waiting`` was announced, and its file has not arrived.
    """

    __tablename__ = "session_files"
    __table_args__ = (
        CheckConstraint(f"direction IN {DIRECTIONS!r}", name="direction"),
        CheckConstraint(f"status IN {FILE_STATES!r}", name="status"),
        UniqueConstraint("session_id", "direction", "label"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    uuid: Mapped[str] = mapped_column(String(36), unique=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("forecast_sessions.id", ondelete="CASCADE"))
    direction: Mapped[str] = mapped_column(String(10))
    file_name: Mapped[str] = mapped_column(String(255))
    label: Mapped[str] = mapped_column(String(255))
    position: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(20))
    fields: Mapped[dict[str, Any]] = mapped_column(Json)
    import_options: Mapped[dict[str, Any] | None] = mapped_column(Json)
    reading: Mapped[dict[str, Any] | None] = mapped_column(Json)
    series_index: Mapped[int] = mapped_column(Integer, default=0)
    object_key: Mapped[str | None] = mapped_column(String(500))
    values_key: Mapped[str | None] = mapped_column(String(500))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str | None] = mapped_column(String(64), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SeriesPart(Base):
    """A further file whose rows were appended to the series of one upload, in this order.

    ``base_key`` is the raw object of that upload, ``object_key`` its own. ``rule`` says whose value
    counts where both have another one: "old" or "new".
    """

    __tablename__ = "series_parts"
    __table_args__ = (
        CheckConstraint("rule IN ('old', 'new')", name="rule"),
        UniqueConstraint("session_id", "base_key", "sha256"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("forecast_sessions.id", ondelete="CASCADE"))
    base_key: Mapped[str] = mapped_column(String(500))
    object_key: Mapped[str] = mapped_column(String(500))
    file_name: Mapped[str] = mapped_column(String(255))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    rule: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SessionModel(Base):
    """A model that a session trains: its run has curves, files, log and state.

    ``settings`` are the parameters of the model, ``plan`` the session's settings as they were
    when it was started, in the words of the wire. ``start_from`` is the run of the earlier model
    that it goes on from, also after that was deleted.
    """

    __tablename__ = "session_models"
    __table_args__ = (Index(None, "session_id", "run_id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("forecast_sessions.id", ondelete="CASCADE"))
    mode: Mapped[str] = mapped_column(String(20))
    settings: Mapped[dict[str, Any]] = mapped_column(Json)
    plan: Mapped[dict[str, Any]] = mapped_column(Json)
    summary: Mapped[dict[str, Any] | None] = mapped_column(Json)
    start_from: Mapped[int | None] = mapped_column(BigId)


class SessionObject(Base):
    """Something large that a session keeps, such as the data of its violins."""

    __tablename__ = "session_objects"
    __table_args__ = (UniqueConstraint("session_id", "name"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("forecast_sessions.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    object_key: Mapped[str] = mapped_column(String(500))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ImportRecipe(Base):
    """How one person has files of one shape read: ``options`` are applied to the next of them.

    ``shape`` is the hash of the first line that holds something.
    """

    __tablename__ = "import_recipes"
    __table_args__ = (UniqueConstraint("owner_id", "name"), UniqueConstraint("owner_id", "shape"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    name: Mapped[str] = mapped_column(String(200))
    shape: Mapped[str] = mapped_column(String(64))
    options: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
