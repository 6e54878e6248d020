"""The datasets of a session as a worker builds them: whole, or not at all."""

import base64
import io
import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image
from sqlalchemy import select, update

from app.auth.actor import Actor
from app.db.uow import UnitOfWork
from app.jobs.errors import LeaseLost
from app.jobs.reconcile import report_death
from app.models.event import EventRow
from app.models.forecasting import ForecastSession, SessionFile, SessionObject
from app.models.job import Job
from app.resources import Resources
from services.forecasting.datasets import objects
from services.forecasting.datasets.npz import NpzReader
from services.forecasting.datasets.start import start_datasets, stop_datasets
from tests.factories.datasets import built, claimed, work_on
from tests.factories.people import actor_for, make_user
from tests.factories.sessions import add_file, csv_text, make_session
from tests.support.databases import ON_ONE_DATABASE
from workers.attempt import Attempt
from workers.queues import HANDLERS
from workers.runtime import perform

HOURS = 24 * 12
KEPT = HOURS - 23 - 24  # the past of the inputs and the future of the output must lie inside


@pytest.fixture
def owner(resources: Resources) -> Actor:
    return actor_for(make_user(resources.database))


@pytest.fixture
def wire_id(resources: Resources, owner: Actor, tmp_path: Path) -> str:
    return make_session(resources, owner, tmp_path, HOURS)


def kept(resources: Resources) -> dict[str, SessionObject]:
    with resources.database.read() as session:
        return {row.name: row for row in session.scalars(select(SessionObject))}


def document(resources: Resources, name: str) -> dict:
    return json.loads(resources.store.get(kept(resources)[name].object_key))


def reported(resources: Resources) -> list[dict]:
    with resources.database.read() as session:
        query = select(EventRow).where(EventRow.type == "dataset_status_update")
        return [json.loads(row.data) if isinstance(row.data, str) else row.data
                for row in session.scalars(query.order_by(EventRow.seq))]  # fmt: skip


def state(resources: Resources) -> Job:
    with resources.database.read() as session:
        return session.scalars(select(Job)).one()


def test_the_job_keeps_every_object_and_counts_the_samples(resources, owner, wire_id) -> None:
    built(resources, owner, wire_id, drawn=True)
    assert state(resources).state == "succeeded"
    assert sorted(kept(resources)) == sorted(objects.NAMES)
    with resources.database.read() as session:
        assert session.scalars(select(ForecastSession)).one().n_dat == KEPT
    windows = document(resources, objects.WINDOWS)
    assert (windows["n_dat"], sum(windows["sizes"].values())) == (KEPT, KEPT)
    assert windows["shapes"] == {"X": [KEPT, 24, 6], "Y": [KEPT, 24, 1]}
    assert windows["scalers"]["fitted_on"] == "train"
    drawn = document(resources, objects.VISUALIZATIONS)["plots"]
    assert list(drawn) == [
        "input_load", "input_temperature", "time_W_sin", "time_W_cos", "time_D_sin", "time_D_cos",
        "output_load",
    ]  # fmt: skip
    assert [one["label"] for one in drawn.values()] == [*(f"IN{n}" for n in range(1, 7)), "OUT1"]
    first = drawn["input_load"]["data"].removeprefix("data:image/png;base64,")
    with Image.open(io.BytesIO(base64.b64decode(first))) as image:
        assert (image.format, image.size) == ("PNG", (300, 600))
        assert len(image.convert("RGB").getcolors(1 << 20)) > 20


def test_the_percentage_only_rises_and_ends_at_100(resources, owner, wire_id) -> None:
    built(resources, owner, wire_id)
    events = reported(resources)
    percent = [one["progress"] for one in events]
    assert percent == sorted(percent)
    assert (percent[0], percent[-1]) == (0, 100)
    assert {5, 10, 25, 30, 40, 45, 55, 58, 65, 75, 95, 97} <= set(percent)
    assert {one["status"] for one in events[:-1]} == {"processing"}
    assert (events[-1]["status"], events[-1]["eta_seconds"]) == ("completed", 0)
    assert all(one["session_id"] == wire_id for one in events)
    assert all(one["message"].startswith("violin.progress.") for one in events)


