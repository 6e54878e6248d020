"""Stored forecasts from a file to samples: the newest issued at or before the reference time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.storage.memory import MemoryStore
from services.forecasting.training.prepare import prepare
from services.tabular.errors import UnreadableTable
from services.tabular.options import ImportOptions
from services.tabular.read import read_series, read_series_to_parquet
from tests.support.depth import examples

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
HOUR = 3_600_000_000
STEPS = {"eingabe": 3, "ausgabe": 3, "zeitschrittweite": 60, "offset": 0}
SPLIT = {"trainPercentage": 60, "valPercentage": 20, "testPercentage": 20}
AHEAD = {"zeithorizont_start": 1, "zeithorizont_end": 3}
ISSUED = ImportOptions(issue_column=1)
HOURS = 60


def stamp(hour: int) -> str:
    return f"{BEGIN + timedelta(hours=hour):%Y-%m-%d %H:%M:%S}"


def forecast_text(forecasts: dict[tuple[int, int], float]) -> str:
    rows = [f"{stamp(issue)};{stamp(time)};{value}" for (issue, time), value in forecasts.items()]
    return "\n".join(["issued;valid;temperature", *rows, ""])


def every(hours: int) -> dict[tuple[int, int], float]:
    """Return forecasts of every hour for the next eight; each value says when it was issued."""
    return {
        (issue, issue + ahead): issue + ahead / 100
        for issue in range(0, hours, 2)
        for ahead in range(1, 9)
    }


def measured(hours: int) -> str:
    return "\n".join(["UTC;load", *(f"{stamp(hour)};{hour % 24}" for hour in range(hours)), ""])


def prepared(folder: Path, forecasts: dict[tuple[int, int], float]):
    store, files = MemoryStore(), []
    sides = [("input", "temperature", forecast_text(forecasts), ISSUED, "Historische Prognosen"),
             ("input", "load", measured(HOURS), ImportOptions(), "Historische Daten"),
             ("output", "load", measured(HOURS), ImportOptions(), "Historische Daten")]  # fmt: skip
    for direction, label, text, options, form in sides:
        source, target = folder / "source", folder / "values"
        source.write_text(text)
        read_series_to_parquet(source, options, target)
        key = f"{direction}{label}"
        with target.open("rb") as file:
            store.put(key, file)
        past = {"zeithorizont_start": -2, "zeithorizont_end": 0}
        fields = {**(past if (direction, label) == ("input", "load") else AHEAD), "datenform": form}
        files.append({
            "label": label, "bezeichnung": label, "direction": direction, "values_key": key,
            "series_index": 0, "fields": fields,
        })  # fmt: skip
    plan = {"zeitschritte": STEPS, "timeInfo": {}, "split": SPLIT, "files": files}
    return prepare(plan, store)


def temperatures(data) -> dict[int, list[float]]:
    """Return the window of the stored forecasts of each sample, by the hour of its reference."""
    start = int(BEGIN.timestamp()) * 1_000_000
    hours = (np.asarray(data.windows.reference_times) - start) // HOUR
    inputs = np.asarray(data.windows.inputs(np.arange(len(hours))))
    return {int(hour): row for hour, row in zip(hours, inputs[:, :, 0].tolist(), strict=True)}


def newest(forecasts: dict[tuple[int, int], float], at: int, hour: int) -> float | None:
    issues = [issue for issue, time in forecasts if time == hour and issue <= at]
    return forecasts[max(issues), hour] if issues else None


def test_each_sample_takes_the_newest_value_issued_at_or_before_its_reference_time(tmp_path):
    forecasts = every(HOURS)
    windows = temperatures(prepared(tmp_path, forecasts))
    assert len(windows) > 40
    for at, window in windows.items():
        expected = [newest(forecasts, at, at + step) for step in (1, 2, 3)]
        np.testing.assert_allclose(window, expected, rtol=1e-6)


@given(st.integers(10, 50), st.floats(-1e3, 1e3))
@settings(max_examples=examples(5), deadline=None)
def test_what_is_issued_later_changes_no_sample_before(tmp_path_factory, now, value):
    forecasts = every(HOURS)
    changed = {pair: value if pair[0] > now else old for pair, old in forecasts.items()}
    folder = tmp_path_factory.mktemp("forecasts")
    before = temperatures(prepared(folder, forecasts))
    after = temperatures(prepared(folder, changed))
    early = [at for at in before if at <= now]
    assert early
    assert all(before[at] == after[at] for at in early)


def test_a_lead_in_hours_says_the_same_as_an_issue_time(tmp_path):
    forecasts = every(20)
    path = tmp_path / "issued.csv"
    path.write_text(forecast_text(forecasts))
    by_issue = read_series(path, ISSUED)
    rows = [f"{stamp(issue)};{time - issue};{value}" for (issue, time), value in forecasts.items()]
    path.write_text("\n".join(["issued;lead;temperature", *rows, ""]))
    by_lead = read_series(path, ImportOptions(lead_column=2))
    np.testing.assert_array_equal(by_issue.times, by_lead.times)
    np.testing.assert_array_equal(by_issue.values, by_lead.values)
    assert by_issue.issues == by_lead.issues
    assert (by_issue.issues.count, by_issue.issues.shortest, by_issue.issues.longest) == (10, 1, 8)


@pytest.mark.parametrize(("cell", "options"), [("soon", ISSUED), ("", ISSUED)])
def test_an_issue_time_that_is_none_is_refused_with_its_row_and_column(tmp_path, cell, options):
    path = tmp_path / "issued.csv"
    text = forecast_text(every(20)).split("\n")
    text[5] = f"{cell};{stamp(4)};1"
    path.write_text("\n".join(text))
    with pytest.raises(UnreadableTable) as refused:
        read_series(path, options)
    assert (refused.value.kind, refused.value.row, refused.value.column) == (
        "unreadable_issue_time", 6, 1,
    )  # fmt: skip
