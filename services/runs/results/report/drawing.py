"""Curves as SVG for a page: the colours are the page's own, and no text of people is in it.

The library is imported when the first picture is drawn: the web process stays small until then.
"""

import io
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
MAX_BUCKETS = 500
FEW = 40  # points are marked where there are few
FARTHEST = 1e300  # the library cannot number an axis that ends nearer to the largest float
COLOURS = 10
INK, FRAME = "#010203", "#040506"  # stand-ins: the page says what colour they have
LINES = [f"#0a0b{10 + number:02x}" for number in range(COLOURS)]
DASHES = ("-", "--", ":")
STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "roundhouse",
    "text.parse_math": False,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FRAME,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": FRAME,
    "font.family": "sans-serif",
}
_ID = re.compile(r'(\bid="|url\(#|href="#)')
_one_at_a_time = threading.Lock()  # the library keeps its settings for the whole process


@dataclass(frozen=True, kw_only=True)
class ChartLine:
    """One curve: steps and values, both of shape (n,); what is not finite is a gap."""

    label: str
    steps: Numbers
    values: Numbers


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Curves over the same steps."""

    title: str
    x_label: str
    lines: Sequence[ChartLine]


def drawn(picture: Chart, number: int) -> str:
    """Return the picture as an SVG element; ``number`` keeps its ids apart on the page."""
    with _one_at_a_time:
        document = _figure(picture)
    svg = document[document.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", svg, flags=re.DOTALL)
    for place, stand_in in enumerate(LINES):
        svg = svg.replace(stand_in, f"var(--line-{place})")
    svg = svg.replace(INK, "var(--ink)").replace(FRAME, "var(--frame)")
    svg = _ID.sub(rf"\g<1>picture-{number}-", svg)
    return svg.replace("<svg", '<svg role="img" aria-hidden="true"', 1)


def _figure(picture: Chart) -> str:
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    with rc_context(STYLE):
        figure = Figure(figsize=(7.2, 3.2), layout="constrained", facecolor="none")
        FigureCanvasSVG(figure)
        axes = figure.subplots()
        axes.set_facecolor("none")
        for place, line in enumerate(picture.lines):
            steps, values = thinned(line.steps, line.values)
            axes.plot(
                steps,
                np.clip(values, -FARTHEST, FARTHEST),
                color=colour_of(place),
                linestyle=DASHES[place // COLOURS % len(DASHES)],
                linewidth=1.6,
                marker="o" if len(steps) <= FEW else None,
                markersize=3,
            )
        axes.set_xlabel(picture.x_label)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(visible=True, linewidth=0.4)
        axes.spines[["top", "right"]].set_visible(False)
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    return file.getvalue()


def colour_of(place: int) -> str:
    """Return the stand-in for the colour of the curve at ``place``."""
    return LINES[place % COLOURS]


def thinned(steps: Numbers, values: Numbers) -> tuple[Numbers, Numbers]:
    """Return at most two points for each of 500 stretches: the lowest and the highest."""
    if len(steps) <= 2 * MAX_BUCKETS:
        return steps, np.where(np.isfinite(values), values, np.nan)
    kept = np.isfinite(values)
    steps, values = steps[kept], values[kept]
    places: set[int] = set()
    for part in np.array_split(np.arange(len(steps)), MAX_BUCKETS):
        if len(part):
            lowest, highest = values[part].argmin(), values[part].argmax()
            places |= {int(part[lowest]), int(part[highest])}
    chosen = sorted(places)
    return steps[chosen], values[chosen]
