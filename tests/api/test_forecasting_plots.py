"""Plots of test samples over HTTP: every option, what is refused, and the same as numbers."""

import base64
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.resources import Resources
from services.forecasting.datasets.npz import NpzReader
from services.forecasting.plots.source import plot_source
from tests.factories.callers import Caller
from tests.factories.datasets import built, trained
from tests.factories.sessions import add_file, csv_text, make_session
from tests.support.databases import ON_ONE_DATABASE
from tests.support.io_worker import plots_drawn

BASE = "/api/training"
HOURS = 24 * 8
ON = {"df_plot_in": {"load": True, "D_sin": False}, "df_plot_out": {"load": True}}


@pytest.fixture
def wire_id(member: Caller, resources: Resources, tmp_path: Path) -> str:
    wire_id = make_session(resources, member.actor, tmp_path, HOURS)
    built(resources, member.actor, wire_id)
    return wire_id


@pytest.fixture
def drawing(resources: Resources) -> Iterator[None]:
    with plots_drawn(resources):
        yield


async def data_of(caller: Caller, wire_id: str, query: str = "") -> dict:
    return await caller.get(f"{BASE}/plot-data/{wire_id}?{query}")


def picture(answer: dict) -> Image.Image:
    content = base64.b64decode(answer["plot_data"].removeprefix("data:image/png;base64,"))
    return Image.open(io.BytesIO(content))


@ON_ONE_DATABASE
@pytest.mark.parametrize("mode", ["LIN", pytest.param("SVR_dir", marks=pytest.mark.full)])
async def test_a_model_is_drawn_with_its_forecasts(
    member, resources, wire_id, drawing, mode
) -> None:
    run_id = trained(resources, member.actor, wire_id, MODE=mode)
    body = {
        "session_id": wire_id,
        "plot_settings": {"num_sbpl": "999999999", "x_sbpl": "ts", "y_sbpl_fmt": "skaliert",
                          "y_sbpl_set": "gemeinsame Achse", "seed": 3},
        **ON,
        "df_plot_fcst": {"load": True},
        "model_id": str(run_id),
    }  # fmt: skip
    answer = await member.post(f"{BASE}/generate-plot", body, 200)
    assert (answer["success"], answer["session_id"], answer["run_id"]) == (True, wire_id, run_id)
    assert answer["model_type"] == mode
    assert answer["samples"] == list(range(answer["n_test"]))  # fewer than were asked for
    with picture(answer) as image:
        assert (image.format, image.size) == ("PNG", (2000, 1300))
        assert len(image.convert("RGB").getcolors(1 << 22)) > 50


@ON_ONE_DATABASE
async def test_a_session_without_a_model_is_drawn_and_drawn_again_the_same(
    member, wire_id, drawing
) -> None:
    settings = {"num_sbpl": 2, "x_sbpl": "UTC", "y_sbpl_set": "separate Achsen"}
    body = {"plot_settings": settings, **ON}
    first = await member.post(f"{BASE}/create-plots/{wire_id}", body, 200)
    assert (first["run_id"], len(first["samples"])) == (None, 2)
    again = {"plot_settings": {**settings, "seed": first["seed"]}, **ON}
    second = await member.post(f"{BASE}/create-plots/{wire_id}", again, 200)
    assert second["plot_data"] == first["plot_data"]


WRONG_SETTINGS = [
    {"num_sbpl": 0}, {"num_sbpl": -1}, {"num_sbpl": "x"}, {"num_sbpl": 2.5}, {"num_sbpl": True},
    {"num_sbpl": [1]}, {"num_sbpl": "1e999"}, {"x_sbpl": "utc"}, {"x_sbpl": 1},
    {"y_sbpl_fmt": "scaled"}, {"y_sbpl_set": []}, {"seed": -1}, {"seed": 2**53}, {"seed": "x"},
    {"samples": []}, {"samples": [-1]}, {"samples": "3"}, {"samples": [999999]},
    {"samples": list(range(101))}, {"colour": "red"},
]  # fmt: skip


