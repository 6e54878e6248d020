"""What people and trainings say of a run in words: parameters and tags, ready to be searched.

``short`` is the beginning of a value, for the index: a whole value may be too long for one.
"""

from sqlalchemy import Float, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base

SHORT = 200  # characters
# texts sort by code point on both databases
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
_SHORT = String(SHORT).with_variant(String(SHORT, collation="C"), "postgresql")


class RunParam(Base):
    """One parameter of a run; ``number`` is its value where that is a finite number."""

    __tablename__ = "run_params"
    __table_args__ = (
        Index(None, "name", "number", "run_id"),
        Index(None, "name", "short", "run_id"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(250), primary_key=True)
    value: Mapped[str] = mapped_column(_TEXT)
    short: Mapped[str] = mapped_column(_SHORT)
    number: Mapped[float | None] = mapped_column(Float)


class RunTag(Base):
    """One tag of a run, such as ``site`` = ``north``."""

    __tablename__ = "run_tags"
    __table_args__ = (Index(None, "name", "short", "run_id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(250), primary_key=True)
    value: Mapped[str] = mapped_column(_TEXT)
    short: Mapped[str] = mapped_column(_SHORT)
