"""Forecasts with a kept model over HTTP: windows, newest rows, keys, and where inputs come from."""

import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import delete, select, update

from app.clock import now
from app.db.doorbell import RecordingDoorbell
from app.models.audit import AuditEntry
from app.models.backtest import Backtest
from app.models.forecast_access import ForecastKey
from app.models.forecasting import ForecastSession, SessionModel
from app.models.run import Artifact
from app.models.user import User
from app.resources import Resources, open_resources
from app.settings import Settings
from services.domains import OBSERVERS
from services.forecasting.training.prepare import PreparedData, prepare
from services.forecasting.training.start import TrainingRequest, start_training
from services.forecasting.training.train import train_model
from tests.factories.backtests import backtested
from tests.factories.callers import Caller
from tests.factories.sessions import BEGIN, load_and_temperature, make_session
from tests.support.databases import ON_ONE_DATABASE
from tests.support.web import web_for
from workers.attempt import Attempt
from workers.forecasting import LocalEngine

BASE = "/api/training"
HOURS = 24 * 25
COLUMNS = 6  # load, temperature, and two pairs of the calendar


def at(hour: int) -> str:
    return (BEGIN + timedelta(hours=hour)).isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, kw_only=True)
class Trained:
    """A session with one linear model, its owner, and what the model was trained on."""

    resources: Resources
    owner: Caller
    session_id: str
    prepared: PreparedData
    forecast: np.ndarray

    async def post(self, what: str, body: Any, status: int = 200, **options: Any) -> Any:
        return await self.owner.post(f"{BASE}/{what}/{self.session_id}", body, status, **options)


@pytest.fixture(scope="module")
def kept(
    sqlite_template: Path, redis_socket: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Trained]:
    """One training for all tests of this file, on a database of its own."""
    home = tmp_path_factory.mktemp("predict")
    shutil.copy(sqlite_template, home / "roundhouse.db")
    settings = Settings.from_env(
        {
            "ROUNDHOUSE_HOME": str(home / "home"),
            "DATABASE_URL": f"sqlite:///{home / 'roundhouse.db'}",
            "REDIS_URL": f"unix://{redis_socket}?db=0",
            "ROUNDHOUSE_TRUSTED_HOSTS": "testserver",
        }
    )
    resources = open_resources(settings, OBSERVERS, doorbell=RecordingDoorbell())
    owner = Caller(web_for(resources), resources, "member")
    session_id = make_session(resources, owner.actor, home, hours=HOURS)
    request = TrainingRequest(models=[{"MODE": "LIN", "features": "window"}])
    started = start_training(resources.database, owner.actor, session_id, request)
    claim = resources.jobs.claim(started.job_ids[0], "test")
    assert claim is not None
    resources.jobs.start(claim)
    run_id = started.run_ids[0]
    attempt = Attempt(resources.jobs, claim)
    train_model(run_id, attempt, resources.database, resources.store, LocalEngine())
    with resources.database.read() as session:
        prepared = prepare(session.get_one(SessionModel, run_id).plan, resources.store)
        tested = session.query(Artifact).filter_by(run_id=run_id, name="test_forecasts.npz").one()
    with resources.store.open(tested.object_key) as stream:
        forecast = np.load(stream, allow_pickle=False)["forecast"]
    yield Trained(
        resources=resources, owner=owner, session_id=session_id, prepared=prepared,
        forecast=forecast,
    )  # fmt: skip
    resources.close()


@pytest.fixture
def trained(kept: Trained) -> Trained:
    """The same, served: another test may have served something else."""
    web_for(kept.resources)
    return kept


def rows(name: str, first: int, last: int) -> dict[str, Any]:
    """Return the hours ``first`` to ``last`` of the session's load or temperature."""
    values = dict(zip(("load", "temperature"), load_and_temperature(HOURS), strict=True))[name]
    times = [at(hour) for hour in range(first, last + 1)]
    return {"times": times, "values": values[first : last + 1]}


