"""Personas that a benchmark describes to a model, the sets they lie in, and traits to rate."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base
from app.db.types import BigId, Json, UtcDateTime

PERSONA_SET_KINDS = ("pool", "balanced", "counterfactual", "reality", "uploaded")
GENDERS = ("male", "female", "diverse")
MARRIAGE_STATUSES = ("single", "married", "widowed", "divorced")
MIGRATION_STATUSES = ("with_migration", "without_migration")
RELIGIONS = (
    "Christians",
    "Muslims",
    "Religiously_unaffiliated",
    "Buddhists",
    "Hindus",
    "Jews",
    "Other_religions",
)
SEXUALITIES = ("heterosexual", "homosexual", "bisexual")
AXES = ("gender", "age", "origin", "religion", "sexuality")


class PersonaSet(Base):
    """A data set of personas. ``config`` says how it was built, ``source_id`` from which one.

    ``slug`` names a set that came with the platform, and is None for all others.
    """

    __tablename__ = "persona_sets"
    __table_args__ = (
        CheckConstraint(f"kind IN {PERSONA_SET_KINDS!r}", name="kind"),
        CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
        UniqueConstraint("owner_id", "name"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    slug: Mapped[str | None] = mapped_column(String(100), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    visibility: Mapped[str] = mapped_column(String(20), default="private")
    seed: Mapped[int | None] = mapped_column(BigId)
    config: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    source_id: Mapped[int | None] = mapped_column(
        ForeignKey("persona_sets.id", ondelete="SET NULL")
    )
    num_personas: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Persona(Base):
    """One invented person of a set; what is None was not said of them.

    ``role`` is "source" or "counterfactual" in a counterfactual set, and a twin names the persona
    that it was made from, which attribute was changed, and both of its values.
    """

    __tablename__ = "personas"
    __table_args__ = (
        UniqueConstraint("set_id", "uuid"),
        CheckConstraint("role IN ('source', 'counterfactual')", name="role"),
        CheckConstraint(f"changed_attribute IN {AXES!r}", name="changed_attribute"),
        Index(None, "source_persona_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("persona_sets.id", ondelete="CASCADE"))
    uuid: Mapped[str] = mapped_column(String(36))
    name: Mapped[str | None] = mapped_column(String(200))
    age: Mapped[int | None] = mapped_column(Integer)
    gender: Mapped[str | None] = mapped_column(String(20))
    origin: Mapped[str | None] = mapped_column(String(100))
    origin_region: Mapped[str | None] = mapped_column(String(100))
    origin_subregion: Mapped[str | None] = mapped_column(String(100))
    education: Mapped[str | None] = mapped_column(String(100))
    occupation: Mapped[str | None] = mapped_column(String(200))
    occupation_category: Mapped[str | None] = mapped_column(String(100))
    marriage_status: Mapped[str | None] = mapped_column(String(20))
    migration_status: Mapped[str | None] = mapped_column(String(20))
    religion: Mapped[str | None] = mapped_column(String(30))
    sexuality: Mapped[str | None] = mapped_column(String(20))
    role: Mapped[str | None] = mapped_column(String(20))
    source_persona_id: Mapped[int | None] = mapped_column(
        ForeignKey("personas.id", ondelete="CASCADE")
    )
    changed_attribute: Mapped[str | None] = mapped_column(String(20))
    from_value: Mapped[str | None] = mapped_column(String(200))
    to_value: Mapped[str | None] = mapped_column(String(200))


class Trait(Base):
    """An adjective that personas are rated on, in both languages of the templates.

    ``valence`` is -1 for an unkind one, 1 for a kind one, 0 for neither, None where nobody said.
    Traits without an owner came with the platform.
    """

    __tablename__ = "traits"
    __table_args__ = (
        CheckConstraint("valence IN (-1, 0, 1)", name="valence"),
        CheckConstraint("visibility IN ('private', 'team')", name="visibility"),
        Index(None, "category"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    code: Mapped[str] = mapped_column(String(100), unique=True)
    adjective: Mapped[str] = mapped_column(String(200))
    adjective_key: Mapped[str] = mapped_column(String(200), unique=True)
    adjective_de: Mapped[str | None] = mapped_column(String(200))
    case_template: Mapped[str | None] = mapped_column(Text)
    category: Mapped[str | None] = mapped_column(String(100))
    valence: Mapped[int | None] = mapped_column(Integer)
    is_active: Mapped[bool] = mapped_column(default=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    visibility: Mapped[str] = mapped_column(String(20), default="team")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
