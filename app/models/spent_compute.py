"""The hours of computing that deleted runs took: deleting a run gives none of them back."""

from sqlalchemy import Float, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class SpentCompute(Base):
    """For how many seconds workers held a person's runs of one task that are deleted now.

    ``month`` is one of the calendar in UTC, such as 2026-03.
    """

    __tablename__ = "spent_compute"

    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    task: Mapped[str] = mapped_column(String(20), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    seconds: Mapped[float] = mapped_column(Float)