async def test_windows_of_the_test_block_give_the_forecasts_that_were_measured(
    trained: Trained,
) -> None:
    windows = trained.prepared.windows.inputs(trained.prepared.split.test[:3], np.float64)
    answer = await trained.post("predict", {"input_data": windows.tolist()})
    assert (answer["input_count"], answer["steps"], answer["outputs"]) == (3, 24, ["load"])
    assert (answer["model_used"], answer["scaling_applied"]) == ("LIN_1.zip", True)
    np.testing.assert_allclose(answer["predictions"], trained.forecast[:3], rtol=1e-5)


async def test_scaled_windows_give_scaled_forecasts(trained: Trained) -> None:
    prepared = trained.prepared
    window = prepared.scaled.inputs(prepared.split.test[:1], np.float64)[0]
    body = {"input_data": window.tolist(), "apply_scaling": False, "model_filename": "LIN_1.zip"}
    answer = await trained.post("predict", body)
    back = prepared.scalers.inverse_outputs(np.array(answer["predictions"]))
    assert answer["scaling_applied"] is False
    np.testing.assert_allclose(back, trained.forecast[0], rtol=1e-5)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (None, "not given"), ([], "an empty list"), ({"load": [1]}, "an object"),
        ([[1.0] * COLUMNS] * 23, "has 23 rows"), ([[1.0] * 5] * 24, "[0] has 5 values"),
        ([[[1.0] * COLUMNS] * 24, [[1.0] * COLUMNS]], "input_data[1] has 1 row"),
        ([[True] * COLUMNS] * 24, "[0][0] is true"), ([["1"] * COLUMNS] * 24, "[0][0] is '1'"),
        ([[1e39] * COLUMNS] * 24, "[0][0] is 1e+39, beyond ±1e+30"),
    ],
)  # fmt: skip
async def test_a_window_of_another_shape_names_the_right_one(
    trained: Trained, given: Any, named: str
) -> None:
    answer = await trained.post("predict", {"input_data": given}, 400)
    assert answer["code"] == "MISSING_PREDICTION_INPUT"
    assert named in answer["error"]
    assert "24 rows (the oldest first) of 6 numbers: load, temperature" in answer["error"]


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [("../x", 400, "INVALID_MODEL_FILENAME"), ("LIN_99.zip", 404, "MODEL_NOT_FOUND")],
)
async def test_a_model_that_is_none_forecasts_nothing(
    trained: Trained, name: str, status: int, code: str
) -> None:
    for what in ("predict", "forecast", "save-forecast-config"):
        answer = await trained.post(what, {"model_filename": name}, status)
        assert answer["code"] == code


async def test_the_stored_files_give_the_forecast_of_their_last_complete_window(
    trained: Trained,
) -> None:
    answer = await trained.post("forecast", {})
    output = answer["outputs"]["load"]
    assert answer["reference_time"] == at(HOURS - 1 - 24)
    assert (output["times"][0], output["times"][-1]) == (at(HOURS - 24), at(HOURS - 1))
    np.testing.assert_allclose(output["values"], trained.forecast[-1, :, 0], rtol=1e-5)
    assert answer["sources"] == {"load": "stored", "temperature": "stored"}
    assert answer["drift"] is None  # nothing has been measured since the training
    measured = answer["measured"]["load"]
    assert (measured["times"][0], measured["times"][-1]) == (at(HOURS - 25 - 46), at(HOURS - 1))
    assert measured["values"] == rows("load", HOURS - 25 - 46, HOURS - 1)["values"]
    assert output["interval"]["level"] == 0.9
    assert all(
        low < value < high
        for low, value, high in zip(output["lower"], output["values"], output["upper"], strict=True)
    )


