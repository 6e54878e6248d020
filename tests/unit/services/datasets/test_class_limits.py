"""A target of measurements, divided into classes at limits that a person chose."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.preprocessing import KBinsDiscretizer

from harness.archives import image_rows, image_zip
from services.datasets.inspection.class_limits import class_names, encode_by_limits
from services.datasets.inspection.csv_text import ROW
from services.datasets.inspection.faults import UploadError
from services.datasets.inspection.table import inspect_table, preview_table
from services.datasets.limits import InspectionLimits
from services.datasets.types import DatasetSummary, ReaderOptions
from tests.support.depth import examples
from tests.unit.services.datasets.reading import read as read_upload

LIMITS = InspectionLimits()
AT_A_SITE = InspectionLimits(fewest_classes=1)


def measured(cells: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"hba1c": cells, ROW: range(2, len(cells) + 2)})


def read(text: str, folder: Path, limits: InspectionLimits = LIMITS, **options) -> DatasetSummary:
    source = folder / "table.csv"
    source.write_text(text, encoding="utf-8")
    return inspect_table(source, folder / "rows.parquet", ReaderOptions(**options), limits)


def test_classes_between_limits_are_golden() -> None:
    notes: list[str] = []
    cells = ["6.99", "7", "7.0", "9.999", "10", "12", "-3"]
    y, classes = encode_by_limits(measured(cells), "hba1c", [7, 10], LIMITS, notes)
    assert classes == ["<7", "7 … <10", "≥10"]
    assert y.tolist() == [0, 1, 1, 1, 2, 2, 0]
    assert notes == [
        "Column 'hba1c' is a measurement, divided into classes; rows: '<7' 2, '7 … <10' 3, '≥10' 2."
    ]


@given(
    st.lists(st.integers(-50, 50), min_size=2, max_size=5, unique=True),
    st.lists(st.floats(-60, 60), min_size=1, max_size=20),
)
@settings(max_examples=examples(25))
def test_classes_are_those_of_scikit_learn(edges: list[int], values: list[float]) -> None:
    edges, judge = sorted(edges), KBinsDiscretizer(len(edges) + 1, encode="ordinal")
    judge.bin_edges_ = [np.array([-np.inf, *edges, np.inf])]
    judge.n_bins_, judge.n_features_in_ = np.array([len(edges) + 1]), 1
    expected = judge.transform(np.array(values)[:, None])[:, 0].astype(int)
    frame = measured([repr(value) for value in values])
    y, classes = encode_by_limits(frame, "hba1c", edges, AT_A_SITE, None)
    names = class_names(edges)
    assert [classes[place] for place in y] == [names[place] for place in expected]


def test_a_class_without_a_row_is_refused_here_and_left_to_others_at_a_site() -> None:
    frame = measured(["1", "2", "30"])
    with pytest.raises(UploadError, match="no row in the class '5 … <20'; its values are from 1"):
        encode_by_limits(frame, "hba1c", [5, 20], LIMITS, None)
    y, classes = encode_by_limits(frame, "hba1c", [5, 20], AT_A_SITE, None)
    assert (y.tolist(), classes) == ([0, 0, 1], ["<5", "≥20"])


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ([7, 7], "has 7 after 7; each limit must be above"),
        ([7.5, 1], "has 1 after 7.5"),
        ([float("nan")], "no finite number"),
        (list(range(100)), "has 100 limits; at most 99"),
    ],
)
def test_limits_that_make_no_classes_are_refused(chosen: list[float], said: str) -> None:
    with pytest.raises(UploadError, match=said) as caught:
        encode_by_limits(measured(["1", "9"]), "hba1c", chosen, LIMITS, None)
    assert list(caught.value.errors) == ["class_limits"]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["a", "b", "8"], "Column 'hba1c' holds texts, which class_limits cannot divide"),
        (["6", "9", "high"], "Row 4, column 'hba1c': 'high' is not a number"),
        (["6", "9", "<5"], "Row 4, column 'hba1c': '<5' says a limit only"),
    ],
)
def test_cells_that_are_no_numbers_are_named(cells: list[str], said: str) -> None:
    with pytest.raises(UploadError, match=said):
        encode_by_limits(measured(cells), "hba1c", [7], LIMITS, None)


def test_a_table_is_read_with_the_marks_of_its_file(tmp_path: Path) -> None:
    text = "age;hba1c\n" + "".join(
        f"{20 + n};{5 + n / 4:.2f}\n".replace(".", ",") for n in range(24)
    )
    summary = read(text, tmp_path, target_column="hba1c", class_limits=[7, 10])
    assert summary.class_distribution == {"<7": 8, "7 … <10": 12, "≥10": 4}
    (target,) = [one for one in summary.column_schema if one.role == "target"]
    assert (target.type, target.low, target.high) == ("number", 5.0, 10.75)


def test_a_limit_such_as_5_counts_as_it_was_chosen(tmp_path: Path) -> None:
    text = "age,crp\n20,<5\n30,8\n40,50\n50,<5\n"
    summary = read(text, tmp_path, target_column="crp", class_limits=[5], censored={"crp": "half"})
    assert summary.class_distribution == {"<5": 2, "≥5": 2}


def test_a_measurement_of_images_is_divided_too(tmp_path: Path) -> None:
    rows = [{**row, "Target": 40 + 10 * n} for n, row in enumerate(image_rows())]
    summary = read_upload("images", image_zip(rows), tmp_path, ReaderOptions(class_limits=[60]))
    assert summary.class_distribution == {"<60": 2, "≥60": 2}


def test_a_preview_shows_a_target_of_measurements_as_numbers(tmp_path: Path) -> None:
    source = tmp_path / "table.csv"
    source.write_text("age,Target\n" + "".join(f"{n},{n / 8}\n" for n in range(30)))
    _, schema, _ = preview_table(source, ReaderOptions(), LIMITS)
    assert [(one.name, one.type, one.role) for one in schema] == [
        ("age", "number", "feature"),
        ("Target", "number", "target"),
    ]


def test_many_numbers_that_are_taken_for_classes_are_noted(tmp_path: Path) -> None:
    text = "a,Target\n" + "".join(f"{n},{n % 25}\n" for n in range(100))
    (note,) = [one for one in read(text, tmp_path).notes if "class_limits" in one]
    assert note.startswith("Column 'Target' holds 25 different numbers, each a class of its own.")
