"""The scale of a training: never backwards, epochs between 1 and 50, and what is left of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.forecasting.domain import progress as scale

seconds = st.floats(0, 1e4, allow_nan=False)


def test_the_stages_are_in_the_order_of_their_percentages() -> None:
    stages = [scale.ACCEPTED, scale.PREPARE, scale.EPOCHS, scale.FIT, scale.FITTED, scale.TRAINED,
              scale.EVALUATE, scale.RESULTS, scale.COMPRESS, scale.COMPRESSED, scale.UPLOAD,
              scale.RESULTS_STORED, scale.PACKED_STORED, scale.MODEL_STORED, scale.COMPLETED]  # fmt: skip
    percents = [stage.percent for stage in stages]
    assert percents == [0, 1, 1, 35, 45, 50, 55, 60, 63, 65, 66, 70, 85, 95, 100]


@given(total=st.integers(1, 500))
def test_epochs_go_from_1_to_50_and_parts_of_a_fit_from_35_to_45(total: int) -> None:
    epochs = [scale.at_epoch(number, total).percent for number in range(total + 1)]
    parts = [scale.at_part(number, total).percent for number in range(total + 1)]
    assert (epochs[0], epochs[-1], parts[0], parts[-1]) == (1, 50, 35, 45)
    assert epochs == sorted(epochs)
    assert parts == sorted(parts)


def test_the_time_of_the_epochs_left_weighs_the_newest_most() -> None:
    # (1·10 + 2·20 + 3·60) / 6 · 4
    assert scale.epochs_left_seconds([10, 20, 60], 4) == pytest.approx(230 / 6 * 4)
    assert scale.epochs_left_seconds([], 4) is None


@given(st.lists(seconds, min_size=1, max_size=50), st.integers(0, 1000))
def test_an_epoch_left_takes_no_less_than_the_quickest_nor_more_than_the_slowest(
    times: list[float], left: int
) -> None:
    eta = scale.epochs_left_seconds(times, left)
    assert eta is not None
    assert min(times) * left <= eta * (1 + 1e-9) + 1e-9
    assert eta <= max(times) * left * (1 + 1e-9) + 1e-9


def test_the_rest_is_taken_at_the_pace_so_far() -> None:
    assert scale.remaining_seconds(30, 0, 25) == 90  # elapsed / p · (100 - p)
    assert scale.remaining_seconds(30, 50, 75) == 30
    assert scale.remaining_seconds(30, 50, 50) is None
