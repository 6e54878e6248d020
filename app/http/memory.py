"""A budget of memory: so many bytes of bodies are held at once, and of one person's only half.

A body that is read whole lies in memory until its request is answered, and what is made of it takes
several times as much. Whoever comes when the budget is spent hears when to come again.
"""

from collections import Counter
from typing import cast

from quart import current_app, g

from app.errors import Busy

FREE_BYTES = 64 << 10  # of each body are not counted: small requests always pass
RETRY_SECONDS = 2
NOBODY = -1  # all whose name is not known are one person
EXTENSION = "body_memory"


class BodyMemory:
    """What bodies hold now; ``most`` bytes in all, and one person at most ``share``."""

    def __init__(self, most: int, share: int) -> None:
        self._most, self._share = most, share
        self._held: dict[object, tuple[int, int]] = {}
        self._by_person: Counter[int] = Counter()

    @property
    def held(self) -> int:
        """Bytes that are held now."""
        return self._by_person.total()

    def hold(self, body: object, size: int) -> None:
        """Note that ``body`` has grown to ``size`` bytes. Raises Busy when there is no room."""
        person = g.actor.user_id if "actor" in g else NOBODY
        _, before = self._held.get(body, (person, 0))
        more = max(0, size - FREE_BYTES) - before
        if more <= 0:
            return
        if self.held + more > self._most or self._by_person[person] + more > self._share:
            self.release(body)  # at once, so that those that came with it have room
            raise Busy(
                "Too many long bodies arrive at once: send this again in a moment, or send less "
                "at a time.",
                retry_after=RETRY_SECONDS,
            )
        self._held[body] = (person, before + more)
        self._by_person[person] += more

    def release(self, body: object) -> None:
        """Give back what ``body`` held; nothing where it held nothing."""
        person, size = self._held.pop(body, (NOBODY, 0))
        self._by_person[person] -= size
        self._by_person += Counter()  # whoever holds nothing is dropped


def body_memory() -> BodyMemory:
    """Return the budget of this web process."""
    return cast("BodyMemory", current_app.extensions[EXTENSION])
