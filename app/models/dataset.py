"""Data to train on."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import BigId, Json, UtcDateTime

KINDS = ("table", "images")


class Dataset(Base):
    """Validated rows, described here and kept in the object store.

    ``column_schema`` says of each column of the uploaded file what it is and what it is used for;
    ``notes`` say what was changed or left out when it was read.

    ``source_key`` names the file of a table as it came: until a run uses the dataset, it may be
    read in another way.

    A built-in has a slug, no owner and no object. A deleted dataset keeps its row and its
    object, so that the runs that used it can still be explained and repeated.
    """

    __tablename__ = "datasets"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS!r}", name="kind"),
        CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
        CheckConstraint("(slug IS NULL) = (owner_id IS NOT NULL)", name="owned_or_built_in"),
        CheckConstraint("(slug IS NULL) = (object_key IS NOT NULL)", name="stored_or_built_in"),
        Index(None, "owner_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str | None] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    visibility: Mapped[str] = mapped_column(String(20), default="private")
    num_rows: Mapped[int] = mapped_column(BigInteger)
    num_patients: Mapped[int] = mapped_column(BigInteger)
    num_features: Mapped[int] = mapped_column(Integer)
    image_shape: Mapped[list[int] | None] = mapped_column(Json)
    grey_bits: Mapped[int | None] = mapped_column(Integer)
    classes: Mapped[list[str]] = mapped_column(Json)
    class_distribution: Mapped[dict[str, int]] = mapped_column(Json)
    columns: Mapped[list[str]] = mapped_column(Json)
    column_schema: Mapped[list[dict[str, Any]]] = mapped_column(
        Json, default=list, server_default="[]"
    )
    notes: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    object_key: Mapped[str | None] = mapped_column(String(500), unique=True)
    source_key: Mapped[str | None] = mapped_column(String(500))
    reader_options: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
