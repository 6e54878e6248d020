"""Reads times from their bytes where all digits stand at fixed places: 2024-05-01 13:45."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from services.tabular.reading import Times
from services.tabular.time_formats import TimeFormat
from services.tabular.wall_clock import Flags, assemble


def read_fixed(cells: pl.Series, form: TimeFormat) -> tuple[Times, Flags] | None:
    """Read cells of one length from their bytes; None if the form has no fixed places."""
    places = places_of(form)
    if places is None or not len(cells) or cells.null_count():
        return None
    matrix = _bytes_of(cells)
    if matrix is None:
        return None
    layout = places
    rest = matrix.shape[1] - len(layout)
    if form.shape.fraction and rest > 0:
        tail = layout[-1] if layout.endswith("Z") else ""
        body = layout[: len(layout) - len(tail)]
        layout = body + "f" * rest + tail if 1 <= rest <= 9 else layout
    if matrix.shape[1] != len(layout):
        return None
    return _read_places(matrix, layout)


def places_of(form: TimeFormat) -> str | None:
    """Return one letter per byte: y m d H M S for digits, others for themselves.

    None if not all of the times have their parts at one place; a fraction may follow.
    """
    shape = form.shape
    if shape.date not in ("ymd", "abc") or shape.year_digits != 4 or shape.half_day:
        return None
    if shape.zone not in ("", "Z") or shape.weekday or shape.interval or len(shape.joiner) > 1:
        return None
    if shape.clock == "#":
        return None
    parts = {"y": "yyyy", "m": "mm", "d": "dd"}
    text = shape.date_separator.join(parts[part] for part in form.order)
    if shape.clock:
        sep = "" if shape.clock == "c" else shape.clock
        parts_of_day = ["HH", "MM"] + ["SS"] * shape.seconds if sep != "H" else ["HH"]
        text += shape.joiner + sep.join(parts_of_day)
        text += "." if shape.fraction else ""
    return text + ("Z" if shape.zone else "")


def _bytes_of(cells: pl.Series) -> NDArray[np.uint8] | None:
    """Return (n, width) bytes of cells that all have one length; None if they have not."""
    lengths = cells.str.len_bytes()
    low, high = lengths.min(), lengths.max()
    if low != high or not isinstance(low, int) or low == 0:
        return None
    buffers = cells.to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()
    data = np.frombuffer(buffers[2], np.uint8)
    first = int(np.frombuffer(buffers[1], np.int64, 1)[0])
    return data[first : first + low * len(cells)].reshape(len(cells), low)


def _read_places(matrix: NDArray[np.uint8], layout: str) -> tuple[Times, Flags]:
    good = np.ones(len(matrix), bool)
    number: dict[str, NDArray[np.int32]] = {}
    for position, letter in enumerate(layout):
        column = matrix[:, position]
        if letter in "ymdHMSf":
            digit = column - 48  # wraps below 0, so that one comparison finds all non-digits
            good &= digit <= 9
            if letter == "f" and layout[:position].count("f") >= 6:
                continue
            before = number.get(letter)
            number[letter] = digit.astype(np.int32) if before is None else before * 10 + digit
        else:
            good &= column == ord(letter)
    scale = 10 ** max(0, 6 - layout.count("f"))
    zero = np.zeros(len(matrix), np.int32)
    parts = [number.get(letter, zero) for letter in "ymdHMS"]
    times, valid = assemble(*parts, fraction=number.get("f", zero).astype(np.int64) * scale)
    return times, good & valid
