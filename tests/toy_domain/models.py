"""The table of the toy, apart from the product's: migrations do not know it."""

from sqlalchemy import Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class ToyBase(DeclarativeBase):
    """Tables that only tests have."""


class Bell(ToyBase):
    """A bell; ``strikes`` counts how often a worker struck it."""

    __tablename__ = "toy_bells"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(50))
    owner_id: Mapped[int] = mapped_column(Integer)
    visibility: Mapped[str] = mapped_column(String(20), default="private")
    strikes: Mapped[int] = mapped_column(Integer, default=0)