@ON_ONE_DATABASE
def test_the_arrays_are_the_windows_and_need_no_pickle(resources, owner, wire_id) -> None:
    built(resources, owner, wire_id)
    key = kept(resources)[objects.ARRAYS].object_key
    arrays = np.load(io.BytesIO(resources.store.get(key)), allow_pickle=False)
    assert (arrays["X"].shape, arrays["Y"].shape) == ((KEPT, 24, 6), (KEPT, 24, 1))
    assert (arrays["X"].dtype, arrays["t_ref"].dtype) == (np.float32, np.int64)
    # the load an hour before the second reference time is that of the first one
    assert arrays["X"][1, -2, 0] == arrays["X"][0, -1, 0]
    assert set(np.diff(arrays["t_ref"])) == {3600}
    sizes = document(resources, objects.WINDOWS)["sizes"]
    counted = {
        name: int((arrays["block"] == name).sum()) for name in ("train", "validation", "test")
    }
    assert counted == {name: sizes[name] for name in counted}


@ON_ONE_DATABASE
def test_the_test_windows_are_the_last_rows_of_the_arrays(resources, owner, wire_id) -> None:
    built(resources, owner, wire_id)
    stored = kept(resources)
    with NpzReader(resources.store.open(stored[objects.ARRAYS].object_key)) as arrays:
        block, x = arrays.array("block"), arrays.array("X")
    with NpzReader(resources.store.open(stored[objects.TEST_WINDOWS].object_key)) as windows:
        assert np.array_equal(windows.array("X"), x[block == "test"])
        assert np.array_equal(windows.rows("X", [0, 3]), x[block == "test"][[0, 3]])
        assert windows.array("kinds").tolist() == ["input", "input", "time", "time", "time", "time"]


@ON_ONE_DATABASE
def test_what_a_violin_shows_is_what_the_flattened_windows_hold(resources, owner, wire_id) -> None:
    built(resources, owner, wire_id)
    columns = {one["key"]: one for one in document(resources, objects.VIOLINS)["columns"]}
    key = kept(resources)[objects.ARRAYS].object_key
    arrays = np.load(io.BytesIO(resources.store.get(key)), allow_pickle=False)
    for block in ("train", "test"):
        flat = arrays["X"][arrays["block"] == block][:, :, 0].astype(np.float64).ravel()
        shown = columns["input_load"]["blocks"][block]
        assert shown["count"] == len(flat)
        found = [shown[name] for name in ("min", "q1", "median", "q3", "max")]
        assert found == pytest.approx(np.quantile(flat, [0, 0.25, 0.5, 0.75, 1]), rel=1e-6)
    scaled = columns["input_load"]["scaled"]["train"]
    assert (scaled["min"], scaled["max"]) == pytest.approx((0, 1))
    assert columns["time_D_sin"]["scaled"]["all"]["min"] == pytest.approx(-1)


@ON_ONE_DATABASE
def test_dropped_samples_are_kept_with_reason_and_lines(
    resources, owner, wire_id, tmp_path
) -> None:
    values = [float(hour % 24) for hour in range(HOURS)]
    text = csv_text("wind", values).splitlines()
    text[101] = text[101].split(";")[0] + ";"
    past = {"zeithorizont_start": -1, "zeithorizont_end": 0}
    add_file(resources, owner, tmp_path, wire_id, "input", "wind", "\n".join([*text, ""]), **past)
    built(resources, owner, wire_id)
    table = pl.read_parquet(resources.store.get(kept(resources)[objects.DROPPED].object_key))
    dropped = document(resources, objects.WINDOWS)["dropped"]
    assert dropped["total"] == len(table)
    by_reason = dict(table.group_by("reason").len().iter_rows())
    assert by_reason == dropped["by_reason"]
    assert by_reason["non-numeric neighbour"] == 2  # on both sides the interpolation needs it
    ours = table.filter(pl.col("label") == "wind")
    assert (ours["line_before"] + 1 >= ours["line_after"]).all()
    first = next(one for one in dropped["first"] if one["label"] == "wind")
    row = ours.row(0, named=True)
    assert first["lines"] == sorted({row["line_before"], row["line_after"]})
    assert first["instant"] == f"{row['instant']:%Y-%m-%dT%H:%M:%S.%f}Z"


def test_building_again_replaces_what_was_kept_by_new_keys(resources, owner, wire_id) -> None:
    built(resources, owner, wire_id)
    before = {name: row.object_key for name, row in kept(resources).items()}
    with resources.database.write() as unit:
        unit.session.execute(update(Job).values(subject="forecast_session:0"))
    built(
        resources,
        owner,
        wire_id,
        split={"trainPercentage": 50, "valPercentage": 25, "testPercentage": 25},
    )
    after = {name: row.object_key for name, row in kept(resources).items()}
    assert set(before) == set(after)
    assert not set(before.values()) & set(after.values())
    assert all(resources.store.exists(key) for key in after.values())
    sizes = document(resources, objects.WINDOWS)["sizes"]
    assert sizes["validation"] == round(KEPT / 4)


