"""Files on their way in, and files that have arrived and wait for what uses them."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import Json, UtcDateTime

RECEIVING, FINISHED, CLAIMED = "receiving", "finished", "claimed"
STATES = (RECEIVING, FINISHED, CLAIMED)
PARTIAL, FINAL = "partial", "final"


class StoredUpload(Base):
    """One file that somebody sends, in order or in numbered parts.

    ``file`` names its bytes in the folder of uploads; ``received`` of them are safe on the disk.
    ``length`` is None until it is known. ``reference`` finds an upload again by what it is for.
    Once all bytes are there the whole has a ``sha256`` and may be claimed, by one thing and once.
    """

    __tablename__ = "uploads"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        CheckConstraint("received >= 0 AND (length IS NULL OR received <= length)", name="offset"),
        UniqueConstraint("owner_id", "reference"),
        Index(None, "owner_id", "sha256"),
        Index(None, "expires_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    purpose: Mapped[str] = mapped_column(String(50))
    filename: Mapped[str] = mapped_column(String(255))
    details: Mapped[dict[str, Any]] = mapped_column(Json)
    reference: Mapped[str | None] = mapped_column(String(64))
    file: Mapped[str] = mapped_column(String(32), unique=True)
    length: Mapped[int | None] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger)
    num_parts: Mapped[int | None] = mapped_column(Integer)
    concat: Mapped[str | None] = mapped_column(String(10))
    concat_ids: Mapped[list[str] | None] = mapped_column(Json)
    expected_sha256: Mapped[str | None] = mapped_column(String(64))
    sha256: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    claimed_by: Mapped[str | None] = mapped_column(String(100))
    lock_holder: Mapped[str | None] = mapped_column(String(32))
    lock_expires_at: Mapped[float | None] = mapped_column(Float)  # by the database's clock
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class UploadPart(Base):
    """One numbered part of a file, safe on the disk under the name ``file``."""

    __tablename__ = "upload_parts"

    upload_id: Mapped[str] = mapped_column(
        ForeignKey("uploads.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    file: Mapped[str] = mapped_column(String(32), unique=True)
    length: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