async def test_newest_rows_give_the_same_forecast_as_the_files_they_are_of(
    trained: Trained,
) -> None:
    last = HOURS - 1 - 24
    series = {"load": rows("load", last - 23, last),
              "temperature": rows("temperature", last + 1, last + 24)}  # fmt: skip
    answer = await trained.post("forecast", {"series": series})
    assert answer["reference_time"] == at(last)
    np.testing.assert_allclose(
        answer["outputs"]["load"]["values"], trained.forecast[-1, :, 0], rtol=1e-5
    )


async def test_what_is_not_known_is_named_by_input_and_instant(trained: Trained) -> None:
    last = HOURS - 1
    series = {"load": rows("load", last - 23, last)}
    answer = await trained.post("forecast", {"series": series}, 400)
    assert answer["code"] == "MISSING_FORECAST_INPUT"
    assert list(answer["errors"]) == ["series.temperature"]
    named = answer["errors"]["series.temperature"]
    assert (named[0], len(named)) == (f"{at(last + 1)}: no rows", 24)
    series["temperature"] = rows("temperature", last - 10, last)
    series["load"]["values"][5] = None
    body = {"series": series, "reference_time": at(last)}
    answer = await trained.post("forecast", body, 400)
    gap = answer["errors"]["series.load"]
    assert gap == [f"{at(last - 18)}: non-numeric neighbour"]
    assert answer["errors"]["series.temperature"][0] == f"{at(last + 1)}: after last point"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"series": []}, "series"), ({"series": {"wind": {}}}, "series.wind"),
        ({"series": {"load": {"times": []}}}, "series.load"),
        ({"series": {"load": {"times": ["x"], "values": [1]}}}, "series.load.times[0]"),
        ({"series": {"load": {"times": [], "values": [1]}}}, "series.load"),
        ({"series": {"load": {"times": ["2024-01-01"], "values": ["1"]}}}, "series.load.values[0]"),
        ({"reference_time": 7}, "reference_time"),
    ],
)  # fmt: skip
async def test_rows_that_cannot_be_read_are_named(
    trained: Trained, body: dict[str, Any], field: str
) -> None:
    answer = await trained.post("forecast", body, 400)
    assert list(answer["errors"]) == [field]


async def test_sources_say_which_inputs_a_request_need_not_bring(trained: Trained) -> None:
    url = f"{BASE}/forecast-config/{trained.session_id}"
    before = (await trained.owner.get(url))["config"]
    assert [(one["label"], one["source"], one["known_ahead"]) for one in before["inputs"]] == [
        ("load", "request", False), ("temperature", "request", True),
    ]  # fmt: skip
    sources = {"load": {"source": "both"}, "temperature": "both"}
    await trained.post("save-forecast-config", {"inputs": sources})
    try:
        # the values of one hour more are ten times too high, and the truth of a window more
        more = {"times": [at(HOURS)], "values": [500.0]}
        warm = {"times": [at(HOURS)], "values": [10.0]}
        answer = await trained.post("forecast", {"series": {"load": more, "temperature": warm}})
        assert answer["sources"] == {"load": "both", "temperature": "both"}
        assert answer["reference_time"] == at(HOURS - 24)
        assert answer["outputs"]["load"]["times"][-1] == at(HOURS)
        drift = answer["drift"]["load"]
        assert (drift["state"], drift["drifted"], drift["windows"]) == ("above", True, 1)
        assert drift["band_of"] == "test"
    finally:
        await trained.post("save-forecast-config", {})
    assert (await trained.owner.get(url))["config"] == before


async def test_the_band_of_drift_is_that_of_the_backtest_where_there_is_one(
    trained: Trained,
) -> None:
    body = {
        "series": {"load": {"times": [at(HOURS)], "values": [500.0]},
                   "temperature": {"times": [at(HOURS)], "values": [10.0]}},
    }  # fmt: skip
    sources = {"load": "both", "temperature": "both"}
    await trained.post("save-forecast-config", {"inputs": sources})
    try:
        tested = (await trained.post("forecast", body))["drift"]["load"]
        backtested(trained.resources, trained.owner.actor, trained.session_id, 1, cutoffs=2)
        drift = (await trained.post("forecast", body))["drift"]["load"]
    finally:
        await trained.post("save-forecast-config", {})
        with trained.resources.database.write() as unit:
            unit.session.execute(delete(Backtest))
    assert (tested["band_of"], drift["band_of"]) == ("test", "backtest")
    assert (drift["state"], drift["recent_mae"]) == ("above", tested["recent_mae"])
    assert (drift["low"], drift["high"]) != (tested["low"], tested["high"])