@ON_ONE_DATABASE
async def test_wrong_options_are_refused_by_name(member, wire_id) -> None:
    for settings in WRONG_SETTINGS:
        body = {"plot_settings": settings, **ON}
        answer = await member.post(f"{BASE}/create-plots/{wire_id}", body, 400)
        assert answer["code"] == "INVALID_PLOT_PARAMS", settings
        assert any(name in answer["error"] for name in (*settings, "plot_settings"))


@ON_ONE_DATABASE
async def test_what_selects_no_variable_or_an_unknown_one_is_refused(member, wire_id) -> None:
    for maps, field in (
        ({}, "df_plot_in"),
        ({"df_plot_in": {}, "df_plot_out": None}, "df_plot_in"),
        ({"df_plot_in": {"load": False}, "df_plot_fcst": {"load": False}}, "df_plot_fcst"),
        ({"df_plot_in": {"wind": True}}, "df_plot_in"),
        ({"df_plot_out": {"temperature": True}}, "df_plot_out"),
        ({"df_plot_in": {"load": "true"}}, "df_plot_in.load"),
        ({"df_plot_in": ["load"]}, "df_plot_in"),
        ({"plot_settings": "all", **ON}, "plot_settings"),
        ({"model_id": "best.h5", **ON}, "model_id"),
        ({"model_id": 0, **ON}, "model_id"),
    ):
        for path, more in (
            ("create-plots/" + wire_id, {}),
            ("generate-plot", {"sessionId": wire_id}),
        ):
            answer = await member.post(f"{BASE}/{path}", {**maps, **more}, 400)
            assert (answer["success"], answer["code"]) == (False, "INVALID_PLOT_PARAMS"), maps
            assert field in answer["error"]


@ON_ONE_DATABASE
@pytest.mark.parametrize("body", [[], "x", 3, {"session_id": "../x"}, {"colour": 1}])
async def test_bodies_that_name_no_session_are_refused(member, body) -> None:
    answer = await member.post(f"{BASE}/generate-plot", body, 400)
    assert (answer["success"], bool(answer["code"])) == (False, True)


@ON_ONE_DATABASE
async def test_forecasts_need_a_model_of_the_session(member, resources, wire_id, tmp_path) -> None:
    body = {"df_plot_fcst": {"load": True}}
    answer = await member.post(f"{BASE}/create-plots/{wire_id}", body, 404)
    assert answer["code"] == "MODEL_NOT_FOUND"
    other = make_session(resources, member.actor, tmp_path, HOURS)
    run_id = trained(resources, member.actor, other)
    for foreign in (run_id, 10**9):
        with_model = {**body, "model_id": foreign}
        answer = await member.post(f"{BASE}/create-plots/{wire_id}", with_model, 404)
        assert answer["code"] == "MODEL_NOT_FOUND"
        answer = await member.get(f"{BASE}/plot-data/{wire_id}?run_id={foreign}", 404)
        assert answer["code"] == "MODEL_NOT_FOUND"


async def test_the_numbers_are_those_of_the_windows(member, resources, wire_id) -> None:
    shown = await data_of(member, wire_id, "positions=3,0")
    assert [one["position"] for one in shown["samples"]] == [0, 3]
    names = [(one["kind"], one["name"], one["label"]) for one in shown["variables"]]
    assert names[:3] == [("input", "load", "IN1"), ("input", "temperature", "IN2"),
                         ("time", "W_sin", "IN3")]  # fmt: skip
    assert names[-1] == ("output", "load", "OUT1")
    source = plot_source(resources.database, member.actor, wire_id, None)
    with NpzReader(resources.store.open(source.windows_key)) as windows:
        x, times = windows.array("X"), windows.array("t_ref")
    load, output = shown["variables"][0], shown["variables"][-1]
    assert load["values"] == x[[0, 3], :, 0].astype(float).tolist()
    assert (load["hours"][0], load["hours"][-1]) == (-23, 0)
    assert (output["hours"][0], output["hours"][-1], output["forecast"]) == (1, 24, None)
    seconds = [
        np.datetime64(one["t_ref"].removesuffix("Z"), "s").astype(int) for one in shown["samples"]
    ]
    assert seconds == times[[0, 3]].tolist()
    # an hour after the reference time the output is what the inputs end with an hour later
    later = await data_of(member, wire_id, "positions=1")
    first = await data_of(member, wire_id, "positions=0")
    assert later["variables"][0]["values"][0][-1] == first["variables"][-1]["values"][0][0]
    train_range = [one * load["scale"] + load["shift"] for one in (load["values"][0][0],)]
    assert -0.5 < train_range[0] < 1.5


