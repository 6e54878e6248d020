"""The scaling of one column as a saved model knows it: min-max, as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class ColumnScaling:
    """x' = (x − data_min) / (data_max − data_min) · (high − low) + low.

    A constant column becomes ``low`` and comes back as the constant. ``minimum`` and ``maximum``
    are physical bounds that a forecast of the column keeps, None for none.
    """

    name: str
    data_min: float = 0.0
    data_max: float = 1.0
    low: float = 0.0
    high: float = 1.0
    minimum: float | None = None
    maximum: float | None = None

    @property
    def scaling(self) -> tuple[float, float]:
        """Return (factor, shift): scaled = value · factor + shift."""
        span = self.data_max - self.data_min
        factor = (self.high - self.low) / span if span else 0.0
        return factor, self.low - self.data_min * factor

    @property
    def unscaling(self) -> tuple[float, float]:
        """Return (factor, shift): value = scaled · factor + shift."""
        width = self.high - self.low
        factor = (self.data_max - self.data_min) / width if width else 0.0
        return factor, self.data_min - self.low * factor

    def as_mapping(self) -> dict[str, Any]:
        """Return the scaling as JSON knows it."""
        return asdict(self)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Self:
        """Return the scaling that ``as_mapping`` wrote."""
        return cls(**mapping)
