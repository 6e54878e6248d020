"""One violin per column, 3 × 6 inches: contract section 5."""

import base64
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from services.forecasting.plots.drawing.figures import color, png
from services.forecasting.violins.columns import ALL, ColumnViolins
from services.forecasting.violins.shape import ViolinShape

SIZE = (3.0, 6.0)
DATA_URI = "data:image/png;base64,"


def draw_violins(violins: Sequence[ColumnViolins]) -> dict[str, str]:
    """Return a PNG of every column, all samples in physical units, as data URIs by key."""
    return {one.of.key: data_uri(_drawn(one)) for one in violins}


def data_uri(content: bytes) -> str:
    """Return a PNG as a data URI."""
    return DATA_URI + base64.b64encode(content).decode()


def _drawn(violins: ColumnViolins) -> bytes:
    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(_shortened(violins.of.name), fontsize=10, parse_math=False)
    axes.set_xticks([1], [violins.of.label])
    axes.set_xlim(0.4, 1.6)
    axes.grid(axis="y", alpha=0.3)
    _violin(axes, violins.blocks[ALL], color(violins.of.color))
    return png(figure)


def _violin(axes: Axes, shape: ViolinShape, fill: tuple[float, ...]) -> None:
    widths = np.full(3, 0.45)
    if len(shape.at):
        stats: list[dict[str, Any]] = [
            {
                "coords": shape.at,
                "vals": shape.density,
                "mean": shape.mean,
                "median": shape.quartiles[1],
                "min": shape.low,
                "max": shape.high,
            }
        ]
        bodies: Any = axes.violin(stats, positions=[1], widths=0.9, showextrema=False)["bodies"]
        for body in bodies:
            body.set(facecolor=fill, edgecolor="black", alpha=0.9)
        widths = 0.45 * np.interp(shape.quartiles, shape.at, shape.density) / shape.density.max()
    dashes: tuple[Literal[":", "--"], ...] = (":", "--", ":")
    for quartile, width, dash in zip(shape.quartiles, widths, dashes, strict=True):
        axes.hlines(quartile, 1 - width, 1 + width, colors="black", linestyles=dash, linewidth=1)


def _shortened(name: str, limit: int = 34) -> str:
    return name if len(name) <= limit else f"{name[: limit - 1]}…"
