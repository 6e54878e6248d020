"""How much the error grows without an input: what a worker's engine measures and a page shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.forecasting.models.ports import Block, Fitted


@dataclass(frozen=True, kw_only=True)
class ColumnImportance:
    """By how much the RMSE (of scaled outputs) grows without a column.

    ``increase`` is the mean over the permutations, ``low`` to ``high`` its 95 % interval
    (Student's t): about the drawing of permutations, not about other test data. ``rmse`` is the
    error with all columns.
    """

    name: str
    increase: float
    low: float
    high: float
    rmse: float


@dataclass(frozen=True, kw_only=True)
class InputImportance:
    """Every input, the largest increase first, on ``samples`` evenly spaced test samples.

    Empty where ``reason`` says why nothing was measured.
    """

    columns: Sequence[ColumnImportance] = ()
    samples: int = 0
    repeats: int = 0
    reason: str | None = None


class MeasureImportance(Protocol):
    """What a worker's engine brings to measure which input matters."""

    def __call__(
        self,
        model: Fitted,
        block: Block,
        seed: int,
        groups: Mapping[str, Sequence[str]],
        stop_requested: Callable[[], bool],
    ) -> InputImportance:
        """Measure ``model`` on ``block``; ``groups`` names columns that are permuted together."""
