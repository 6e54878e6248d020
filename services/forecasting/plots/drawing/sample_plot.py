"""Test samples in a grid of pictures, 20 × 13 inches: contract section 5, "Sample plot"."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from services.forecasting.plots.drawing.figures import color, png

SIZE = (20.0, 13.0)
OUTWARD = 30.0  # points between two axes of one side
NARROWEST = 0.35  # of the room of a picture, which its axes leave for the lines
POINTS = 72.0  # per inch
TICKS = 5
SMALL, LARGE = 6, 9
ROOM = 25  # pictures, from which on letters are small
DAY = 86_400.0  # matplotlib counts days since 1970
Line = Mapping[str, Any]
Side = Literal["left", "right"]
Floats = NDArray[np.float64]


def draw_samples(drawing: Mapping[str, Any]) -> bytes:
    """Return the PNG of a drawing as ``services.forecasting.plots.create`` describes it."""
    # a fixed place spares a search for one around the ticks of every axis, a third of the time
    with mpl.rc_context({"axes.titley": 1.0}):
        return _drawn(drawing)


def _drawn(drawing: Mapping[str, Any]) -> bytes:
    times = drawing["reference_times"]
    rows, columns = grid_of(len(times))
    figure = Figure(figsize=SIZE)
    outward = _make_room(figure, columns, _count_axes(drawing))
    shown: dict[str, Any] = {}
    for number in range(len(times)):
        axes = figure.add_subplot(rows, columns, number + 1)
        size = SMALL if len(times) > ROOM else LARGE
        shown |= _draw_one(axes, drawing, number, size, outward)
    figure.legend(
        shown.values(), shown.keys(), loc="upper center", ncols=min(6, len(shown)), fontsize=LARGE
    )
    return png(figure)


def grid_of(count: int) -> tuple[int, int]:
    """Return rows and columns of the pictures: ⌈√count⌉ columns, as many rows as they need."""
    columns = math.ceil(math.sqrt(count))
    return math.ceil(count / columns), columns


def _count_axes(drawing: Mapping[str, Any]) -> int:
    return len({line["color"] for line in drawing["lines"]}) if drawing["separate_axes"] else 1


def _make_room(figure: Figure, columns: int, axes: int) -> float:
    """Leave room beside the pictures for all axes; return the points between two of them."""
    room = (SIZE[0] - 0.4) * POINTS / columns
    most = room * (1 - NARROWEST)
    outward = min(OUTWARD, most / (axes + 1))
    gap = (axes + 1) * outward
    left = math.ceil(axes / 2) * outward + outward / 2
    width = SIZE[0] * POINTS
    figure.subplots_adjust(
        left=left / width,
        right=1 - (gap - left + 10) / width,
        bottom=0.06,
        top=0.9,
        wspace=gap / (room - gap),
        hspace=0.45,
    )
    return outward


def _draw_one(
    axes: Axes, drawing: Mapping[str, Any], number: int, size: int, outward: float
) -> dict[str, Any]:
    """Draw a sample; return its lines by their names in the legend."""
    at = drawing["reference_times"][number]
    begin = datetime.fromtimestamp(at, UTC)
    axes.set_title(f"UTC: {begin:%Y-%m-%d %H:%M:%S}", fontsize=size)
    places = _axes_of(axes, drawing["lines"], separate=drawing["separate_axes"], outward=outward)
    for place in dict.fromkeys([axes, *places]):
        place.tick_params(labelsize=size - 1)
        place.yaxis.set_major_locator(MaxNLocator(TICKS))
    shown = {}
    for line, place in zip(drawing["lines"], places, strict=True):
        x = _x(line, at, by_step=drawing["by_step"])
        (drawn,) = place.plot(x, line["values"][number], **_style(line))
        shown[line["legend"]] = drawn
    now = 0.0 if drawing["by_step"] else at / DAY
    axes.axvline(now, color="black", linestyle="--", linewidth=1)
    if not drawing["by_step"]:
        locator = AutoDateLocator(tz=UTC, minticks=2, maxticks=6)  # type: ignore[no-untyped-call]
        formatter = ConciseDateFormatter(locator, tz=UTC)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(formatter)
        axes.xaxis.get_offset_text().set_fontsize(size - 1)
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


def _axes_of(axes: Axes, lines: Sequence[Line], *, separate: bool, outward: float) -> list[Axes]:
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
        on_left = place < left
        distance = outward * (place if on_left else place - left)
        _place(own, "left" if on_left else "right", distance)
        own.tick_params(axis="y", colors=color(number))
        places[number] = own
    return [places[line["color"]] for line in lines]


def _place(axes: Axes, side: Side, distance: float) -> None:
    """Put the vertical axis on a side, so many points outward."""
    axes.spines["left" if side == "right" else "right"].set_visible(False)
    axes.spines[side].set_visible(True)
    axes.spines[side].set_position(("outward", distance))
    axes.yaxis.set_label_position(side)
    axes.yaxis.set_ticks_position(side)
