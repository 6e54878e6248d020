"""Where a run stands in an order, and who stands behind whom."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from services.search.order import Order


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a run stands: its stretch of the order, its value there, and its id."""

    stretch: int
    value: Any
    run_id: int

    @classmethod
    def by_values(cls, run_id: int, values: Sequence[Any]) -> "Place":
        """Return the place of a run; the first of its values that is known decides."""
        for stretch, value in enumerate(values):
            if value is not None:
                return cls(stretch=stretch, value=value, run_id=run_id)
        return cls(stretch=len(values), value=None, run_id=run_id)

    def comes_after(self, other: "Place", order: Order) -> bool:
        """Return whether this run is listed later than the other."""
        if self.stretch != other.stretch:
            return self.stretch > other.stretch
        this, that = self._in_stretch(), other._in_stretch()
        return this < that if order.descending else this > that

    def _in_stretch(self) -> tuple[Any, int]:
        return (0 if self.value is None else self.value, self.run_id)


def in_order(places: Iterable[Place], order: Order) -> list[Place]:
    """Return the places as they are listed; only values of the same stretch can be compared."""
    stretches: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        stretches[place.stretch].append(place)
    return [
        place
        for _, within in sorted(stretches.items())
        for place in sorted(within, key=Place._in_stretch, reverse=order.descending)
    ]
