"""Long files, day matrices, intervals, labels, duplicates, differences, blocks: by rules."""

from pathlib import Path

import numpy as np
import pytest

from services.tabular.blocks import TextBlocks
from services.tabular.encoding import Encoding
from services.tabular.errors import UnreadableTable
from services.tabular.options import ImportOptions
from services.tabular.read import read_series, read_series_to_parquet
from services.tabular.reading import SeriesReading, iso
from services.tabular.store import ParquetRows


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def read(folder: Path, text: str, **options: object) -> SeriesReading:
    (folder / "a.csv").write_bytes(text.encode())
    return read_series(folder / "a.csv", ImportOptions(**options))  # type: ignore[arg-type]


def kinds(reading: SeriesReading) -> set[str]:
    return {finding.kind for finding in reading.findings}


def times(reading: SeriesReading) -> list[str]:
    return [iso(int(time)) for time in reading.times]


LONG = "time;meter;kW\n" + "".join(
    f"2024-01-01 00:{15 * i:02d};{meter};{value + i}.5\n"
    for i in range(4)
    for meter, value in (("A", 1), ("B", 20))
)


def test_a_long_file_asks_for_the_column_that_names_the_series(folder: Path) -> None:
    reading = read(folder, LONG)
    assert reading.outcome == "ask"
    assert reading.questions[0].field == "series_key"
    assert reading.questions[0].choices == ("meter",)


@pytest.mark.parametrize("key", ["meter", 2])
def test_a_long_file_is_parted_by_its_key(folder: Path, key: str | int) -> None:
    reading = read(folder, LONG, series_key=key)
    assert [series.name for series in reading.series] == ["A", "B"]
    assert [series.numeric_rows for series in reading.series] == [4, 4]
    assert reading.values.tolist() == [[1.5, 20.5], [2.5, 21.5], [3.5, 22.5], [4.5, 23.5]]
    assert reading.duplicate_rows == 0


def test_a_day_matrix_becomes_one_series_in_local_time(folder: Path) -> None:
    names = ";".join(f"{hour:02d}:00" for hour in range(24))
    days = ("30.03.2024", "31.03.2024", "01.04.2024")
    rows = [
        f"{day};" + ";".join("" if d == 1 and h == 2 else f"{d}{h:02d},5" for h in range(24))
        for d, day in enumerate(days)
    ]
    reading = read(folder, "Datum;" + names + "\n" + "\n".join(rows), timezone="Europe/Vienna")
    assert "day_matrix" in kinds(reading)
    assert reading.rows == 71
    assert reading.step is not None
    assert (reading.step.min, reading.step.max) == (60, 60)


def test_date_and_times_of_an_interval_stand_in_three_columns(folder: Path) -> None:
    rows = "".join(f"15.01.2024;0{h}:00;0{h + 1}:00;{h}1,5\n" for h in range(6))
    reading = read(folder, "Datum;von;bis;kW\n" + rows)
    assert reading.time is not None
    assert reading.time.columns == (1, 2)
    assert reading.time.end_column == 3
    assert [series.name for series in reading.series] == ["kW"]


def test_labels_at_the_end_move_to_the_start_of_their_interval(folder: Path) -> None:
    text = "UTC;kW\n2024-01-01 00:15;1.5\n2024-01-01 00:30;2.5\n"
    assert times(read(folder, text, label_position="end"))[0] == "2024-01-01T00:00:00Z"
    assert times(read(folder, text, label_position="start"))[0] == "2024-01-01T00:15:00Z"


@pytest.mark.parametrize(
    ("rule", "value"), [("first", 1.5), ("last", 3.5), ("mean", 2.5), (None, 1.5)]
)
def test_conflicting_rows_are_settled_by_rule(folder: Path, rule: str | None, value: float) -> None:
    text = "UTC;kW\n2024-01-01 00:00;1.5\n2024-01-01 00:15;9.5\n2024-01-01 00:00;3.5\n"
    reading = read(folder, text, duplicates=rule)
    assert reading.values[0, 0] == value
    assert reading.conflicting_times == 1


def test_a_reset_meter_has_no_difference_at_its_reset(folder: Path) -> None:
    readings = [*range(100, 130, 2), 0, 2, 4]
    rows = "".join(
        f"2024-01-01 {i // 4:02d}:{i % 4 * 15:02d};{value}.0\n" for i, value in enumerate(readings)
    )
    reading = read(folder, "UTC;kWh\n" + rows, differences=(2,))
    assert {"counter_suspected", "counter_reset"} <= kinds(reading)
    column = reading.values[:, 0]
    assert np.isnan(column[[0, 15]]).all()
    assert set(column[~np.isnan(column)]) == {2.0}


def test_unreadable_rows_are_skipped_by_choice_only(folder: Path) -> None:
    text = "UTC;kW\n2024-01-01 00:00;1.5\n2024-02-30 00:00;2.5\n2024-01-01 00:30;3.5\n"
    with pytest.raises(UnreadableTable) as refused:
        read(folder, text)
    assert (refused.value.row, refused.value.column) == (3, 1)
    reading = read(folder, text, skip_unreadable=True)
    assert reading.rows == 2
    assert "skipped_row" in kinds(reading)