async def test_a_batch_is_the_single_forecasts_with_the_truth_beside_them(
    trained: Trained,
) -> None:
    first, last = HOURS - 1 - 24 - 10, HOURS - 1 - 24
    answer = await trained.post(
        "forecast-batch", {"first": at(first), "last": at(last + 2), "every": 2}
    )
    windows = answer["windows"]
    assert [one["reference_time"] for one in windows] == [
        at(hour) for hour in range(first, last + 3, 2)
    ]
    made = np.array([one["outputs"]["load"]["values"] for one in windows[:-1]])
    np.testing.assert_allclose(made, trained.forecast[-11::2, :, 0], rtol=1e-5)
    truth = np.array([one["truth"]["load"] for one in windows[:-1]])
    assert truth[0].tolist() == rows("load", first + 1, first + 24)["values"]
    assert answer["errors"]["load"] == {
        "windows": 6, "mae": pytest.approx(np.abs(made - truth).mean()),
    }  # fmt: skip
    # two hours later the temperature of the last two hours is not known yet
    assert (windows[-1]["outputs"], windows[-1]["truth"]) == ({}, None)
    assert windows[-1]["missing"] == [{"label": "temperature", "count": 2}]
    single = await trained.post("forecast", {"reference_time": at(first)})
    assert windows[0]["outputs"]["load"] == single["outputs"]["load"]


async def test_reference_times_of_a_batch_may_lie_off_the_grid(trained: Trained) -> None:
    half = at(HOURS - 60).replace("00:00Z", "30:00Z")
    given = [at(HOURS - 50), half, at(HOURS - 50), "2019-01-01"]
    answer = await trained.post("forecast-batch", {"reference_times": given})
    times = [one["reference_time"] for one in answer["windows"]]
    assert times == ["2019-01-01T00:00:00Z", half, at(HOURS - 50)]
    assert [bool(one["outputs"]) for one in answer["windows"]] == [False, True, True]
    single = await trained.post("forecast", {"reference_time": half})
    assert answer["windows"][1]["outputs"]["load"] == single["outputs"]["load"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "first"), ({"first": at(0)}, "last"), ({"first": at(9), "last": at(0)}, "last"),
        ({"first": at(0), "last": at(HOURS)}, "last"), ({"reference_times": []}, "reference_times"),
        ({"reference_times": "2024-01-01"}, "reference_times"),
        ({"reference_times": ["2024-01-01"] * 501}, "reference_times"),
        ({"reference_times": ["2024-01-01", "x"]}, "reference_times[1]"),
        ({"first": at(0), "last": at(5), "every": 0}, "every"), ({"windows": 3}, "windows"),
    ],
)  # fmt: skip
async def test_a_batch_of_times_that_are_none_or_too_many_is_refused(
    trained: Trained, body: dict[str, Any], field: str
) -> None:
    answer = await trained.post("forecast-batch", body, 400)
    assert list(answer["errors"]) == [field]


@pytest.mark.parametrize("inputs", [[], {"wind": "stored"}, {"load": "cloud"}, {"load": {}}])
async def test_a_source_that_is_none_is_refused(trained: Trained, inputs: Any) -> None:
    answer = await trained.post("save-forecast-config", {"inputs": inputs}, 400)
    assert all(name.startswith("inputs") for name in answer["errors"])


