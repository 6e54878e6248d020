"""Ranges that a person chose: read as the settings are, and refused by name."""

import json
from typing import Any

import pytest

from services.forecasting.models.errors import InvalidModelParams
from services.forecasting.models.families import MODES, read_settings
from services.forecasting.models.search_space import (
    SPACES,
    SearchDimension,
    largest,
    read_space,
)

CNN = read_settings({"MODE": "CNN"})


@pytest.mark.parametrize("mode", MODES)
def test_what_a_family_offers_comes_back_as_it_was_shown(mode: str) -> None:
    settings = read_settings({"MODE": mode})
    shown = json.loads(json.dumps([one.as_dict() for one in SPACES[mode]]))
    assert read_space(settings, shown) == read_space(settings, None) == SPACES[mode]
    assert tuple(SearchDimension.from_mapping(one) for one in shown) == SPACES[mode]


def test_an_empty_end_is_the_offered_one_and_what_is_left_out_is_not_searched() -> None:
    space = read_space(
        CNN,
        [
            {"name": "K", "low": 3, "high": 7},
            {"name": "N", "high": ""},
            {"name": "batch_size", "choices": [8, 16, 16]},
        ],
    )
    assert [one.name for one in space] == ["K", "N", "batch_size"]
    assert (space[0].low, space[0].high, space[0].count) == (3, 7, 3)
    assert (space[1].low, space[1].high) == (8, 128)
    assert (space[2].choices, space[2].count) == ((8, 16), 2)
    assert largest(CNN, space).as_mapping() == CNN.updated({"K": 7, "N": 128}).as_mapping()


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("N", "space is 'N'; it must be a list of ranges"),
        ([], "space is []; it must be a list of ranges"),
        ([3], "a list of ranges"),
        ([{"name": "EP"}], "space is 'EP'; it must be one of LAY, N, K, ACTF"),
        ([{"name": "N"}, {"name": "N"}], "each once at most"),
        ([{"name": ["N"]}], "one of LAY"),
        ([{"name": "N", "low": 0}], "space.N.low is 0; it must be a whole number from 1 to 4096"),
        ([{"name": "N", "low": 9, "high": 8}], "space.N.high is 8; it must be at least 9"),
        ([{"name": "K", "low": 2}], "space.K.low is 2; it must be an odd whole number"),
        ([{"name": "N", "high": True}], "space.N.high is true"),
        ([{"name": "ACTF", "choices": ["relu", "sinus"]}], "space.ACTF.choices is 'sinus'"),
        ([{"name": "ACTF", "choices": []}], "a list of 1 to 20 values"),
        ([{"name": "ACTF", "choices": [None]}], "a list without empty values"),
        ([{"name": "learning_rate", "low": "nan"}], "space.learning_rate.low is 'nan'"),
    ],
)
def test_a_range_that_cannot_be_is_refused_by_name(given: Any, sentence: str) -> None:
    with pytest.raises(InvalidModelParams) as refused:
        read_space(CNN, given)
    assert sentence in refused.value.detail


def test_a_range_on_a_logarithmic_scale_begins_above_zero() -> None:
    svr = read_settings({"MODE": "SVR_dir"})
    with pytest.raises(InvalidModelParams, match="must be above 0"):
        read_space(svr, [{"name": "EPSILON", "low": 0}])
