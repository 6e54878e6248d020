"""Which rows of a session are the same measurements."""

import io

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet

from app.storage.memory import MemoryStore
from services.forecasting.training.values import raw_series


def test_a_file_uploaded_twice_is_one_source_and_another_column_is_not() -> None:
    store = MemoryStore()
    table = pa.table({"time": np.arange(3), "load": [1.0, 2.0, 3.0], "heat": [1.0, 2.0, 4.0]})
    for key in ("first", "second"):
        buffer = io.BytesIO()
        parquet.write_table(table, buffer)
        buffer.seek(0)
        store.put(key, buffer)
    files = [
        {"label": "load", "direction": "input", "values_key": "first", "series_index": 0},
        {"label": "load", "direction": "output", "values_key": "second", "series_index": 0},
        {"label": "heat", "direction": "input", "values_key": "first", "series_index": 1},
    ]
    series = raw_series(store, files)
    assert series["load"].origin == series["output:load"].origin != series["heat"].origin
