"""Studies: the same training central, federated and local-only, over several seeds."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import BigId, Json, UtcDateTime

ARMS = ("central", "federated", "local")


class Study(Base):
    """One question to one data set: what training together costs, and what it gains.

    ``equivalence_margin`` was set before the start or is None; nothing changes it afterwards.
    """

    __tablename__ = "studies"
    __table_args__ = (
        CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
        Index(None, "owner_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    visibility: Mapped[str] = mapped_column(String(20), default="private")
    dataset_id: Mapped[int] = mapped_column(ForeignKey("datasets.id"))
    metric: Mapped[str] = mapped_column(String(50))
    equivalence_margin: Mapped[float | None] = mapped_column(Float)
    config: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StudyRun(Base):
    """One training of a study. ``client`` names the site that trains alone, else it is empty."""

    __tablename__ = "study_runs"
    __table_args__ = (
        CheckConstraint(f"arm IN {ARMS!r}", name="arm"),
        Index(None, "run_id"),
    )

    study_id: Mapped[int] = mapped_column(
        ForeignKey("studies.id", ondelete="CASCADE"), primary_key=True
    )
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    arm: Mapped[str] = mapped_column(String(20))
    seed: Mapped[int] = mapped_column(BigInteger)
    client: Mapped[str] = mapped_column(String(255), default="")
