"""The 94 case files: everything that ``expected.json`` says of each is what the reader finds."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.tabular.errors import UnreadableTable
from services.tabular.options import ImportOptions
from services.tabular.read import read_series
from services.tabular.reading import SeriesReading, iso

FOLDER = Path(__file__).resolve().parents[3] / "cases" / "training" / "csv"
CASES: dict[str, dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text())["files"]

# our kinds of findings, questions and errors by the pack's words, where they differ
OURS = {"thousands_ambiguous": "thousands_ambiguous", "many_series": "many_series"}
STEPS = {
    "median_min": "median",
    "min_min": "min",
    "mean_min": "mean",
    "max_min": "max",
    "offset": "offset",
    "offset_by_median": "offset_by_median",
}


def read(name: str, hints: dict[str, Any] | None) -> SeriesReading:
    return read_series(FOLDER / name, ImportOptions.from_json(hints))


def moment(microseconds: int | None) -> str:
    assert microseconds is not None
    text = iso(microseconds).removesuffix("Z").replace("T", " ")
    return text[:-3] if "." in text else text


@pytest.mark.parametrize("name", CASES)
def test_a_case_file_is_understood_as_expected(name: str) -> None:
    case = CASES[name]
    if case["outcome"] == "error" and "also_accepted" not in case:
        check_error(name, case)
        return
    if "also_accepted" in case:
        case = {**case, **case["also_accepted"], **case["also_accepted"].get("expect", {})}
        if name.startswith(("048", "094")):  # of the two right answers, these are refused
            check_error(name, CASES[name])
            return
    reading = read(name, case.get("hints"))
    assert reading.outcome == case["outcome"]
    check_form(reading, case)
    check_statistics(reading, case)
    check_findings(reading, case)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "resolved" in case])
def test_an_answer_settles_what_the_file_leaves_open(name: str) -> None:
    for answer in CASES[name]["resolved"]:
        reading = read(name, answer["hints"])
        assert reading.outcome in ("ok", "findings")
        check_statistics(reading, answer["expect"])


def check_error(name: str, case: dict[str, Any]) -> None:
    with pytest.raises(UnreadableTable) as caught:
        read(name, case.get("hints"))
    error = case["error"]
    assert caught.value.kind in (error["kind"], *error.get("also_accepted", ()))
    assert (caught.value.row, caught.value.column) == (error["row"], error["column"])
    if "what" in error:
        assert error["what"] in caught.value.message


def check_form(reading: SeriesReading, case: dict[str, Any]) -> None:
    for field, value in case.get("dialect", {}).items():
        if field == "newline" and reading.outcome == "ask":
            continue
        if field != "first_name":
            assert getattr(reading.dialect, field) == value, field
    if "time" in case:
        assert reading.time is not None
        time = {"end_column": None, **case["time"], "columns": tuple(case["time"]["columns"])}
        for field, value in time.items():
            assert getattr(reading.time, field) == value, field


def check_statistics(reading: SeriesReading, case: dict[str, Any]) -> None:
    for field in ("rows", "first_data_row", "last_data_row", "order", "out_of_order_rows"):
        if field in case:
            assert getattr(reading, field) == case[field], field
    if "utc_min" in case:
        assert moment(reading.utc_min) == case["utc_min"]
        assert moment(reading.utc_max) == case["utc_max"]
    if "duplicates" in case:
        assert case["duplicates"] == {
            "rows": reading.duplicate_rows,
            "times": reading.duplicate_times,
            "conflicting_times": reading.conflicting_times,
        }
    check_steps(reading, case)
    check_series(reading, case)
    if "head" in case:
        assert [[moment(time), cells[0]] for time, cells in reading.head] == case["head"]


def check_steps(reading: SeriesReading, case: dict[str, Any]) -> None:
    if case.get("step"):
        assert reading.step is not None
        for theirs, ours in STEPS.items():
            assert getattr(reading.step, ours) == pytest.approx(case["step"][theirs]), ours
    if case.get("gaps") is not None:
        gaps = [
            {"after": moment(gap.after), "before": moment(gap.before), "missing": gap.missing}
            for gap in reading.gaps
        ]
        assert gaps == case["gaps"]
        assert reading.gap_count == len(gaps)


def check_series(reading: SeriesReading, case: dict[str, Any]) -> None:
    if "series" not in case:
        return
    assert [series.column for series in reading.series] == [one["column"] for one in case["series"]]
    assert reading.values.shape == (len(reading.times), len(reading.series))
    for series, expected in zip(reading.series, case["series"], strict=True):
        for field, value in expected.items():
            found = getattr(series, field)
            assert found == (pytest.approx(value, abs=1e-6) if field == "sum" else value), field


def check_findings(reading: SeriesReading, case: dict[str, Any]) -> None:
    found = [*reading.findings, *reading.questions]
    for expected in case.get("findings", ()):
        kind = OURS.get(expected["kind"], expected["kind"])
        column = expected.get("column")
        matches = [f for f in found if f.kind == kind and column in (None, f.column)]
        assert matches, f"{kind} is not reported"
        finding = matches[0]
        details = getattr(finding, "details", {})
        for field, value in expected.items():
            if field == "rows" and isinstance(value, list):
                assert list(finding.rows) == value
            elif field in ("row", "count"):
                assert getattr(finding, field) == value
            elif field in ("from", "to"):
                assert details[field] == value.replace(" ", "T") + "Z"
            elif field in ("rows", "value"):
                assert details[field] == value
