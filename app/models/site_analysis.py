"""Visits of web sites: what each analysis of a page came to."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import BigId, Json, UtcDateTime

SITE_KINDS = ("user_website", "competitor")
SITE_OUTCOMES = ("analysed", "skipped", "refused", "failed")


class StoredAnalysis(Base):
    """One visit of a page of an owner. ``url_hash`` is the SHA-256 of ``url``.

    ``result`` is the analysis as JSON: null where it failed or was refused, and where it is what
    the visit before has. ``findings`` counts those that hold after the visit, ``broken_links`` the
    links among them; ``code`` and ``detail`` say why there is no analysis.
    """

    __tablename__ = "site_analyses"
    __table_args__ = (
        CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
        CheckConstraint(f"site_kind IN {SITE_KINDS!r}", name="site_kind"),
        CheckConstraint(f"outcome IN {SITE_OUTCOMES!r}", name="outcome"),
        Index(None, "owner_id", "site_kind", "url_hash", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    visibility: Mapped[str] = mapped_column(String(20), default="private")
    url: Mapped[str] = mapped_column(String(2000))
    url_hash: Mapped[str] = mapped_column(String(64))
    site_kind: Mapped[str] = mapped_column(String(20))
    competitor_id: Mapped[str | None] = mapped_column(String(200))
    outcome: Mapped[str] = mapped_column(String(20))
    code: Mapped[str | None] = mapped_column(String(30))
    reason: Mapped[str | None] = mapped_column(String(30))
    detail: Mapped[str | None] = mapped_column(String(500))
    title: Mapped[str | None] = mapped_column(String(500))
    findings: Mapped[int] = mapped_column(Integer, default=0)
    broken_links: Mapped[int] = mapped_column(Integer, default=0)
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
