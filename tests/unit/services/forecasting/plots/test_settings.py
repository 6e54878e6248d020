"""What a person may ask of a plot, and what is taken where nothing is said."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from services.forecasting.plots.errors import InvalidPlotParams
from services.forecasting.plots.samples import chosen_positions
from services.forecasting.plots.settings import MAX_SAMPLES, SampleChoice, plot_request
from tests.support.depth import examples

ON = {"df_plot_in": {"a": True, "b": False}}
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda some: (
        st.lists(some, max_size=3) | st.dictionaries(st.text(max_size=5), some, max_size=3)
    ),
    max_leaves=5,
)


def test_where_nothing_is_said_the_contract_decides() -> None:
    request = plot_request(ON)
    assert (request.choice.count, request.choice.seed, request.model_id) == (17, None, None)
    assert (request.by_step, request.scaled, request.separate_axes) == (False, False, True)
    assert (request.inputs, request.outputs, request.forecasts) == ({"a"}, set(), set())


def test_every_option_is_taken() -> None:
    options = {"num_sbpl": "4", "x_sbpl": "ts", "y_sbpl_fmt": "skaliert", "y_sbpl_set": "gemeinsame Achse",
               "seed": 9, "samples": [3, 1, 3]}  # fmt: skip
    request = plot_request(
        {"plot_settings": options, "df_plot_fcst": {"y": True}, "model_id": "12"}
    )
    assert (request.by_step, request.scaled, request.separate_axes) == (True, True, False)
    assert (request.choice.count, request.choice.seed, request.choice.positions) == (4, 9, [1, 3])
    assert (request.forecasts, request.model_id) == ({"y"}, 12)


def refusal(body) -> InvalidPlotParams | None:
    try:
        plot_request(body)
    except InvalidPlotParams as refused:
        return refused
    return None


@given(st.sampled_from(["num_sbpl", "x_sbpl", "y_sbpl_fmt", "y_sbpl_set", "seed", "samples"]), ANY)
@settings(max_examples=examples(100))
def test_any_value_is_taken_or_refused_by_name(name, value) -> None:
    refused = refusal({"plot_settings": {name: value}, **ON})
    assert refused is None or (refused.status, name in refused.detail) == (400, True)


@given(
    st.sampled_from(["plot_settings", "df_plot_in", "df_plot_out", "df_plot_fcst", "model_id"]),
    ANY,
)
@settings(max_examples=examples(100))
def test_any_body_is_taken_or_refused(name, value) -> None:
    refused = refusal({**ON, name: value})
    assert refused is None or refused.errors


@given(st.integers(1, 10**12), st.integers(1, 500), st.integers(0, 2**53 - 1))
@settings(max_examples=examples(50))
def test_samples_are_distinct_in_order_and_repeatable(count, n_test, seed) -> None:
    chosen = chosen_positions(SampleChoice(count=count), n_test, seed)
    assert chosen == chosen_positions(SampleChoice(count=count), n_test, seed)
    assert len(chosen) == min(count, n_test, MAX_SAMPLES)
    assert chosen == sorted(set(chosen))
    assert 0 <= chosen[0] <= chosen[-1] < n_test


def test_every_sample_is_chosen_at_times() -> None:
    draws = [chosen_positions(SampleChoice(count=3), 12, seed) for seed in range(200)]
    assert set(np.unique(draws)) == set(range(12))