async def test_a_file_that_training_did_not_write_is_never_loaded(trained: Trained) -> None:
    store = trained.resources.store
    with trained.resources.database.read() as session:
        key = session.query(Artifact).filter_by(name="model.zip").one().object_key
    content = store.get(key)
    store.put(key, content + b"\0")
    try:
        window = [[0.0] * COLUMNS] * 24
        answer = await trained.post("predict", {"input_data": window}, 503)
        assert answer["code"] == "PREDICTION_UNAVAILABLE"
    finally:
        store.put(key, content)


async def test_a_key_gets_forecasts_of_its_session_and_nothing_else(trained: Trained) -> None:
    made = await trained.post("api-keys", {"name": "pump station"}, 201)
    assert made["api_key"].startswith("sk_fcst_")
    stranger = Caller(web_for(trained.resources), trained.resources, None)
    stranger.headers["Authorization"] = f"Bearer {made['api_key']}"
    answer = await stranger.post(f"{BASE}/forecast/{trained.session_id}", {})
    assert answer["model_used"] == "LIN_1.zip"
    foreign = f"{BASE}/forecast/session_1_a"
    assert (await stranger.post(foreign, {}, 404))["code"] == "SESSION_NOT_FOUND"
    for method, path in (
        ("POST", f"predict/{trained.session_id}"), ("GET", f"sessions/{trained.session_id}"),
        ("GET", f"api-keys/{trained.session_id}"), ("DELETE", f"api-keys/{made['key']['id']}"),
        ("GET", "list-sessions"),
    ):  # fmt: skip
        options = {} if method == "GET" else {"json": {}}
        response = await stranger.call(method, f"{BASE}/{path}", **options)
        assert response.status_code == 401, path
    assert (await stranger.call("GET", "/api/auth/me")).status_code == 401


@pytest.fixture
def session_id(member: Caller, resources: Resources, tmp_path: Path) -> str:
    """A session of the member without a model: keys need none."""
    return make_session(resources, member.actor, tmp_path, hours=60)


def by_key(secret: str) -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {secret}"}}


async def test_a_session_has_at_most_five_active_keys_and_revoked_ones_are_dead(
    member: Caller, colleague: Caller, session_id: str
) -> None:
    url = f"{BASE}/api-keys/{session_id}"
    made = [await member.post(url, {"name": f"key {n}"}, 201) for n in range(5)]
    assert (await member.post(url, {}, 409))["code"] == "API_KEY_LIMIT"
    number, secret = made[0]["key"]["id"], made[0]["api_key"]
    call = f"{BASE}/forecast/{session_id}"
    assert (await member.post(call, {}, 404, **by_key(secret)))["code"] == "MODEL_NOT_FOUND"
    assert (await colleague.call("DELETE", f"{BASE}/api-keys/{number}")).status_code == 404
    assert (await member.call("DELETE", f"{BASE}/api-keys/{number}")).status_code == 200
    assert (await member.post(call, {}, 401, **by_key(secret)))["code"] == "INVALID_TOKEN"
    listed = await member.get(url)
    assert (listed["active"], listed["max_active"], len(listed["keys"])) == (4, 5, 5)
    assert listed["keys"][-1]["revoked_at"]
    assert listed["keys"][-1]["last_used_at"]
    assert secret not in str(listed)
    await member.post(url, {}, 201)
    assert (await colleague.get(url, 404))["code"] == "SESSION_NOT_FOUND"
    with member.database.read() as session:
        actions = [
            one.action
            for one in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
            if "key" in one.action
        ]
        stored = session.scalars(select(ForecastKey.secret_hash)).all()
    assert actions == ["forecast_key_created"] * 5 + ["forecast_key_revoked", actions[0]]
    await member.post(f"{BASE}/session/{session_id}/delete", {})
    await member.post(call, {}, 401, **by_key(made[1]["api_key"]))  # it ends with its session
    assert all(len(one) == 64 and secret not in one for one in stored)