@ON_ONE_DATABASE
async def test_a_model_has_its_own_samples_after_the_settings_changed(
    member, resources, wire_id
) -> None:
    run_id = trained(resources, member.actor, wire_id)
    before = await data_of(member, wire_id, f"run_id={run_id}&positions=0,5&seed=1")
    assert before["variables"][-1]["forecast"] is not None
    body = {"sessionId": wire_id, "timeInfo": {"jahr": True}}
    await member.post(f"{BASE}/save-time-info", body, 200)
    after = await data_of(member, wire_id, "positions=0,5&seed=1")
    assert after == before
    truth, forecast = (np.array(before["variables"][-1][name]) for name in ("values", "forecast"))
    assert truth.shape == forecast.shape == (2, 24)
    assert np.abs(truth - forecast).mean() < np.abs(truth - truth.mean()).mean()


async def test_a_seed_chooses_the_same_distinct_samples(member, wire_id) -> None:
    first = await data_of(member, wire_id, "samples=5&seed=7")
    again = await data_of(member, wire_id, "samples=5&seed=7")
    other = await data_of(member, wire_id, "samples=5&seed=8")
    chosen = [one["position"] for one in first["samples"]]
    assert (len(set(chosen)), chosen) == (5, sorted(chosen))
    assert again["samples"] == first["samples"] != other["samples"]
    drawn = await data_of(member, wire_id)
    repeated = await data_of(member, wire_id, f"seed={drawn['seed']}")
    assert repeated["samples"] == drawn["samples"]
    every = await data_of(member, wire_id, "samples=1000000")
    assert len(every["samples"]) == every["n_test"]


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    "query",
    ["samples=0", "samples=x", "seed=-1", "positions=", "positions=1,x", "positions=-1",
     "positions=999999", "run_id=0", "run_id=x", "limit=3"],
)  # fmt: skip
async def test_wrong_parameters_are_refused(member, wire_id, query) -> None:
    answer = await member.get(f"{BASE}/plot-data/{wire_id}?{query}", 400)
    assert (answer["success"], bool(answer["code"])) == (False, True)
    assert query.partition("=")[0] in answer["error"] or "samples" in answer["error"]


@ON_ONE_DATABASE
async def test_one_test_sample_and_a_constant_output_are_drawn(
    member, resources, tmp_path, drawing
) -> None:
    wire_id = make_session(resources, member.actor, tmp_path, 23 + 24 + 10)
    flat = csv_text("flat", [5.0] * (23 + 24 + 10))
    add_file(resources, member.actor, tmp_path, wire_id, "output", "flat", flat,
             zeithorizont_start=1, zeithorizont_end=24)  # fmt: skip
    run_id = trained(resources, member.actor, wire_id)
    shown = await data_of(member, wire_id, f"run_id={run_id}")
    assert (shown["n_test"], len(shown["samples"])) == (1, 1)
    everything = {name: {one["name"]: True for one in shown["variables"] if (one["kind"] == "output") == out}
                  for name, out in (("df_plot_in", False), ("df_plot_out", True), ("df_plot_fcst", True))}  # fmt: skip
    scaled = {"plot_settings": {"y_sbpl_fmt": "skaliert"}, **everything}
    answer = await member.post(f"{BASE}/create-plots/{wire_id}", scaled, 200)
    assert answer["samples"] == [0]
