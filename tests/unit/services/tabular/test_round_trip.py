"""A table written in any dialect is read back exactly."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tabular.options import ImportOptions
from services.tabular.read import read_series

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%d.%m.%Y %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%d-%b-%Y %H:%M",
    "%Y-%m-%dT%H:%M:%SZ",
    "%d.%m.%y %H:%M",
    "%Y%m%d%H%M",
    "%d.%m.%Y, %H:%M:%S",
    "%B %d, %Y %H:%M",
    "%m/%d/%Y %I:%M %p",
    "%Y-%m-%d_%H:%M:%S",
)
ZONES = ("UTC", "Europe/Vienna", "America/New_York", "Australia/Lord_Howe")


@dataclass(frozen=True)
class Written:
    """A file's bytes, the options that go with it, and the truth."""

    data: bytes
    options: ImportOptions
    times: list[int]
    values: list[list[float | None]]


@st.composite
def tables(draw: st.DrawFn) -> Written:
    decimal = draw(st.sampled_from(".,"))
    separator = draw(st.sampled_from(";\t|" + ("," if decimal == "." else "")))
    form = draw(st.sampled_from([f for f in FORMATS if separator not in f]))
    zone = "UTC" if form.endswith("Z") else draw(st.sampled_from(ZONES))
    step = draw(st.sampled_from((1, 15, 60, 1440)))
    # from the 20th of a month on, so that the order of day and month is known
    start = dt.datetime(
        draw(st.integers(1990, 2030)), draw(st.integers(1, 12)), 20, 6, tzinfo=dt.UTC
    )
    rows = draw(st.integers(2, 30))
    moments = [start + dt.timedelta(minutes=step * i) for i in range(rows)]
    series = draw(st.integers(1, 3))
    cell = st.none() | st.integers(-(10**6), 10**6).map(lambda n: n / 100)
    values = [[draw(cell) for _ in range(series)] for _ in range(rows)]
    values[0] = [12345.67] * series  # so that no series is empty and the marks are known
    return _write(draw, decimal, separator, form, zone, moments, values)


def _write(draw, decimal, separator, form, zone, moments, values) -> Written:
    thousands = draw(st.sampled_from(["", "." if decimal == "," else "'"]))
    quote = draw(st.sampled_from(["", '"']))
    newline = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))

    def number(value: float | None) -> str:
        if value is None:
            return draw(st.sampled_from(["", "-", "NaN", "n/a"]))
        text = f"{value:,.2f}".replace(",", "T").replace(".", decimal)
        return text.replace("T", thousands)

    names = [f"Wärme {n} [kW]" for n in range(len(values[0]))]
    lines = [separator.join(["Zeit", *names])]
    for moment, row in zip(moments, values, strict=True):
        cells = [moment.astimezone(ZoneInfo(zone)).strftime(form), *map(number, row)]
        if "," in form and not quote and separator == ",":
            cells[0] = f'"{cells[0]}"'
        lines.append(separator.join(f"{quote}{cell}{quote}" for cell in cells))
    tail = draw(st.sampled_from(["", newline]))
    text = newline.join(lines) + tail
    return Written(
        text.encode(encoding),
        ImportOptions(timezone=None if zone == "UTC" else zone),
        [round((moment - EPOCH).total_seconds() * 1e6) for moment in moments],
        values,
    )


@given(written=tables())
def test_what_was_written_is_read(
    written: Written, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "table.csv"
    path.write_bytes(written.data)
    reading = read_series(path, written.options)
    assert reading.outcome in ("ok", "findings")
    assert reading.times.tolist() == written.times
    expected = np.array(written.values, dtype=float)
    np.testing.assert_array_equal(reading.values, expected)
    assert [series.name for series in reading.series] == [
        f"Wärme {n} [kW]" for n in range(expected.shape[1])
    ]
    for place, series in enumerate(reading.series):
        column = expected[:, place][~np.isnan(expected[:, place])]
        assert series.numeric_rows == len(column)
        assert (series.min, series.max) == (column.min(), column.max())
        assert series.sum == pytest.approx(column.sum())