class Mortal(Attempt):
    """An attempt that is not the row's any more when it writes for the nth time."""

    writes_left = 0

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        with super().write() as unit:
            yield unit
            self.writes_left -= 1
            if self.writes_left < 0:
                raise LeaseLost("killed")


@pytest.mark.parametrize("writes", [0, 4, 12])
def test_what_a_killed_worker_began_is_done_again(resources, owner, wire_id, writes) -> None:
    job_id = start_datasets(resources.database, owner, wire_id).job_id
    dying = Mortal(resources.jobs, claimed(resources, job_id).claim)
    dying.writes_left = writes
    with pytest.raises(LeaseLost):
        work_on(resources, dying)
    assert kept(resources) == {}
    report_death(resources.jobs, job_id, "test", "killed")
    with resources.database.write() as unit:
        unit.session.execute(update(Job).values(not_before=0.0))
    work_on(resources, claimed(resources, job_id))
    assert (state(resources).state, state(resources).attempt) == ("succeeded", 2)
    assert sorted(kept(resources)) == sorted(objects.NAMES)
    percent = [one["progress"] for one in reported(resources)]
    assert percent == sorted(percent)


def test_a_requested_stop_ends_the_job_and_keeps_what_was_there(resources, owner, wire_id) -> None:
    job_id = start_datasets(resources.database, owner, wire_id).job_id
    attempt = claimed(resources, job_id)
    stop_datasets(resources.jobs, owner, wire_id)
    attempt.look()
    work_on(resources, attempt)
    assert (state(resources).state, kept(resources)) == ("cancelled", {})
    assert reported(resources)[-1]["status"] == "failed"
    assert reported(resources)[-1]["message"] == "violin.progress.cancelled"


def performed(resources: Resources, job_id: int) -> tuple[str, str, dict]:
    """Do a job as a worker does; return its state, the code of its error and the last event."""
    handler = signal.getsignal(signal.SIGTERM)
    perform(job_id, "test:1", resources, HANDLERS)
    signal.signal(signal.SIGTERM, handler)
    job = state(resources)
    return job.state, (job.error or {}).get("type", ""), reported(resources)[-1]


def test_a_worker_does_the_job_by_its_kind(resources, owner, wire_id) -> None:
    job_id = start_datasets(resources.database, owner, wire_id).job_id
    ended = performed(resources, job_id)
    assert (ended[0], ended[2]["status"]) == ("succeeded", "completed")
    assert list((resources.settings.home / "tmp").glob("datasets-*")) == []


def test_too_few_samples_end_the_job_with_what_would_be_needed(resources, owner, tmp_path) -> None:
    wire_id = make_session(resources, owner, tmp_path, 49)
    job_id = start_datasets(resources.database, owner, wire_id).job_id
    ended, code, event = performed(resources, job_id)
    assert (ended, code, event["status"]) == ("failed", "TOO_FEW_SAMPLES", "failed")
    assert "samples would do" in event["detail"]
    assert event["progress"] < 100
    assert kept(resources) == {}


@ON_ONE_DATABASE
def test_a_constant_series_has_violins_without_a_density(
    resources, owner, wire_id, tmp_path
) -> None:
    flat = csv_text("flat", [5.0] * HOURS)
    add_file(resources, owner, tmp_path, wire_id, "output", "flat", flat,
             zeithorizont_start=1, zeithorizont_end=24)  # fmt: skip
    built(resources, owner, wire_id, drawn=True)
    columns = {one["key"]: one for one in document(resources, objects.VIOLINS)["columns"]}
    shown = columns["output_flat"]
    assert (shown["blocks"]["all"]["median"], shown["blocks"]["all"]["density"]) == (5.0, [])
    assert shown["scaled"]["all"]["median"] == 0
    assert "output_flat" in document(resources, objects.VISUALIZATIONS)["plots"]


def test_a_file_that_is_not_ready_any_more_ends_the_job(resources, owner, wire_id) -> None:
    job_id = start_datasets(resources.database, owner, wire_id).job_id
    with resources.database.write() as unit:
        unit.session.execute(update(SessionFile).values(status="question"))
    ended, code, event = performed(resources, job_id)
    assert (ended, code) == ("failed", "bad_request")
    assert "cannot be used yet" in event["detail"]
