"""What is drawn: one picture per sample, every option, and axes as the contract has them."""

import io
import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from services.forecasting.plots.child import LIMITS, draw_in_child
from services.forecasting.plots.create import drawing_of
from services.forecasting.plots.drawing import sample_plot
from services.forecasting.plots.errors import PlotFailed
from services.forecasting.plots.samples import PlotSamples, PlotVariable
from services.forecasting.plots.settings import plot_request

TIMES = [1_704_063_600, 1_704_150_000]


def variable(name: str, kind: str, color: int, hours, scale: float = 1.0) -> PlotVariable:
    values = np.arange(len(TIMES) * len(hours), dtype=float).reshape(len(TIMES), -1)
    return PlotVariable(
        name=name,
        kind=kind,
        label=name,
        color=color,
        hours=np.array(hours, dtype=float),
        scale=scale,
        shift=0.5,
        values=values,
        forecast=values + 1 if kind == "output" else None,
    )


def samples() -> PlotSamples:
    return PlotSamples(
        session_id="session_1_a",
        run_id=3,
        model_type="LIN",
        seed=1,
        n_test=9,
        positions=[0, 4],
        reference_times=TIMES,
        variables=[
            variable("load", "input", 0, [-2, -1, 0], 0.1),
            variable("D_sin", "time", 1, [-2, -1, 0]),
            variable("load", "output", 2, [1, 2, 3, 4], 0.1),
        ],
    )


def drawing(**settings: object) -> dict:
    body = {
        "plot_settings": settings,
        "df_plot_in": {"load": True, "D_sin": True},
        "df_plot_out": {"load": True},
        "df_plot_fcst": {"load": True},
    }
    return drawing_of(plot_request(body), samples())


def test_lines_have_prefixes_and_a_forecast_the_colour_of_its_output() -> None:
    lines = drawing()["lines"]
    assert [one["legend"] for one in lines] == [
        "IN: load",
        "TIME: D_sin",
        "OUT: load",
        "FCST: load",
    ]
    assert [one["color"] for one in lines] == [0, 1, 2, 2]
    assert lines[0]["seconds"] == [-7200, -3600, 0]
    assert lines[3]["values"][0] == [1, 2, 3, 4]


def test_scaled_values_are_those_of_the_scaler() -> None:
    lines = drawing(y_sbpl_fmt="skaliert")["lines"]
    assert lines[2]["values"][0] == pytest.approx([0.5, 0.6, 0.7, 0.8])
    assert lines[3]["values"][0] == pytest.approx([0.6, 0.7, 0.8, 0.9])


def test_steps_of_inputs_end_at_0_and_those_of_outputs_begin_there() -> None:
    lines = drawing(x_sbpl="ts")["lines"]
    steps = [sample_plot._x(one, TIMES[0], by_step=True).tolist() for one in lines]
    assert steps == [[-2, -1, 0], [-2, -1, 0], [0, 1, 2, 3], [0, 1, 2, 3]]
    days = sample_plot._x(lines[2], TIMES[0], by_step=False)
    assert days * 86_400 - TIMES[0] == pytest.approx([3600, 7200, 10_800, 14_400])


@pytest.mark.parametrize(("count", "left"), [(1, 1), (2, 1), (3, 1), (4, 2), (5, 2)])
def test_half_of_the_axes_stand_left_and_an_output_shares_with_its_forecast(count, left) -> None:
    from matplotlib.figure import Figure

    lines = [{"color": number} for number in (*range(count), count - 1)]
    axes = Figure().add_subplot()
    places = sample_plot._axes_of(axes, lines, separate=True, outward=30)
    assert places[-1] is places[-2]
    assert len(set(places)) == count
    sides = [place.yaxis.get_label_position() for place in dict.fromkeys(places)]
    assert sides == ["left"] * left + ["right"] * (count - left)
    together = sample_plot._axes_of(axes, lines, separate=False, outward=30)
    assert set(together) == {axes}


@pytest.mark.parametrize(
    ("x", "y"), itertools.product(("UTC", "ts"), ("separate Achsen", "gemeinsame Achse"))
)
def test_every_combination_of_options_is_drawn(x, y) -> None:
    content = sample_plot.draw_samples(drawing(x_sbpl=x, y_sbpl_set=y))
    with Image.open(io.BytesIO(content)) as image:
        assert (image.format, image.size) == ("PNG", (2000, 1300))
        assert len(image.convert("RGB").getcolors(1 << 22)) > 30


def test_pictures_stand_in_a_grid_as_wide_as_high() -> None:
    for count, (columns, rows) in {
        1: (1, 1),
        2: (2, 1),
        5: (3, 2),
        17: (5, 4),
        100: (10, 10),
    }.items():
        assert (math.ceil(math.sqrt(count)), math.ceil(count / columns)) == (columns, rows)
        assert sample_plot.grid_of(count) == (rows, columns)


def test_names_of_any_kind_are_drawn_as_they_are() -> None:
    made = drawing()
    for line, name in zip(made["lines"], ("$x^{", "_hidden", "a" * 300, "Wärme ≥ 0"), strict=True):
        line["legend"] = name
    assert sample_plot.draw_samples(made).startswith(b"\x89PNG")


def test_a_process_of_its_own_draws_the_same_within_its_bounds() -> None:
    made = drawing(y_sbpl_set="gemeinsame Achse")
    assert draw_in_child(made) == sample_plot.draw_samples(made)
    with pytest.raises(PlotFailed) as failed:
        draw_in_child(made, replace(LIMITS, memory_bytes=64 * 1024**2))
    assert (failed.value.code, failed.value.status) == ("PLOT_GENERATION_ERROR", 503)
