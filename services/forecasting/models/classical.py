"""What a classical baseline reads and gives: one output's own series, and its forecasts."""

from dataclasses import dataclass
from typing import Any, Protocol

from services.forecasting.models.baselines import BaselineWindows, Series


@dataclass(frozen=True, kw_only=True)
class ClassicalSeries:
    """One output on a regular grid, (k,), NaN where nothing was measured.

    It is fitted on the first ``training_points`` only; ``windows`` says where the test samples
    lie, ``period`` is the season's length in points, 1 for none.
    """

    values: Series
    training_points: int
    windows: BaselineWindows
    period: int


@dataclass(frozen=True, kw_only=True)
class ClassicalForecast:
    """Forecasts (n, steps) of the windows; None where there are none, and ``reason`` says why.

    ``method`` is what was chosen, such as ETS(A,N,A), fitted on the newest ``points`` of the
    training series.
    """

    forecast: Series | None
    method: str | None = None
    points: int = 0
    period: int = 1
    reason: str | None = None

    def facts(self) -> dict[str, Any]:
        """Return everything but the numbers, as JSON knows it."""
        return {
            "method": self.method,
            "points": self.points,
            "period": self.period,
            "reason": self.reason,
        }


class FitClassical(Protocol):
    """What a worker's engine brings to forecast a series without a model of the session."""

    def __call__(self, series: ClassicalSeries) -> ClassicalForecast:
        """Fit and forecast; whatever goes wrong is the reason of the answer, never raised."""
