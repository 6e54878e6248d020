"""What an event is. Each kind is a frozen dataclass; its fields are the ``data`` on the wire."""

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, ClassVar

A_MINUTE = timedelta(minutes=1)  # longer than any page is away that only lost its connection
_catalogue: dict[str, type["Event"]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact: kept for as long as its topic."""

    type: ClassVar[str] = ""
    is_progress: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not cls.type:
            return
        known = _catalogue.setdefault(cls.type, cls)
        if known.__qualname__ != cls.__qualname__:
            raise TypeError(f"Two kinds of event are called {cls.type!r}.")

    def data(self) -> dict[str, Any]:
        """Return the fields as they go on the wire, not yet JSON."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def client(self) -> str:
        """Return the client that the event speaks of, or an empty string."""
        return str(getattr(self, "client_id", None) or "")


@dataclass(frozen=True, kw_only=True)
class Progress(Event):
    """How far something is: the newest of its type and client replaces the older ones.

    They all stay until their topic is finished, then only the newest does. A kind that comes often,
    on a topic that may never finish, says in ``kept_for`` how long one stays at most, once a newer
    one of its type and client is there.
    """

    is_progress: ClassVar[bool] = True
    kept_for: ClassVar[timedelta | None] = None

    def coalescing_key(self) -> tuple[str, str]:
        """Return what makes a later event of the same key replace this one."""
        return (self.type, self.client())


def catalogue() -> dict[str, type[Event]]:
    """Return every kind of event that has been declared, by its name on the wire."""
    return dict(sorted(_catalogue.items()))
