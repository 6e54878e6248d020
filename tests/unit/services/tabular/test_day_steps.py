"""Tables that number the hours of a day: 1 to 25 on the day on which summer time ends."""

from pathlib import Path

import numpy as np
import pytest

from app.errors import Invalid
from services.tabular.errors import UnreadableTable
from services.tabular.options import ImportOptions
from services.tabular.read import read_series
from services.tabular.reading import SeriesReading

BERLIN = "Europe/Berlin"
HOUR = np.timedelta64(3600, "s")
AUTUMN, SPRING = "2024-10-27", "2024-03-31"
MIDNIGHT = {  # in UTC, of days in Berlin
    "2024-10-26": "2024-10-25T22", AUTUMN: "2024-10-26T22", "2024-10-28": "2024-10-27T23",
    "2024-03-30": "2024-03-29T23", SPRING: "2024-03-30T23", "2024-04-01": "2024-03-31T22",
}  # fmt: skip
AUTUMN_DAYS = {"2024-10-26": 24, AUTUMN: 25, "2024-10-28": 24}
SPRING_DAYS = {"2024-03-30": 24, SPRING: 23, "2024-04-01": 24}
Rows = list[tuple[str, int, float]]


def read(path: Path, **options: object) -> SeriesReading:
    return read_series(path, ImportOptions.from_json(options))


