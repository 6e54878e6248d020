"""Arrays in pieces: numpy reads what is written, and rows are read without the rest."""

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.forecasting.datasets.npz import ArrayPieces, NpzReader, write_npz
from tests.support.depth import examples


def written(**arrays: ArrayPieces) -> bytes:
    buffer = io.BytesIO()
    write_npz(buffer, arrays)
    return buffer.getvalue()


def whole(array) -> ArrayPieces:
    return ArrayPieces.whole(np.asarray(array))


@given(st.integers(0, 40), st.integers(1, 5), st.integers(1, 9), st.data())
@settings(max_examples=examples(25))
def test_pieces_are_one_array_for_numpy_and_rows_of_it_for_us(n, steps, columns, data) -> None:
    array = np.random.default_rng(n).normal(size=(n, steps, columns)).astype("<f4")
    cuts = sorted(data.draw(st.lists(st.integers(0, n), max_size=4)))
    pieces = ArrayPieces(shape=array.shape, dtype=array.dtype, pieces=np.split(array, cuts))
    content = written(x=pieces, names=whole(["a", "ü"]))
    read = np.load(io.BytesIO(content), allow_pickle=False)
    assert np.array_equal(read["x"], array)
    assert read["names"].tolist() == ["a", "ü"]
    rows = sorted(data.draw(st.sets(st.integers(0, max(0, n - 1)), max_size=n)))
    with NpzReader(io.BytesIO(content)) as reader:
        assert reader.names() == ["x", "names"]
        assert reader.shape("x") == array.shape
        assert np.array_equal(reader.rows("x", rows), array[rows])
        assert np.array_equal(reader.array("x"), array)


def test_what_numpy_compressed_is_read_by_rows_too() -> None:
    buffer = io.BytesIO()
    array = np.arange(300, dtype=np.float32).reshape(100, 3)
    np.savez_compressed(buffer, forecast=array)
    with NpzReader(buffer) as reader:
        assert np.array_equal(reader.rows("forecast", [0, 57, 99]), array[[0, 57, 99]])


def test_the_same_arrays_are_the_same_bytes() -> None:
    assert written(x=whole([1.5, 2.5])) == written(x=whole([1.5, 2.5]))


def test_objects_are_neither_written_nor_read() -> None:
    with pytest.raises(TypeError, match="objects"):
        written(x=whole(np.array([{"a": 1}], dtype=object)))
    buffer = io.BytesIO()
    np.savez(buffer, x=np.array([{"a": 1}], dtype=object))
    with NpzReader(buffer) as reader, pytest.raises(ValueError, match="plain"):
        reader.rows("x", [0])
    with NpzReader(buffer) as reader, pytest.raises(ValueError, match="pickle"):
        reader.array("x")


def test_other_files_and_missing_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="npz"):
        NpzReader(io.BytesIO(b"no zip"))
    content = written(x=whole(np.zeros((3, 2))))
    for rows in ([3], [0, 999]):
        with NpzReader(io.BytesIO(content)) as reader, pytest.raises(ValueError, match="fewer"):
            reader.rows("x", rows)
    fortran = io.BytesIO()
    np.savez(fortran, x=np.asfortranarray(np.zeros((3, 2))))
    with NpzReader(fortran) as reader, pytest.raises(ValueError, match="plain"):
        reader.rows("x", [0])
    assert zipfile.is_zipfile(io.BytesIO(content))