async def test_a_key_is_slowed_down_after_sixty_calls_in_a_minute(
    member: Caller, session_id: str
) -> None:
    made = await member.post(f"{BASE}/api-keys/{session_id}", {}, 201)
    begin = now().timestamp()
    with member.database.write() as unit:
        key = unit.session.get_one(ForecastKey, made["key"]["id"])
        key.recent = [begin - 70, *(begin - 50 + n / 10 for n in range(59))]
    options = by_key(made["api_key"])
    await member.post(f"{BASE}/forecast/{session_id}", {}, 404, **options)
    response = await member.call("POST", f"{BASE}/forecast/{session_id}", json={}, **options)
    assert (response.status_code, response.body["code"]) == (429, "RATE_LIMITED")
    assert 1 <= int(response.headers["Retry-After"]) <= 60


@ON_ONE_DATABASE
@pytest.mark.parametrize("name", ["", "  ", 7, "x" * 201])
async def test_a_key_needs_a_name(member: Caller, session_id: str, name: Any) -> None:
    answer = await member.post(f"{BASE}/api-keys/{session_id}", {"name": name}, 400)
    assert list(answer["errors"]) == ["name"]


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"is_active": False}, 401), ({"role": "viewer"}, 401), ({"role": "admin"}, 404),
        ({"name": "another"}, 404),
    ],
)  # fmt: skip
async def test_a_key_is_worth_no_more_than_its_maker(
    member: Caller, colleague: Caller, session_id: str, change: dict[str, Any], status: int
) -> None:
    made = await member.post(f"{BASE}/api-keys/{session_id}", {}, 201)
    url, options = f"{BASE}/forecast/{session_id}", by_key(made["api_key"])
    with member.database.write() as unit:
        unit.session.execute(update(User).where(User.id == member.id).values(**change))
    answer = await colleague.post(url, {}, status, **options)  # 404: the session has no model
    assert answer["code"] == {401: "INVALID_TOKEN", 404: "MODEL_NOT_FOUND"}[status]
    if change.get("role") == "admin":
        with member.database.write() as unit:
            unit.session.execute(update(User).where(User.id == member.id).values(role="member"))
            owner = update(ForecastSession).values(owner_id=colleague.id)
            unit.session.execute(owner.where(ForecastSession.wire_id == session_id))
        answer = await colleague.post(url, {}, 401, **options)
        assert answer["code"] == "INVALID_TOKEN"


@ON_ONE_DATABASE
async def test_choices_are_those_that_are_checked(member: Caller) -> None:
    given = (await member.get(f"{BASE}/api-parameters"))["parameters"]
    assert [one["value"] for one in given["sources"]] == ["request", "stored", "both"]
    assert (given["max_keys"], given["calls_per_minute"]) == (5, 60)


FIELDS = {  # what section 2 of the contract names of each answer
    "results": "success results count n_dat",
    "get-training-results": "success results count n_dat",
    "training-results": "success results count n_dat",
    "evaluation-tables": "success session_id df_eval df_eval_ts model_type",
    "results-summary": "n_dat workflow_phase has_training_results has_trained_model model_count "
    "has_violin_plots violin_plot_types",
    "plot-variables": "success session_id input_variables output_variables time_components",
    "scalers": "success session_id scalers",
    "list-models-database": "success data session_id",
    "list-models": "success data session_id",
    "status": "session_id status progress message current_step completed_at total_steps "
    "completed_steps started_at",
    "session-status": "status progress message finalized",
}
RESULT = (
    "id session_id status results results_file_path file_size_bytes compressed results_metadata "
    "error_message error_traceback created_at updated_at"
)
BLOB = (
    "model_type parameters metrics evaluation_metrics training_split dataset_count metadata "
    "trained_model test_data scalers input_features output_features df_eval df_eval_ts"
)
METADATA = (
    "n_dat n_train n_val n_test delt model_config random_data i_dat_inf o_dat_inf input_features "
    "output_features"
)
LISTED = "filename model_type dataset_name format storage_path file_size_mb modified_time"
SAVED = "dataset_name model_type filename storage_path size_mb path_in_results file_format"


