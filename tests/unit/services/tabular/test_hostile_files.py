"""Whatever is uploaded, it reads or is refused in words, and nothing else is raised."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.tabular.errors import UnreadableTable
from services.tabular.read import read_series
from services.tabular.reading import SeriesReading
from services.tabular.to_json import to_json
from tests.unit.services.tabular.hostile import corpus, good

FILES = dict(corpus())


def assert_read_or_refused(path: Path, data: bytes) -> SeriesReading | UnreadableTable:
    path.write_bytes(data)
    try:
        reading = read_series(path)
    except UnreadableTable as error:
        refused = error
    else:
        check(reading)
        return reading
    assert refused.message
    assert refused.row is None or refused.row >= 1
    assert refused.column is None or refused.column >= 1
    return refused


def check(reading: SeriesReading) -> None:
    """A reading must be whole and fit for strict JSON, whatever the file was."""
    json.dumps(to_json(reading), allow_nan=False)
    if reading.outcome == "ask":
        assert reading.questions
        assert not len(reading.times)
        return
    assert reading.rows >= len(reading.times) > 0
    assert reading.values.shape == (len(reading.times), len(reading.series))
    assert (reading.times[1:] > reading.times[:-1]).all()
    assert all(series.numeric_rows > 0 for series in reading.series)


def test_the_corpus_has_at_least_120_files() -> None:
    assert len(FILES) >= 120
    assert len(set(FILES.values())) >= 120


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_reads_or_is_refused_in_words(name: str, tmp_path: Path) -> None:
    assert_read_or_refused(tmp_path / "a.csv", FILES[name])


def test_a_good_file_reads(tmp_path: Path) -> None:
    reading = assert_read_or_refused(tmp_path / "a.csv", good().encode())
    assert isinstance(reading, SeriesReading)
    assert reading.outcome == "ok"


@given(data=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_read_or_are_refused(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert_read_or_refused(tmp_path_factory.getbasetemp() / "any.csv", data)


@given(
    st.lists(
        st.sampled_from(
            ['"', ";", ",", "\n", "\r", "\t", "2024-01-01", " 00:15", "1.5", "x", "#", "-", "="]
        ),
        max_size=60,
    )
)
def test_any_row_of_signs_reads_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    assert_read_or_refused(tmp_path_factory.getbasetemp() / "signs.csv", "".join(parts).encode())
