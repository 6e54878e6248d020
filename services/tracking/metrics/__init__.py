"""Metrics as series (design D7): appended in columns, settled into segments, read at any zoom.

A point is (series, step) and the last write wins, so a resumed attempt may write a step again.
Every function here needs a constant number of statements, however many series there are.
"""

from services.tracking.metrics.append import SeriesKey, write_columns
from services.tracking.metrics.read import (
    MAX_POINTS,
    MAX_REPORTED,
    Curve,
    SeriesQuery,
    numbers,
    read_curves,
    read_series,
)
from services.tracking.metrics.stored import columns_of, read_columns

__all__ = [
    "MAX_POINTS",
    "MAX_REPORTED",
    "Curve",
    "SeriesKey",
    "SeriesQuery",
    "columns_of",
    "numbers",
    "read_columns",
    "read_curves",
    "read_series",
    "write_columns",
]
