"""How full file systems were."""

from datetime import datetime

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import UtcDateTime


class DiskSample(Base):
    """The room of one file system of a host at a time; sizes are in bytes."""

    __tablename__ = "disk_samples"

    host: Mapped[str] = mapped_column(String(100), primary_key=True)
    contents: Mapped[str] = mapped_column(String(100), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    free_bytes: Mapped[int] = mapped_column(BigInteger)
    total_bytes: Mapped[int] = mapped_column(BigInteger)
