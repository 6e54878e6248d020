"""Runs of equal values, however a column is cut into blocks."""

from itertools import groupby

import numpy as np
import pytest

from services.tabular.column_statistics import MIN_FLAT_ROWS, ColumnStatistics


def runs_of(values: np.ndarray) -> list[tuple[int, int, float]]:
    """Return first and last row and value of each run that is long enough."""
    runs, first = [], 0
    for value, same in groupby(values.tolist()):
        last = first + len(list(same)) - 1
        if last - first + 1 >= MIN_FLAT_ROWS:
            runs.append((first, last, value))
        first = last + 1
    return runs


def runs_in_blocks(values: np.ndarray, cuts: list[int]) -> ColumnStatistics:
    """Return the statistics of a column that comes in blocks."""
    column, first = ColumnStatistics(), 0
    for block in np.split(values, cuts):
        column.add(block, first)
        first += len(block)
    column.end()
    return column


@pytest.mark.parametrize("seed", range(40))
def test_runs_are_those_of_the_whole_column(seed: int) -> None:
    draw = np.random.default_rng(seed)
    lengths = draw.choice([1, 2, MIN_FLAT_ROWS - 1, MIN_FLAT_ROWS, 40], 30)
    values = np.repeat(draw.integers(0, 3, 30).astype(float), lengths)
    cuts = np.unique(draw.integers(1, len(values), 6)).tolist()
    column = runs_in_blocks(values, cuts)
    expected = runs_of(values)
    assert [(run.first, run.last, run.value) for run in column.runs] == expected
    assert column.run_rows == sum(last - first + 1 for first, last, _ in expected)


def test_a_cell_without_a_number_ends_no_run_and_a_block_of_them_does() -> None:
    values = np.full(60, 7.0)
    values[5] = np.nan
    values[30:40] = np.nan
    (run,) = runs_in_blocks(values, [20]).runs
    assert (run.first, run.last) == (0, 59)
    before, after = runs_in_blocks(values, [30, 40]).runs
    assert [(before.first, before.last), (after.first, after.last)] == [(0, 29), (40, 59)]
