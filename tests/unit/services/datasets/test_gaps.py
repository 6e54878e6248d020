"""Gaps, categories and censored values of a table: what was chosen is done, counted and kept."""

from pathlib import Path

import numpy as np
import pytest

from services.datasets.canonical import Rows, read_table
from services.datasets.limits import InspectionLimits
from services.datasets.types import ColumnSchema, DatasetSummary, ReaderOptions
from tests.unit.services.datasets.reading import messages, read, refusal

LAB = (
    b"patientId,crp,ward,smoker,Target\n"
    b"p1,3.5,007,yes,0\np2,NA,2B,no,1\np3,<5,007,yes,0\np4,120,2B,No,1\np5,,2B,no,0\n"
)


def of(folder: Path, **options: object) -> tuple[DatasetSummary, Rows, dict[str, list[float]]]:
    summary = read("table", LAB, folder, ReaderOptions(**options))  # type: ignore[arg-type]
    with (folder / "canonical").open("rb") as file:
        rows, x, names = read_table(file, summary.classes)
    return summary, rows, {name: x[:, place].tolist() for place, name in enumerate(names)}


def column(summary: DatasetSummary, name: str) -> ColumnSchema:
    return next(one for one in summary.column_schema if one.name == name)


def test_gaps_are_kept_for_each_training_to_fill(tmp_path: Path) -> None:
    summary, rows, x = of(tmp_path, missing_features={"*": "median"}, censored={"crp": "limit"})
    assert rows.fills == {"crp": "median"}
    assert np.isnan(x["crp"]).tolist() == [False, True, False, False, True]
    assert x["crp"][2] == 5
    assert "Column 'crp': 2 missing cells are filled" in " ".join(summary.notes)
    crp = column(summary, "crp")
    assert (crp.missing, crp.missing_choice, crp.censored, crp.censored_choice) == (
        2, "median", 1, "limit",
    )  # fmt: skip


@pytest.mark.parametrize(("choice", "value"), [("limit", 5.0), ("half", 2.5)])
def test_a_limit_counts_as_chosen(choice: str, value: float, tmp_path: Path) -> None:
    _, _, x = of(tmp_path, missing_features={"*": "mode"}, censored={"*": choice})
    assert x["crp"][2] == value


def test_a_limit_may_count_as_missing(tmp_path: Path) -> None:
    _, _, x = of(tmp_path, missing_features={"*": "mode"}, censored={"*": "missing"})
    assert np.isnan(x["crp"]).sum() == 3


def test_a_censored_value_and_a_gap_are_refused_with_their_choices(tmp_path: Path) -> None:
    fault = refusal("table", LAB, tmp_path)
    assert "Row 4, column 'crp': '<5' says a limit only (a censored value)" in messages(fault)
    assert {"missing_features", "censored", "missing_rows"} <= set(fault.errors)


def test_rows_or_the_column_can_be_left_out(tmp_path: Path) -> None:
    rows_left, _, x = of(tmp_path, missing_features={"*": "drop_rows"}, censored={"*": "limit"})
    assert (rows_left.num_rows, x["crp"]) == (3, [3.5, 5, 120])
    without, _, x = of(tmp_path, missing_features={"crp": "drop_column"}, censored={"*": "limit"})
    assert (without.num_rows, list(x), column(without, "crp").role) == (5, ["smoker"], "ignored")
    assert "Column 'crp' is left out of the dataset: 2 of its cells are missing." in without.notes


def test_categories_stay_as_they_are_written(tmp_path: Path) -> None:
    summary, rows, _ = of(
        tmp_path, category_columns=("ward",), missing_features={"crp": "drop_column"}
    )
    assert rows.categories == {"ward": ["007", "2B", "007", "2B", "2B"]}
    assert (summary.num_features, summary.columns) == (2, [])
    ward = column(summary, "ward")
    assert (ward.role, ward.is_category, ward.values, ward.counts) == (
        "feature", True, ["007", "2B"], [2, 3],
    )  # fmt: skip


def test_yes_and_no_are_one_and_zero(tmp_path: Path) -> None:
    summary, _, x = of(tmp_path, missing_features={"crp": "drop_column"})
    assert x["smoker"] == [1, 0, 1, 0, 0]
    assert "Yes and No are read as 1 and 0: 'smoker'." in summary.notes


def test_a_table_of_categories_alone_is_enough(tmp_path: Path) -> None:
    data = b"colour,Target\nred,0\nblue,1\n,1\n"
    options = ReaderOptions(category_columns=("colour",), missing_features={"*": "median"})
    assert read("table", data, tmp_path, options).num_features == 1
    with (tmp_path / "canonical").open("rb") as file:
        rows, x, _ = read_table(file, ("0", "1"))
    assert (rows.fills, rows.categories, x.shape) == (
        {"colour": "mode"}, {"colour": ["red", "blue", ""]}, (3, 0),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "field", "said"),
    [
        ({"missing_features": {"cpr": "median"}}, "missing_features", "Did you mean 'crp'?"),
        ({"censored": {"x": "half"}}, "censored", "There is no column 'x'"),
        ({"category_columns": ("wart",)}, "category_columns", "Did you mean 'ward'?"),
        ({"category_columns": ("Target",)}, "category_columns", "has another role too"),
        (
            {"category_columns": ("ward",), "missing_features": {"ward": "median"}},
            "missing_features",
            "which have no median",
        ),
    ],
)
def test_a_choice_that_fits_no_column_is_refused_under_its_field(
    options: dict[str, object], field: str, said: str, tmp_path: Path
) -> None:
    fault = refusal("table", LAB, tmp_path, options=ReaderOptions(**options))  # type: ignore[arg-type]
    assert said in fault.errors[field][0]


def test_an_id_is_no_category(tmp_path: Path) -> None:
    data = "id,Target\n" + "".join(f"k{i},{i % 2}\n" for i in range(40))
    options = ReaderOptions(category_columns=("id",))
    fault = refusal("table", data.encode(), tmp_path, options=options)
    assert "looks like an id" in fault.errors["category_columns"][0]
    few = InspectionLimits(categories=3)
    data = "c,Target\n" + "".join(f"k{i % 4},{i % 2}\n" for i in range(40))
    options = ReaderOptions(category_columns=("c",), keep_duplicates=True)
    fault = refusal("table", data.encode(), tmp_path, options=options, limits=few)
    assert "at most 3" in fault.errors["category_columns"][0]


def test_the_same_cells_read_in_two_ways_are_two_contents(tmp_path: Path) -> None:
    median, _, _ = of(tmp_path, missing_features={"*": "median"}, censored={"*": "limit"})
    mode, _, _ = of(tmp_path, missing_features={"*": "mode"}, censored={"*": "limit"})
    assert median.sha256 != mode.sha256
