"""Batches of points: every fault has its place, and the same points have the same digest."""

import re
from typing import Any

import numpy as np
import pytest

from app.errors import Invalid
from services.tracking.metrics.batch import batch_of

NOW = 1.79e9


def body(batch_id: Any = "first", **part: Any) -> dict[str, Any]:
    series = {"name": "val_loss", "steps": [3, 1, 2], "values": [0.5, None, 0.0], **part}
    return {"batch_id": batch_id, "series": [series]}


def fault(given: Any) -> str:
    with pytest.raises(Invalid) as caught:
        batch_of(given, NOW)
    (place,) = caught.value.errors
    return place


BAD: dict[str, list[Any]] = {
    "steps": [[-(2**63) - 1, 2, 3], [1.5, 2, 3], ["1", 2, 3], [True, 2, 3], [2**63, 1, 2], [[1], 2, 3],
              None, 3, "123", {}],
    "values": [["0.5", 1, 2], [True, 1, 2], [[1], 1, 2], [{}, 1, 2], [1.0, 2.0], [1, 2, 3, 4],
               None, "abc"],
    "times": [[1, 2], [-1, 2, 3], [1e18, 2, 3], [None, 2, 3], ["now", 1, 2], "now", 7],
    "name": ["", "x" * 251, "a\nb", "a\x00b", 7, None, [], "\ud800"],
    "client": ["x" * 256, "a\tb", 7, []],
    "colour": ["red"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in BAD.items() for value in values]
)
def test_a_wrong_column_is_named(field: str, value: Any) -> None:
    assert fault(body(**{field: value})) == f"series.0.{field}"


def test_steps_below_zero_are_taken_as_an_import_takes_them() -> None:
    batch = batch_of(body(steps=[-1, 2, 3]), NOW)
    assert next(iter(batch.columns.values())).steps.tolist() == [-1, 2, 3]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("steps", [1, 1.5, 3], "Number 2 of them is 1.5"),
        ("values", [1, 2, "0.5"], "Number 3 of them is '0.5'"),
        ("times", [1, None, 3], "Number 2 of them is null: give unix seconds"),
        ("times", [1, 1e18, 3], "1e+18 is no time"),
    ],
)
def test_a_fault_says_which_number_it_is(field: str, value: Any, message: str) -> None:
    with pytest.raises(Invalid, match=re.escape(message)):
        batch_of(body(**{field: value}), NOW)


@pytest.mark.parametrize(
    ("given", "place"),
    [
        (body(""), "batch_id"),
        (body(None), "batch_id"),
        (body("x" * 201), "batch_id"),
        (body("a\nb"), "batch_id"),
        ({"batch_id": "a"}, "series"),
        ({"batch_id": "a", "series": []}, "series"),
        ({"batch_id": "a", "series": {}}, "series"),
        ({"batch_id": "a", "series": [7]}, "series.0"),
        ({"batch_id": "a", "series": body()["series"] * 1001}, "series"),
        (body(steps=[1] * 1_000_001, values=[1] * 1_000_001), "series"),
        (body() | {"points": []}, "points"),
        ([], "body"),
        ("points", "body"),
        (None, "body"),
    ],
)
def test_a_wrong_batch_is_named(given: Any, place: str) -> None:
    assert fault(given) == place


def test_points_are_sorted_and_the_last_of_a_step_counts() -> None:
    batch = batch_of(body(steps=[2, 1, 2], values=[1.0, None, 3.0]), NOW)
    columns = batch.columns[("val_loss", "")]
    assert columns.steps.tolist() == [1, 2]
    assert np.isnan(columns.values[0])
    assert columns.values[1] == 3.0
    assert columns.times.tolist() == [NOW, NOW]
    assert (batch.points, batch.last_step) == (3, 2)


def test_a_series_that_is_named_twice_is_one() -> None:
    parts = [*body()["series"], *body(values=[7, 8, 9])["series"]]
    batch = batch_of({"batch_id": "a", "series": parts}, NOW)
    assert batch.columns[("val_loss", "")].values.tolist() == [8.0, 9.0, 7.0]


def test_a_digest_stands_for_the_content_and_not_for_the_moment() -> None:
    known = batch_of(body(), NOW).digest
    assert batch_of(body(), NOW + 5).digest == known
    others = (
        body(values=[0.5, None, 0.1]), body(steps=[3, 1, 4]), body(times=[1, 2, 3]),
        body(name="val_acc"), body(client="a"),
    )  # fmt: skip
    assert known not in {batch_of(other, NOW).digest for other in others}
