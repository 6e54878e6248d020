"""Files of several blocks: what is worked out while blocks come is what the whole file says."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from services.tabular.ahead import ahead
from services.tabular.blocks import BLOCK_BYTES
from services.tabular.errors import UnreadableTable
from services.tabular.options import ImportOptions
from services.tabular.overview import of_table
from services.tabular.read import read_series_to_parquet
from services.tabular.store import read_parquet

ROWS = 160_000


def times_of(rows: int) -> "NDArray[np.datetime64]":
    """Return minutes from 2020 on."""
    return np.datetime64("2020-01-01T00:00", "m") + np.arange(rows)


def written(path: Path, times: "NDArray[np.datetime64]", end: str = "") -> Path:
    """Write a file of two series that is longer than a block; one cell in 1,000 is empty."""
    draw = np.random.default_rng(3)
    load, level = draw.normal(500, 90, len(times)).round(2), draw.integers(0, 40, len(times))
    shown = np.where(draw.random(len(times)) < 0.001, "", level.astype(str))
    rows = zip(np.datetime_as_string(times).tolist(), load.tolist(), shown.tolist(), strict=True)
    text = "time,load,level\n" + "".join(f"{t}:00Z,{a},{b}\n" for t, a, b in rows) + end
    path.write_text(text)
    assert path.stat().st_size > BLOCK_BYTES
    return path


@pytest.mark.parametrize("end", ["sum,1,2\n", "2019-01-01T00:00:00Z,9,9\n"])
def test_pictures_of_a_long_file_are_those_of_its_table(tmp_path: Path, end: str) -> None:
    source = written(tmp_path / "a.csv", times_of(ROWS), end)
    target = tmp_path / "a.parquet"
    reading = read_series_to_parquet(source, ImportOptions(), target)
    times, values, _ = read_parquet(target)
    assert len(times) == ROWS + end.startswith("2019")
    for one, expected in zip(reading.series, of_table(times, values), strict=True):
        assert expected is not None
        assert one.overview is not None
        np.testing.assert_array_equal(one.overview.low, expected.low)
        np.testing.assert_array_equal(one.overview.high, expected.high)
        assert one.overview.counts == expected.counts


def test_of_two_faults_the_one_further_up_is_reported() -> None:
    def blocks() -> Iterator[int]:
        yield from (1, 2)
        raise UnreadableTable("line_too_long", "in the third block", row=3)

    def work(number: int) -> int:
        if number == 2:
            raise UnreadableTable("bad_time", "in the second block", row=2)
        return 10 * number

    used = []
    with pytest.raises(UnreadableTable, match="second"):
        used += list(ahead(blocks(), work))
    with pytest.raises(UnreadableTable, match="third"):
        for item in ahead(blocks(), str):
            used.append(item)
    assert used == [(1, "1"), (2, "2")]