def test_an_order_of_dates_is_known_where_time_goes_on_over_midnight(folder: Path) -> None:
    rows = "".join(f"{d:02d}/06/2024 {h:02d}:00;{h}1.5\n" for d in (1, 2, 3) for h in range(24))
    reading = read(folder, "time;kW\n" + rows)
    assert times(reading)[-1] == "2024-06-03T23:00:00Z"


def test_chosen_columns_alone_become_series(folder: Path) -> None:
    text = "UTC;a;b;c\n2024-01-01 00:00;1.5;2.5;3.5\n2024-01-01 00:15;1.5;2.5;3.5\n"
    reading = read(folder, text, columns=(4, 2))
    assert [series.name for series in reading.series] == ["c", "a"]
    assert reading.values[0].tolist() == [3.5, 1.5]


def test_blocks_of_any_size_give_the_same_lines(folder: Path) -> None:
    text = "a;b\r\n1;2\r\nä;4\r5;6\n" * 9 + "end"
    (folder / "a.csv").write_bytes(text.encode())
    plain = text.replace("\r\n", "\n").replace("\r", "\n").encode()
    for size in range(1, 40):
        blocks = list(TextBlocks(folder / "a.csv", Encoding("utf-8"), size))
        lines = 1
        whole = b""
        for block in blocks:
            assert block.first_line == lines
            lines += block.lines
            whole += block.data
        assert whole == plain


def test_a_file_larger_than_a_block_reads_the_same_by_every_path(folder: Path) -> None:
    count = 400_000
    moments = np.datetime64("2000-01-01T00:00:00") + np.arange(count) * np.timedelta64(60, "s")
    stamps = np.char.replace(np.datetime_as_string(moments, unit="s"), "T", " ")
    values = np.arange(count) % 9973 + 0.25
    lines = [
        f"{stamp};{value}" for stamp, value in zip(stamps.tolist(), values.tolist(), strict=True)
    ]
    lines[300_001] = lines[300_001].replace(".25", ".25;surplus")
    lines[350_000] = lines[350_000].rsplit(";", 1)[0] + ";"
    (folder / "a.csv").write_text("UTC;kW\n" + "\n".join(lines) + "\n")
    reading = read_series(folder / "a.csv")
    assert (reading.rows, reading.series[0].numeric_rows) == (count, count - 1)
    assert (reading.times == moments.astype("datetime64[us]").astype(np.int64)).all()
    values[350_000] = np.nan
    np.testing.assert_array_equal(reading.values[:, 0], values)
    ragged = next(finding for finding in reading.findings if finding.kind == "ragged_row")
    assert ragged.rows == (300_003,)
    read_series_to_parquet(folder / "a.csv", ImportOptions(), folder / "b.parquet")
    store = ParquetRows.__new__(ParquetRows)
    store.path = folder / "b.parquet"
    column = np.concatenate(list(store.column_chunks(0)))
    np.testing.assert_array_equal(column, values)


def test_series_below_each_other_are_seen_beyond_the_sample_too(folder: Path) -> None:
    rows = [
        f"2024-{1 + i // 2880:02d}-{1 + i // 96 % 28:02d} {i // 4 % 24:02d}:{i % 4 * 15:02d};{m};{i}{k}.5\n"
        for k, m in enumerate("ABC")
        for i in range(8000)
    ]
    text = "time;meter;kW\n" + "".join(rows)
    assert len(text) > 512 * 1024
    reading = read(folder, text)
    assert reading.outcome == "ask"
    assert reading.questions[0].choices == ("meter",)


def test_the_row_number_before_the_columns_is_no_series(folder: Path) -> None:
    text = ",time,kW\n0,2024-01-01 00:00,1.5\n1,2024-01-01 00:15,2.5\n2,2024-01-01 00:30,3.5\n"
    assert [series.name for series in read(folder, text).series] == ["kW"]


def days(name: str) -> str:
    counts = ["421", "2729", "1159", "935", "2050", "1512"]
    return f"date,{name}\n" + "".join(
        f"2024-01-{number + 1:02d},{count}\n" for number, count in enumerate(counts)
    )


@pytest.mark.parametrize("name", ["clicks", "visitors"])
def test_counts_beside_daily_dates_are_values_and_no_times_of_day(folder: Path, name: str) -> None:
    reading = read(folder, days(name))
    assert reading.values[:, 0].tolist() == [421, 2729, 1159, 935, 2050, 1512]


def test_digits_beside_dates_are_times_of_day_where_their_name_says_so(folder: Path) -> None:
    text = "date,hhmm,kW\n" + "".join(f"2024-01-0{n},1{n}30,{n}\n" for n in range(1, 7))
    assert times(read(folder, text))[0].startswith("2024-01-01T11:30")
