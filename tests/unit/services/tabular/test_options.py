"""Import options: each bad value is refused with its field, the value and what would be right."""

from pathlib import Path

import pytest

from app.errors import Invalid
from services.tabular.options import ImportOptions
from services.tabular.read import read_series


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timezone", "Mars/Olympus"),
        ("timezone", 1),
        ("timezone", "+25:00"),
        ("decimal", ";"),
        ("thousands", "x"),
        ("date_order", "dmy"),
        ("series_key", 0),
        ("series_key", ""),
        ("series_key", True),
        ("label_position", "middle"),
        ("duplicates", "newest"),
        ("skip_unreadable", "yes"),
        ("separator", "::"),
        ("encoding", "utf-99"),
        ("encoding", "rot13"),
        ("encoding", "zip"),
        ("columns", [0]),
        ("columns", [2, 2]),
        ("columns", "2"),
        ("differences", [True]),
        ("time_column", 10**9),
        ("colour", "red"),
    ],
)
def test_a_bad_value_is_refused_with_its_field_and_the_choices(field: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        ImportOptions.from_json({field: value})
    assert field in refused.value.errors
    assert repr(value)[:20] in refused.value.detail
    assert "it must be" in refused.value.detail


@pytest.mark.parametrize("body", [[], "x", 3])
def test_options_that_are_no_object_are_refused(body: object) -> None:
    with pytest.raises(Invalid, match="must be an object"):
        ImportOptions.from_json(body)


def test_a_mark_cannot_part_both_decimals_and_thousands() -> None:
    with pytest.raises(Invalid, match="another mark"):
        ImportOptions(decimal=",", thousands=",")


def test_options_survive_json() -> None:
    options = ImportOptions(
        timezone="Europe/Vienna",
        decimal=",",
        thousands=".",
        date_order="day_first",
        series_key="meter",
        label_position="end",
        duplicates="last",
        skip_unreadable=True,
        separator=";",
        encoding="cp1252",
        columns=(2, 3),
        differences=(3,),
        time_column=1,
    )
    assert ImportOptions.from_json(options.to_json()) == options
    assert ImportOptions.from_json(None) == ImportOptions()
    assert ImportOptions().to_json() == {}


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (ImportOptions(columns=(9,)), "columns"),
        (ImportOptions(columns=(1,)), "columns"),
        (ImportOptions(series_key="meter"), "series_key"),
        (ImportOptions(series_key=9), "series_key"),
        (ImportOptions(differences=(7,)), "differences"),
    ],
)
def test_an_option_that_does_not_fit_the_file_is_refused(
    tmp_path: Path, options: ImportOptions, field: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_text("UTC;kW\n2024-01-01 00:00;1.5\n2024-01-01 00:15;2.5\n")
    with pytest.raises(Invalid) as refused:
        read_series(path, options)
    assert field in refused.value.errors
