"""A figure without a window system, its colours, and its PNG."""

import io

import matplotlib as mpl
from matplotlib.figure import Figure

DPI = 100
PALETTE = mpl.colormaps["tab20"]


def color(number: int) -> tuple[float, ...]:
    """Return a colour of tab20: inputs, then time, then outputs, again from the start after 20."""
    return tuple(PALETTE(number % PALETTE.N))


def png(figure: Figure) -> bytes:
    """Return the figure as a PNG."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI)
    return buffer.getvalue()