def missing(fields: str, answer: dict[str, Any]) -> set[str]:
    return set(fields.split()) - set(answer)


async def test_every_answer_about_a_model_has_the_fields_of_the_contract(trained: Trained) -> None:
    answers = {
        name: await trained.owner.get(f"{BASE}/{name}/{trained.session_id}") for name in FIELDS
    }
    lacking = {name: missing(FIELDS[name], answer) for name, answer in answers.items()}
    assert {name: lacks for name, lacks in lacking.items() if lacks} == {}
    (result,) = answers["results"]["results"]
    blob = result["results"]
    lacks = (missing(RESULT, result), missing(BLOB, blob), missing(METADATA, blob["metadata"]))
    assert lacks == (set(), set(), set())
    assert answers["scalers"]["scalers"] == blob["scalers"]
    (listed,) = answers["list-models"]["data"]["models"]
    saved = await trained.post("save-model", None)
    assert (missing(LISTED, listed), missing(SAVED, saved["models"][0])) == (set(), set())
    assert (saved["total_uploaded"], saved["failed_models"], saved["total_failed"]) == (1, [], 0)


async def test_files_to_take_away_are_named_and_need_no_code_to_be_read(trained: Trained) -> None:
    path = f"{BASE}/scalers/{trained.session_id}/download"
    scalers = await trained.owner.call("GET", path)
    assert re.search(
        rf"scalers_{trained.session_id}_\d{{8}}_\d{{6}}\.zip",
        scalers.headers["Content-Disposition"],
    )
    with zipfile.ZipFile(BytesIO(await scalers.get_data())) as archive:
        names = [re.sub(r"\d{8}_\d{6}", "at", name) for name in archive.namelist()]
        assert names == ["i_scale_at.save", "o_scale_at.save"]
        assert [json.loads(archive.read(name))["kind"] for name in archive.namelist()] == (
            ["min-max"] * 2
        )
    for alias in ("download-model", "download-model-h5"):
        model = await trained.owner.call("GET", f"{BASE}/{alias}/{trained.session_id}")
        assert model.headers["X-Model-Env-Python"].startswith("3.")
        with zipfile.ZipFile(BytesIO(await model.get_data())) as archive:
            assert {"predict.py", "scalers.json", "manifest.json"} <= set(archive.namelist())
    for name, status, code in (
        ("../x", 400, "INVALID_MODEL_FILENAME"), ("none.zip", 404, "MODEL_NOT_FOUND"),
    ):  # fmt: skip
        answer = await trained.owner.call(
            "GET", f"{BASE}/download-model/{trained.session_id}", query_string={"filename": name}
        )
        assert (answer.status_code, answer.body["code"]) == (status, code)


async def test_rows_are_scaled_and_brought_back_over_the_wire(trained: Trained) -> None:
    names = (await trained.owner.get(f"{BASE}/scalers/{trained.session_id}"))["scalers"][
        "metadata"
    ]["input_features"]
    rows = [[float(10 + number) for number in range(len(names))]]
    scaled = await trained.post("scale-data", {"input_data": rows})
    assert missing("success scaled_data scaling_info metadata", scaled) == set()
    assert set(scaled["scaling_info"]) == {f"feature_{number}" for number in range(len(names))}
    assert scaled["scaled_data"] != rows
    by_name = [dict(zip(names, rows[0], strict=True))]
    again = await trained.post("scale-data", {"input_data": by_name})
    assert again["scaled_data"] == scaled["scaled_data"]
    body = {"input_data": scaled["scaled_data"], "inverse": True}
    assert (await trained.post("scale-data", body))["scaled_data"] == [pytest.approx(rows[0])]
    refused = await trained.post("scale-data", {}, 400)
    assert refused["code"] == "MISSING_PREDICTION_INPUT"
