"""Test samples in a grid of pictures, 20 × 13 inches: contract section 5, "Sample plot"."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from numpy.typing import NDArray

from services.forecasting.plots.drawing.figures import color, png

SIZE = (20.0, 13.0)
OUTWARD = 30  # points between two axes of one side
SMALL, LARGE = 6, 9
ROOM = 25  # pictures, from which on letters are small
DAY = 86_400.0  # matplotlib counts days since 1970
Line = Mapping[str, Any]
Side = Literal["left", "right"]
Floats = NDArray[np.float64]


def draw_samples(drawing: Mapping[str, Any]) -> bytes:
    """Return the PNG of a drawing as ``services.forecasting.plots.create`` describes it."""
    times = drawing["reference_times"]
    columns = math.ceil(math.sqrt(len(times)))
    rows = math.ceil(len(times) / columns)
    figure = Figure(figsize=SIZE)
    figure.subplots_adjust(0.05, 0.06, 0.95, 0.92, 0.35, 0.45)
    shown: dict[str, Any] = {}
    for number in range(len(times)):
        axes = figure.add_subplot(rows, columns, number + 1)
        shown |= _draw_one(axes, drawing, number, SMALL if len(times) > ROOM else LARGE)
    figure.legend(
        shown.values(), shown.keys(), loc="upper center", ncols=min(6, len(shown)), fontsize=LARGE
    )
    return png(figure)


def _draw_one(axes: Axes, drawing: Mapping[str, Any], number: int, size: int) -> dict[str, Any]:
    """Draw a sample; return its lines by their names in the legend."""
    at = drawing["reference_times"][number]
    begin = datetime.fromtimestamp(at, UTC)
    axes.set_title(f"UTC: {begin:%Y-%m-%d %H:%M:%S}", fontsize=size)
    places = _axes_of(axes, drawing["lines"], separate=drawing["separate_axes"])
    for place in dict.fromkeys([axes, *places]):
        place.tick_params(labelsize=size - 1)
    shown = {}
    for line, place in zip(drawing["lines"], places, strict=True):
        x = _x(line, at, by_step=drawing["by_step"])
        (drawn,) = place.plot(x, line["values"][number], **_style(line))
        shown[line["legend"]] = drawn
    now = 0.0 if drawing["by_step"] else at / DAY
    axes.axvline(now, color="black", linestyle="--", linewidth=1)
    if not drawing["by_step"]:
        locator = AutoDateLocator(tz=UTC, maxticks=5)  # type: ignore[no-untyped-call]
        formatter = ConciseDateFormatter(locator, tz=UTC)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(formatter)
    return shown


def _x(line: Line, at: float, *, by_step: bool) -> Floats:
    """Return step numbers (inputs end at 0, outputs begin there), or matplotlib's days."""
    count = len(line["seconds"])
    if by_step:
        begin = -(count - 1) if line["kind"] == "input" else 0
        return np.arange(begin, begin + count, dtype=np.float64)
    return np.asarray((np.array(line["seconds"]) + at) / DAY)


def _style(line: Line) -> dict[str, Any]:
    is_forecast = line["kind"] == "forecast"
    return {
        "color": color(line["color"]),
        "linestyle": "--" if is_forecast else "-",
        "marker": "x" if is_forecast else "o",
        "markersize": 3 if is_forecast else 2,
        "linewidth": 1,
    }


def _axes_of(axes: Axes, lines: Sequence[Line], *, separate: bool) -> list[Axes]:
    """Return the axes of each line: one for all, or one per variable.

    Half of the variables, at least one, stand left and the rest right; an output and its forecast
    share theirs.
    """
    if not separate:
        return [axes] * len(lines)
    numbers = list(dict.fromkeys(line["color"] for line in lines))
    left = max(1, len(numbers) // 2)
    places = {}
    for place, number in enumerate(numbers):
        own = axes if place == 0 else axes.twinx()
        _place(own, "left" if place < left else "right", place if place < left else place - left)
        own.tick_params(axis="y", colors=color(number))
        places[number] = own
    return [places[line["color"]] for line in lines]


def _place(axes: Axes, side: Side, order: int) -> None:
    """Put the vertical axis on a side, ``order`` steps outward."""
    axes.spines["left" if side == "right" else "right"].set_visible(False)
    axes.spines[side].set_visible(True)
    axes.spines[side].set_position(("outward", OUTWARD * order))
    axes.yaxis.set_label_position(side)
    axes.yaxis.set_ticks_position(side)
