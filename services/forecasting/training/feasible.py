"""Whether the models of a start can be trained at all, by what is known before it is queued."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from services.forecasting.models.families import ModelSettings
from services.forecasting.models.ports import WindowShape
from services.forecasting.models.size import require_feasible
from services.forecasting.training.prepare import window_plan_of
from services.forecasting.windows.calendar_features import calendar_names
from services.forecasting.windows.geometry import reference_grid
from services.forecasting.windows.plan import WindowPlan


def require_all_feasible(
    models: Sequence[ModelSettings], plan: Mapping[str, Any], n_dat: int | None
) -> None:
    """Raise InvalidModelParams for the first model that cannot fit into memory, or ends in days.

    ``plan`` is the session's in the words of the wire. ``n_dat`` is the number of samples of its
    newest datasets, None where it has none; there are never more than reference times.
    """
    windows = window_plan_of(plan)
    shape = window_shape(windows)
    most = _reference_times(windows, plan["files"])
    samples = most if n_dat is None else min(n_dat, most)
    for one in models:
        require_feasible(one, shape, int(samples * windows.split.train / 100))


def window_shape(plan: WindowPlan) -> WindowShape:
    """Return steps and columns of the windows that a plan makes."""
    return WindowShape(
        input_steps=plan.steps.input_steps,
        output_steps=plan.steps.output_steps,
        input_names=(*(one.label for one in plan.inputs), *calendar_names(plan.calendar)),
        output_names=tuple(one.label for one in plan.outputs),
    )


def _reference_times(windows: WindowPlan, files: Sequence[Mapping[str, Any]]) -> int:
    """Return how many reference times the input files span; 0 where a file does not say."""
    inputs = [one["fields"] for one in files if one["direction"] == "input"]
    ends = [(one.get("utc_min"), one.get("utc_max")) for one in inputs]
    if not ends or not all(isinstance(end, str) for pair in ends for end in pair):
        return 0
    ranges = [(_microseconds(first), _microseconds(last)) for first, last in ends]
    return reference_grid(windows.steps, ranges).count


def _microseconds(text: str) -> int:
    at = datetime.fromisoformat(text)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return int(at.timestamp() * 1_000_000)