def rows_of(days: dict[str, int], first: int = 1, minutes: int = 60) -> Rows:
    """Return day, number and value of each step of days with so many hours."""
    steps = [(day, n) for day, hours in days.items() for n in range(hours * 60 // minutes)]
    return [(day, first + n, float(row)) for row, (day, n) in enumerate(steps)]


def listed(path: Path, rows: Rows, name: str = "Stunde") -> Path:
    """Write a row for each step."""
    path.write_text(f"Datum;{name};kW\n" + "".join(f"{d};{n};{v}\n" for d, n, v in rows))
    return path


def matrix(path: Path, days: dict[str, int], first: int = 1) -> Path:
    """Write a row for each day, with 25 columns."""
    head = ";".join(["Datum", *(str(first + n) for n in range(25))])
    lines = [
        ";".join([day, *(f"{1000 * row + n}.5" if n < hours else "" for n in range(25))])
        for row, (day, hours) in enumerate(days.items())
    ]
    path.write_text("\n".join([head, *lines, ""]))
    return path


def times_of(reading: SeriesReading) -> np.ndarray:
    return reading.times.astype("datetime64[us]")


def expected(days: dict[str, int], minutes: int = 60) -> np.ndarray:
    """Return UTC of each step, counted through each day."""
    step = np.timedelta64(minutes, "m")
    return np.concatenate(
        [
            np.datetime64(MIDNIGHT[day], "us") + step * np.arange(hours * 60 // minutes)
            for day, hours in days.items()
        ]
    )


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize(
    ("minutes", "name"), [(60, "Stunde"), (30, "Intervall"), (15, "Viertelstunde")]
)
def test_steps_are_counted_through_a_day_of_25_hours(
    tmp_path: Path, first: int, minutes: int, name: str
) -> None:
    rows = rows_of(AUTUMN_DAYS, first, minutes)
    reading = read(listed(tmp_path / "load.csv", rows, name), timezone=BERLIN)
    assert np.array_equal(times_of(reading), expected(AUTUMN_DAYS, minutes))
    assert reading.values[:, 0].tolist() == [value for *_, value in rows]
    said = {one.kind: one for one in reading.findings}
    assert (said["elapsed_steps"].column, "dst_fold" in said, "gap" in said) == (2, False, False)


def test_the_day_of_23_hours_is_counted_in_the_same_way(tmp_path: Path) -> None:
    days = SPRING_DAYS | AUTUMN_DAYS
    reading = read(listed(tmp_path / "load.csv", rows_of(days)), timezone=BERLIN)
    assert np.array_equal(times_of(reading), expected(days))


def test_a_day_of_25_hours_far_behind_the_sample_is_counted_too(tmp_path: Path) -> None:
    days = {str(np.datetime64("2022-01-01") + n): 24 for n in range(800)}
    days |= {"2022-10-30": 25, "2023-10-29": 25, "2022-03-27": 23, "2023-03-26": 23}
    reading = read(listed(tmp_path / "load.csv", rows_of(days)), timezone=BERLIN)
    steps = np.diff(times_of(reading))
    assert len(steps) == sum(days.values()) - 1
    assert (steps == HOUR).all()


@pytest.mark.parametrize("first", [0, 1])
def test_columns_are_counted_through_a_day_of_25_hours(tmp_path: Path, first: int) -> None:
    days = SPRING_DAYS | AUTUMN_DAYS
    reading = read(matrix(tmp_path / "days.csv", days, first), timezone=BERLIN)
    assert np.array_equal(times_of(reading), expected(days))
    values = [1000 * row + n + 0.5 for row, hours in enumerate(days.values()) for n in range(hours)]
    assert reading.values[:, 0].tolist() == values
    assert {"day_matrix", "elapsed_steps"} <= {one.kind for one in reading.findings}


@pytest.mark.parametrize(
    ("write", "days", "row", "column"),
    [
        (listed, AUTUMN_DAYS | {"2024-10-28": 25}, 75, 2),
        (matrix, AUTUMN_DAYS | {"2024-10-28": 25}, 4, 26),
        (listed, AUTUMN_DAYS | {SPRING: 24}, 98, 2),
        (matrix, AUTUMN_DAYS | {SPRING: 24}, 5, 25),
    ],
)
def test_an_hour_that_its_day_does_not_have_is_refused_at_its_place(
    tmp_path: Path, write, days: dict[str, int], row: int, column: int
) -> None:
    path = tmp_path / "load.csv"
    write(path, days if write is matrix else rows_of(days))
    with pytest.raises(UnreadableTable) as caught:
        read(path, timezone=BERLIN)
    fault = caught.value
    assert (fault.kind, fault.row, fault.column) == ("step_beyond_day", row, column)
    assert f"hours in {BERLIN}" in fault.message


def test_rows_behind_the_end_of_their_day_are_left_out_where_it_is_chosen(tmp_path: Path) -> None:
    path = listed(tmp_path / "load.csv", rows_of(AUTUMN_DAYS | {"2024-10-28": 25}))
    reading = read(path, timezone=BERLIN, skip_unreadable=True)
    assert np.array_equal(times_of(reading), expected(AUTUMN_DAYS))
    assert next(one for one in reading.findings if one.kind == "skipped_row").rows == (75,)


@pytest.mark.parametrize("write", [listed, matrix])
def test_without_a_time_zone_it_is_a_question_and_in_utc_no_day_has_25_hours(
    tmp_path: Path, write
) -> None:
    path = tmp_path / "load.csv"
    write(path, AUTUMN_DAYS if write is matrix else rows_of(AUTUMN_DAYS))
    reading = read(path)
    assert (reading.outcome, len(reading.times)) == ("ask", 0)
    assert [(one.kind, one.field, one.choices) for one in reading.questions] == [
        ("timezone_unknown", "timezone", ())
    ]
    for zone in ("UTC", "+01:00"):
        with pytest.raises(UnreadableTable) as caught:
            read(path, timezone=zone)
        assert f"2024-10-27 has 24 hours in {zone}" in caught.value.message
    with pytest.raises(Invalid):
        read(path, timezone="Berlin")


def test_a_25th_column_that_is_empty_asks_nothing(tmp_path: Path) -> None:
    reading = read(matrix(tmp_path / "summer.csv", {"2024-07-01": 24, "2024-07-02": 24}))
    assert (reading.questions, len(reading.times)) == ((), 48)


def test_counted_from_0_a_24_on_every_day_is_its_end(tmp_path: Path) -> None:
    """The first row is the midnight before; then 24 closes each day."""
    days = [f"2024-10-{day}" for day in (26, 27, 28)]
    rows = [(days[0], 0, 0.0)] + [(day, n, float(n)) for day in days for n in range(1, 25)]
    reading = read(listed(tmp_path / "ends.csv", rows))
    assert np.array_equal(
        times_of(reading), np.datetime64("2024-10-26", "us") + HOUR * np.arange(73)
    )
    assert {"time_24_00", "interval_end_suspected"} <= {one.kind for one in reading.findings}


def test_year_month_day_and_an_hour_of_25_in_columns_of_their_own(tmp_path: Path) -> None:
    lines = [f"{day.replace('-', ';')};{n};{v}\n" for day, n, v in rows_of(AUTUMN_DAYS)]
    path = tmp_path / "parts.csv"
    path.write_text("Jahr;Monat;Tag;Stunde;kW\n" + "".join(lines))
    assert np.array_equal(times_of(read(path, timezone=BERLIN)), expected(AUTUMN_DAYS))


def test_pressures_beside_a_date_are_no_times_of_day(tmp_path: Path) -> None:
    path = tmp_path / "pressure.csv"
    hours = [f"2024-07-0{1 + n // 24};{1 + n % 24};{1000 + n}\n" for n in range(48)]
    path.write_text("Date;Hour;hPa\n" + "".join(hours))
    reading = read(path)
    assert (len(reading.times), [one.name for one in reading.series]) == (48, ["hPa"])
    path.write_text("Date;hPa\n" + "".join(f"2024-07-{n:02};{1000 + n}.5\n" for n in range(1, 31)))
    daily = read(path)
    assert (len(daily.times), daily.series[0].min) == (30, 1001.5)
