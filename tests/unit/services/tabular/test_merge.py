"""Two readings of one series merged: held against pandas, and against what may never happen."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.tabular.merge import merge
from services.tabular.merging import merged_files
from services.tabular.store import read_parquet, write_parquet
from tests.support.depth import examples

VALUES = st.sampled_from([1.0, 2.0, 3.0, np.nan])
ROWS = st.dictionaries(st.integers(0, 30), st.tuples(VALUES, VALUES), min_size=1)


def table(rows):
    times = np.array(sorted(rows), dtype=np.int64)
    return times, np.array([rows[time] for time in times], dtype=np.float64).reshape(-1, 2)


def frame(rows):
    times, values = table(rows)
    return pd.DataFrame(values, index=times)


@given(ROWS, ROWS)
@settings(max_examples=examples(50))
def test_the_union_is_that_of_pandas_by_either_rule(old, new):
    for rule, first, second in (("old", old, new), ("new", new, old)):
        result = merge(table(old), table(new), rule)
        expected = frame(first).combine_first(frame(second)).sort_index()
        np.testing.assert_array_equal(result.times, expected.index)
        np.testing.assert_array_equal(result.values, expected.to_numpy())
        assert result.new == len(set(new) - set(old))
        assert result.overlapping == len(set(new) & set(old))


@given(ROWS, ROWS)
@settings(max_examples=examples(50))
def test_the_same_rows_again_change_nothing_and_differ_in_nothing(old, new):
    once = merge(table(old), table(new), "new")
    again = merge((once.times, once.values), table(new), "new")
    np.testing.assert_array_equal(once.values, again.values)
    assert (again.new, again.differing, again.filled) == (0, 0, 0)


def test_counts_and_examples_of_a_small_overlap():
    old = {0: (1.0, 5.0), 1: (2.0, np.nan), 2: (3.0, 7.0)}
    new = {1: (2.0, 6.0), 2: (4.0, 7.0), 3: (5.0, 8.0)}
    result = merge(table(old), table(new), "old")
    assert (result.new, result.overlapping, result.differing, result.filled) == (1, 2, 1, 1)
    (one,) = result.examples
    assert (one.time, one.place, one.old, one.new) == ("1970-01-01T00:00:00.000002Z", 0, 3.0, 4.0)
    assert result.values.tolist() == [[1, 5], [2, 6], [3, 7], [5, 8]]
    assert merge(table(old), table(new), "new").values[2, 0] == 4.0


@pytest.mark.parametrize("rule", ["old", "new"])
def test_files_of_values_are_merged_with_the_statistics_of_the_result(tmp_path, rule):
    hour = 3_600_000_000
    write_parquet(tmp_path / "old", np.arange(3) * hour, np.array([[1.0], [2.0], [3.0]]))
    write_parquet(tmp_path / "new", np.arange(2, 6) * hour, np.array([[9.0], [4.0], [5.0], [6.0]]))
    answer = merged_files(tmp_path / "old", tmp_path / "new", tmp_path / "both", rule)
    times, values, issued = read_parquet(tmp_path / "both")
    assert issued is None
    assert times.tolist() == [n * hour for n in range(6)]
    assert values[:, 0].tolist() == [1, 2, 3 if rule == "old" else 9, 4, 5, 6]
    assert (answer["rows"], answer["utc_max"]) == (6, "1970-01-01T05:00:00Z")
    assert answer["step"]["median_min"] == 60
    assert answer["series"][0]["max"] == (6 if rule == "old" else 9)
    assert answer["overlap"]["differing"] == 1
