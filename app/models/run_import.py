"""Imports of runs that others tracked: a file to be read by a worker, and what became of it."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import BigId, UtcDateTime
from app.models.retired import never_give_twice


class RunImport(Base):
    """A file that holds runs. ``visibility`` is that of the runs, and of what is stored here.

    ``done`` counts the items of the file that have been dealt with, in the file's own order: a
    worker that takes over goes on after them. ``total`` is unknown until the file was opened.
    """

    __tablename__ = "run_imports"
    __table_args__ = (
        CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
        Index(None, "owner_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    visibility: Mapped[str] = mapped_column(String(20), default="private")
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    object_key: Mapped[str] = mapped_column(String(500), unique=True)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(String(20), default="queued")
    total: Mapped[int | None] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, default=0)
    num_imported: Mapped[int] = mapped_column(Integer, default=0)
    num_skipped: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


never_give_twice(RunImport)


class RunImportItem(Base):
    """A run that was made (``run_id``, which it keeps when the run is deleted), or what was not.

    Exactly one of ``run_id`` and ``reason`` is there.
    """

    __tablename__ = "run_import_items"

    import_id: Mapped[int] = mapped_column(
        ForeignKey("run_imports.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    run_id: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(Text)
