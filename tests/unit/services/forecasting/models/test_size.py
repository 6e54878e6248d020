"""How large a network is and what support vectors cost, before anything starts."""

import pytest
import torch

from services.forecasting.engine.networks import network_for
from services.forecasting.models.errors import InvalidModelParams
from services.forecasting.models.families import read_settings
from services.forecasting.models.ports import WindowShape
from services.forecasting.models.size import (
    parameter_count,
    require_feasible,
    svr_cost,
)


def shape(input_steps=5, output_steps=3, inputs=4, outputs=2):
    return WindowShape(
        input_steps=input_steps,
        output_steps=output_steps,
        input_names=tuple(f"in{n}" for n in range(inputs)),
        output_names=tuple(f"out{n}" for n in range(outputs)),
    )


@pytest.mark.parametrize("output_steps", [3, 5])
@pytest.mark.parametrize("mode", ["Dense", "CNN", "LSTM", "AR LSTM"])
@pytest.mark.parametrize("layers", [1, 3])
def test_the_count_is_that_of_the_network(mode, output_steps, layers):
    settings = read_settings({"MODE": mode, "LAY": layers, "N": 6})
    with torch.device("meta"):
        network = network_for(settings, shape(output_steps=output_steps))
    # torch keeps two biases of an LSTM's gates
    count = sum(one.numel() for one in network.parameters())
    assert parameter_count(settings, shape(output_steps=output_steps)) == count


def test_a_convolution_of_equal_size_has_no_head():
    settings = read_settings({"MODE": "CNN", "LAY": 1, "N": 6})
    same = shape(output_steps=5, inputs=2)
    count = sum(one.numel() for one in network_for(settings, same).parameters())
    assert parameter_count(settings, same) == count


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"MODE": "CNN", "K": 4095, "N": 4096}, "N"),
        ({"MODE": "AR LSTM", "LAY": 16, "N": 4096}, "N"),
        ({"MODE": "SVR_dir"}, "max_rows"),
        ({"MODE": "LIN", "features": "step"}, "features"),
        ({"MODE": "SVR_MIMO", "features": "step"}, "features"),
    ],
)
def test_what_cannot_end_well_is_refused_before_it_starts(settings, field):
    with pytest.raises(InvalidModelParams) as caught:
        require_feasible(read_settings(settings), shape(output_steps=6), 120_000)
    assert caught.value.field == field


@pytest.mark.parametrize("mode", ["Dense", "LIN", "LGBMR"])
def test_ordinary_settings_are_feasible_at_any_number_of_samples(mode):
    large, samples = shape(97, 97, 9, 1), 120_000
    require_feasible(read_settings({"MODE": mode}), large, samples)
    with pytest.raises(InvalidModelParams):  # of these only support vectors count samples
        require_feasible(read_settings({"MODE": "SVR_dir"}), large, samples)


@pytest.mark.parametrize(
    ("mode", "output_steps", "expected"),
    [
        ("SVR_dir", 5, (500, 2, 4)),
        ("SVR_MIMO", 5, (500, 2, 4)),
        ("SVR_dir", 3, (100, 6, 20)),
        ("SVR_MIMO", 3, (300, 2, 21)),
    ],
)
def test_the_cost_says_rows_regressions_and_features(mode, output_steps, expected):
    cost = svr_cost(read_settings({"MODE": mode}), shape(output_steps=output_steps), 100)
    assert (cost.rows, cost.regressions, cost.features) == expected
    assert f"on {expected[0]} rows of {expected[2]} features" in cost.sentence


def test_a_limit_on_rows_is_part_of_the_cost():
    cost = svr_cost(read_settings({"MODE": "SVR_dir", "max_rows": 20}), shape(), 100)
    assert (cost.rows, cost.all_rows) == (20, 100)
    assert "on 20 rows (drawn from 100)" in cost.sentence


def test_many_regressions_on_wide_windows_have_fewer_rows():
    day = shape(96, 97, 9, 1)
    cost = svr_cost(read_settings({"MODE": "SVR_dir"}), day, 74_391)
    assert cost.max_rows < 15_000
    with pytest.raises(InvalidModelParams, match=f"at most {cost.max_rows:,} here"):
        require_feasible(read_settings({"MODE": "SVR_dir"}), day, 74_391)
    within = read_settings({"MODE": "SVR_dir", "max_rows": cost.max_rows})
    require_feasible(within, day, 74_391)
