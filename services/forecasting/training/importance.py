"""Which input matters to a model: measured on its test block, calendar cycles as one input each."""

from collections.abc import Callable, Mapping
from typing import Any

from services.forecasting.models.importance import ColumnImportance, MeasureImportance
from services.forecasting.models.ports import Fitted
from services.forecasting.training.prepare import PreparedData
from services.forecasting.windows.calendar_features import CYCLES, HOLIDAY
from services.forecasting.windows.plan import CalendarPlan

METRIC, CONFIDENCE = "rmse", 0.95
CALENDAR = "calendar\n"  # no label of a series has a line break


def input_importance(
    prepared: PreparedData,
    fitted: Fitted,
    seed: int,
    measure: MeasureImportance,
    stop_requested: Callable[[], bool],
) -> dict[str, Any]:
    """Return by how much the error on the test block grows without each input, as JSON has it.

    The metric is the RMSE of scaled outputs, so that outputs of several units count alike;
    ``share`` is the increase over the error with all inputs, None where that is 0.
    """
    block, groups = prepared.block("test"), calendar_groups(prepared.plan.calendar)
    measured = measure(fitted, block, seed, groups, stop_requested)
    return {
        "metric": METRIC,
        "block": "test",
        "samples": measured.samples,
        "block_size": len(block),
        "repeats": measured.repeats,
        "confidence": CONFIDENCE,
        "rmse": measured.columns[0].rmse if measured.columns else None,
        "reason": measured.reason,
        "inputs": [_described(one, groups) for one in measured.columns],
    }


def calendar_groups(plan: CalendarPlan) -> dict[str, tuple[str, ...]]:
    """Return the columns of each calendar input: sine and cosine of a cycle belong together."""
    groups = {
        f"{CALENDAR}{cycle}": (f"{letter}_sin", f"{letter}_cos")
        for cycle, letter in CYCLES.items()
        if getattr(plan, cycle) is not None
    }
    holiday = {f"{CALENDAR}holiday": (HOLIDAY,)} if plan.holiday is not None else {}
    return {**groups, **holiday}


def _described(one: ColumnImportance, groups: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    is_calendar = one.name in groups
    return {
        "name": one.name.removeprefix(CALENDAR) if is_calendar else one.name,
        "kind": "calendar" if is_calendar else "series",
        "columns": list(groups.get(one.name, (one.name,))),
        "increase": one.increase,
        "low": one.low,
        "high": one.high,
        "share": one.increase / one.rmse if one.rmse > 0 else None,
    }
