"""What a bell reports."""

from dataclasses import dataclass
from typing import ClassVar

from app.events import Event


@dataclass(frozen=True, kw_only=True)
class BellRang(Event):
    """A worker struck the bell."""

    type: ClassVar[str] = "bell_rang"
    strikes: int
