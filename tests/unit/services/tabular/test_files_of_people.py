"""Files as people have them, beside the 94 case files: meters, portals, weather, spreadsheets.

``expected.json`` says of each what is right; it has the form of that of the case files.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from app.errors import Invalid
from services.tabular.errors import UnreadableTable
from services.tabular.number_evidence import NumberForm, body_of
from services.tabular.numbers import numbers_of
from services.tabular.options import ImportOptions
from services.tabular.read import read_series
from services.tabular.reading import SeriesReading
from tests.unit.services.tabular.test_case_files import check_findings, check_form, check_statistics

FOLDER = Path(__file__).resolve().parents[3] / "cases" / "tabular"
CASES: dict[str, dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text())["files"]
HEAD = "time;kW\n"
MANY = 40_000


def read(path: Path, hints: dict[str, Any] | None = None) -> SeriesReading:
    return read_series(path, ImportOptions.from_json(hints))


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name]["outcome"] != "error"])
def test_a_file_is_understood_as_expected(name: str) -> None:
    case = CASES[name]
    reading = read(FOLDER / name, case.get("hints"))
    assert reading.outcome == case["outcome"]
    check_form(reading, case)
    check_statistics(reading, case)
    check_findings(reading, case)
    found = {finding.kind for finding in reading.findings if finding.warns}
    expected = {one["kind"] for one in case["findings"]}
    assert found <= expected | {"text_column", "time_column_found"}


@pytest.mark.parametrize("name", [name for name in CASES if CASES[name]["outcome"] == "error"])
def test_a_file_is_refused_at_its_place(name: str) -> None:
    error = CASES[name]["error"]
    with pytest.raises(UnreadableTable) as caught:
        read(FOLDER / name, CASES[name].get("hints"))
    fault = caught.value
    assert (fault.kind, fault.row, fault.column) == (error["kind"], error["row"], error["column"])
    assert error["what"] in fault.message


def minutes(number: int) -> str:
    return f"2024-01-{1 + number // 1440:02}T{number // 60 % 24:02}:{number % 60:02}:00Z"


def written(path: Path, values: dict[int, str], separator: str = ";") -> Path:
    """Write 40,000 rows of whole numbers, and others at the rows named."""
    rows = (f"{minutes(n)}{separator}{values.get(n, str(n % 300))}\n" for n in range(MANY))
    path.write_text(HEAD.replace(";", separator) + "".join(rows))
    return path


@pytest.mark.parametrize("place", [2500, MANY - 10])
def test_a_decimal_comma_is_known_however_late_it_comes(place: int, tmp_path: Path) -> None:
    reading = read(written(tmp_path / "a.csv", {place: "7,25"}))
    assert (reading.dialect.decimal, reading.series[0].numeric_rows) == (",", MANY)


def test_a_late_number_that_can_be_read_in_two_ways_is_a_question(tmp_path: Path) -> None:
    reading = read(written(tmp_path / "a.csv", {MANY - 10: "7,250"}, "\t"))
    assert [question.field for question in reading.questions] == ["thousands"]


def test_late_numbers_with_both_marks_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", {30_001: "7,25", MANY - 10: "7.25"})
    with pytest.raises(UnreadableTable, match=r"Row 3000\d, column 2"):
        read(path)


def test_the_answer_that_there_are_no_thousands_settles_the_marks(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEAD.replace(";", "\t") + f"{minutes(0)}\t1,100\n" * 3)
    reading = read(tmp_path / "a.csv", {"thousands": "", "duplicates": "first"})
    assert (reading.dialect.decimal, reading.series[0].max) == (",", 1.1)


@pytest.mark.parametrize(
    ("cell", "kind", "place"),
    [("7" * 19_000_000, "line_too_long", (2, None)), ('"3', "unclosed_quote", (2, 2))],
)
def test_a_first_row_without_end_is_named(
    cell: str, kind: str, place: tuple[int, int | None], tmp_path: Path
) -> None:
    rows = "".join(f"{minutes(n)};3\n" for n in range(1, 30_000))
    (tmp_path / "a.csv").write_text(f"{HEAD}{minutes(0)};{cell}\n{rows}")
    with pytest.raises(UnreadableTable) as caught:
        read(tmp_path / "a.csv")
    assert (caught.value.kind, (caught.value.row, caught.value.column)) == (kind, place)


def test_a_reading_that_begins_anew_each_day_is_that_of_a_meter(tmp_path: Path) -> None:
    rows = "".join(f"{minutes(60 * hour)};{hour % 24 * 0.4:g}\n" for hour in range(24 * 28))
    (tmp_path / "a.csv").write_text(HEAD + rows)
    findings = {one.kind: one.count for one in read(tmp_path / "a.csv").findings}
    assert findings["counter_reset"] == 27


LONG = "site;quantity;time;value\n" + "".join(
    f"{site};{quantity};{minutes(60 * hour)};{hour}.{place}\n"
    for hour in range(24)
    for place, (site, quantity) in enumerate((s, q) for s in "AB" for q in "PQ")
)


def test_columns_that_name_a_series_together_are_offered_and_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(LONG)
    (question,) = read(tmp_path / "a.csv").questions
    assert question.choices == (("site", "quantity"),)
    reading = read(tmp_path / "a.csv", dict(question.alternatives[0]))
    assert [one.name for one in reading.series] == ["A · P", "A · Q", "B · P", "B · Q"]
    assert [one.max for one in reading.series] == [23.0, 23.1, 23.2, 23.3]


@pytest.mark.parametrize("key", [["site"], ["site", "site"], ["site", "no"], ["site", 9], []])
def test_keys_that_do_not_fit_are_refused(key: list[object], tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(LONG)
    with pytest.raises(Invalid, match="series_key"):
        read(tmp_path / "a.csv", {"series_key": key})


def test_codes_that_a_person_names_are_gaps(tmp_path: Path) -> None:
    rows = "".join(f"{minutes(n)};{-999 if n % 4 else n}\n" for n in range(80))
    (tmp_path / "a.csv").write_text(HEAD + rows)
    (found,) = (one for one in read(tmp_path / "a.csv").findings if one.kind == "outlier")
    assert (found.option, found.details["codes"]) == ("missing_codes", [-999.0])
    reading = read(tmp_path / "a.csv", {"missing_codes": found.details["codes"]})
    assert (reading.series[0].numeric_rows, reading.series[0].min) == (20, 0)


@pytest.mark.parametrize("codes", ["-999", [True], ["x"], [float("inf")], [0] * 21, 3])
def test_codes_that_are_none_are_refused(codes: object) -> None:
    with pytest.raises(Invalid, match="missing_codes"):
        ImportOptions.from_json({"missing_codes": codes})


def test_one_of_a_kind_is_said_in_the_singular(tmp_path: Path) -> None:
    rows = [f"2024-01-01 {hour:02}:00;{value}" for hour, value in enumerate((1, 2, 3, "", 5, 6))]
    rows[1:1] = ["# pause", "2024-01-01 00:00;1"]
    rows += ["2024-01-01 09:00;9"]
    path = tmp_path / "one.csv"
    path.write_text("\n".join(["time;kW", *rows, ""]))
    messages = {one.kind: one.message for one in read(path).findings}
    assert messages["duplicate_time"] == "1 row has a time that was there before."
    assert messages["comment_lines"] == "1 line is a comment."
    assert messages["gap"] == "1 gap is longer than 1.5 steps."
    assert messages["missing_values"] == "1 cell is empty or no finite number; it is a gap."


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("(12,5)", -12.5), ("( 1.234,50 )", -1234.5), ("(12,5) €", -12.5), ("€ (3,5)", -3.5),
        ("(3,5 €)", -3.5), ("(12,5 %)", -12.5), ('="(4,5)"', -4.5), ("(2)", -2.0), ("(0)", 0.0),
        ("12,5 (kW)", 12.5),  # a unit
        # a sign beside parentheses: nobody knows which way it is meant
        ("(-3)", None), ("-(3)", None), ("+(3)", None), ("(3-)", None), ("(\u22124)", None),
        ("(3", None), ("3)", None), ("((3))", None), ("()", None), ("(a)", None),
    ],
)  # fmt: skip
def test_a_number_in_parentheses_is_negative_as_in_accounting(
    cell: str, value: float | None
) -> None:
    form = NumberForm(",")
    numbers = numbers_of(pl.Series(["1,5", cell]), form)
    assert numbers.values[0] == 1.5
    assert numbers.values[1] == value or (value is None and np.isnan(numbers.values[1]))
    assert (body_of(cell) is not None) == (value is not None)
    assert numbers.accounting.tolist() == (
        [1] if ("(" in cell and value and value < 0) or cell == "(0)" else []
    )
    assert not np.signbit(numbers.values[1]) or value


def test_a_reading_says_where_numbers_stand_in_parentheses(tmp_path: Path) -> None:
    rows = {1: "(1.234,5)", 3: "(7)", 39_000: "(0,5)"}
    reading = read(written(tmp_path / "ledger.csv", {0: "5,25"} | rows))
    said = next(one for one in reading.findings if one.kind == "accounting_negatives")
    assert (said.column, said.count, said.rows, said.warns) == (2, 3, (3, 5, 39_002), False)
    assert reading.values[[1, 3, 39_000], 0].tolist() == [-1234.5, -7.0, -0.5]
