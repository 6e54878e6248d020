"""What errors cost: in the unit of the data, and in money where a price is given."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from services.forecasting.evaluation.arrays import cell, windows

MINUTES_PER_DAY = 1_440.0


@dataclass(frozen=True, kw_only=True)
class Price:
    """Money per unit of what is missing (``too_low``) and of what is left over (``too_high``).

    ``hours_per_step`` turns a rate into an amount: 0.25 for kW every 15 minutes priced per kWh;
    1 where the values are amounts already.
    """

    too_low: float
    too_high: float
    hours_per_step: float = 1.0


@dataclass(frozen=True, kw_only=True)
class ErrorCost:
    """Mean errors per step in the unit of the data, and the money that they cost.

    ``under`` is how much a forecast is too low on average over all cells, ``over`` too high;
    their sum is the MAE. Money is None without a price; that of a day without a step width.
    Windows overlap: the mean over them is what one forecast costs, their sum means nothing.
    """

    under: float | None
    over: float | None
    per_step: float | None = None
    per_window: float | None = None
    per_day: float | None = None


def error_cost(
    truth: ArrayLike,
    forecast: ArrayLike,
    price: Price | None = None,
    step_minutes: float | None = None,
) -> ErrorCost:
    """Return what the errors of (n, steps) amount to and cost; all None of no cells."""
    t, p = windows(truth, forecast)
    if not t.size:
        return ErrorCost(under=None, over=None)
    errors = p - t
    under, over = float(np.maximum(-errors, 0).mean()), float(np.maximum(errors, 0).mean())
    if price is None:
        return ErrorCost(under=cell(under), over=cell(over))
    money = price.hours_per_step * (price.too_low * under + price.too_high * over)
    return ErrorCost(
        under=cell(under),
        over=cell(over),
        per_step=cell(money),
        per_window=cell(money * t.shape[1]),
        per_day=cell(money * MINUTES_PER_DAY / step_minutes) if step_minutes else None,
    )
