"""Points from outside, and curves at any zoom, over HTTP."""

import asyncio
import gzip
from dataclasses import replace
from io import BytesIO
from typing import Any

import polars as pl
import pytest
from sqlalchemy import func, select

from app.models.event import EventRow
from app.models.run import Run
from app.models.series import SeriesBatch
from blueprints.runs.schemas_results import ExperimentResults
from blueprints.tracking.schemas_curves import SeriesSummaries
from harness.eventually import eventually_async
from services.runs.external.announce import announcer_of
from tests.factories.callers import Caller
from tests.factories.runs import add_curve, make_run
from wsgi import create_web

ARROW = "application/vnd.apache.arrow.stream"


@pytest.fixture
def run(member: Caller) -> Run:
    """A run that a program elsewhere logs to."""
    return make_run(member.database, member.id, origin="logged", status="in_progress")


def batch(batch_id: str = "first", **part: Any) -> dict[str, Any]:
    series = {"name": "val_loss", "steps": [3, 1, 2], "values": [0.5, None, 0.0], **part}
    return {"batch_id": batch_id, "series": [series]}


async def curves(caller: Caller, run: Run, query: str = "") -> list[dict[str, Any]]:
    return (await caller.get(f"/api/runs/{run.id}/series?{query}"))["series"]


async def test_points_come_back_in_order_with_gaps(member: Caller, run: Run) -> None:
    path = f"/api/runs/{run.id}/series"
    times = [1.5e9, 1.6e9, 1.7e9]
    taken = await member.post(path, batch(times=times, client="site-1"))
    assert taken == {"batch_id": "first", "points": 3, "replaced": 0, "duplicate": False}
    (curve,) = await curves(member, run)
    assert curve == {
        "run_id": run.id, "name": "val_loss", "client": "site-1", "count": 3,
        "steps": [1, 2, 3], "values": [None, 0.0, 0.5], "times": [1.6e9, 1.7e9, 1.5e9],
    }  # fmt: skip


async def test_points_of_one_step_in_a_batch_are_counted(member: Caller, run: Run) -> None:
    path = f"/api/runs/{run.id}/series"
    taken = await member.post(path, batch(steps=[1, 1, 2], values=[0.1, 0.2, 0.3]))
    assert (taken["points"], taken["replaced"]) == (3, 1)
    assert (await curves(member, run))[0]["values"] == [0.2, 0.3]


async def test_a_program_goes_on_from_an_earlier_step(member: Caller, run: Run) -> None:
    path = f"/api/runs/{run.id}/series"
    await member.post(path, batch("one", steps=[0, 1, 2], values=[0.9, 0.5, 0.1]))
    again = batch("two", steps=[1], values=[0.6]) | {"rewind_to": 1}
    assert (await member.post(path, again))["duplicate"] is False
    assert (await curves(member, run))[0]["steps"] == [0, 1]
    (shown,) = (await member.get(f"{path}/summary"))["series"]
    assert (shown["last"], shown["last_step"], shown["min"], shown["count"]) == (0.6, 1, 0.6, 2)
    await member.post(path, batch("three", steps=[2], values=[0.4]))
    assert (await member.post(path, again))["duplicate"] is True
    assert (await curves(member, run))[0]["values"] == [0.9, 0.6, 0.4]
    await member.post(path, {"batch_id": "four", "series": [], "rewind_to": 0})
    assert await curves(member, run) == []


@pytest.mark.parametrize("step", ["1", 1.5, True, 2**63])
async def test_only_a_step_can_be_gone_back_to(member: Caller, run: Run, step: object) -> None:
    answer = await member.post(
        f"/api/runs/{run.id}/series", batch() | {"rewind_to": step}, status=422
    )
    assert list(answer["errors"]) == ["rewind_to"]


async def test_the_summary_knows_the_best(member: Caller, run: Run) -> None:
    await member.post(f"/api/runs/{run.id}/series", batch())
    (shown,) = (await member.get(f"/api/runs/{run.id}/series/summary"))["series"]
    assert shown == {
        "name": "val_loss", "client": None, "count": 3, "last": 0.5, "last_step": 3,
        "best": 0.0, "best_step": 2, "min": 0.0, "min_step": 2, "max": 0.5, "max_step": 3,
        "goal": "min", "in_catalogue": True,
    }  # fmt: skip


async def test_a_batch_is_taken_once_and_its_id_stands_for_its_content(
    member: Caller, run: Run
) -> None:
    path = f"/api/runs/{run.id}/series"
    await member.post(path, batch())
    await member.post(path, batch("second", values=[9.0, 9.0, 9.0]))
    assert (await member.post(path, batch()))["duplicate"]
    assert (await curves(member, run))[0]["values"] == [9.0, 9.0, 9.0]
    await member.post(path, batch(values=[1, 2, 3]), 409)
    await member.post(path, batch(times=[1, 2, 3]), 409)


async def test_the_same_batch_many_times_at_once_is_stored_once(member: Caller, run: Run) -> None:
    path = f"/api/runs/{run.id}/series"
    answers = await asyncio.gather(*(member.post(path, batch()) for _ in range(6)))
    assert sorted(answer["duplicate"] for answer in answers) == [False] + [True] * 5
    with member.database.read() as session:
        assert session.scalar(select(func.count()).select_from(SeriesBatch)) == 1


async def test_many_writers_of_one_series_lose_nothing(member: Caller, run: Run) -> None:
    path = f"/api/runs/{run.id}/series"
    await asyncio.gather(
        *(member.post(path, batch(str(n), steps=[n], values=[n / 2])) for n in range(12))
    )
    (curve,) = await curves(member, run)
    (shown,) = (await member.get(f"{path}/summary"))["series"]
    assert curve["steps"] == list(range(12))
    times = dict(zip(curve["steps"], curve["times"], strict=True))
    newest = [step / 2 for step, time in times.items() if time == max(times.values())]
    assert (shown["count"], shown["max"]) == (12, 5.5)
    assert shown["last"] in newest


async def test_a_run_that_is_over_takes_no_more_but_knows_a_repeated_batch(
    member: Caller, run: Run
) -> None:
    path = f"/api/runs/{run.id}/series"
    await member.post(path, batch())
    with member.database.write() as unit:
        unit.session.get_one(Run, run.id).status = "failed"
    await member.post(path, batch("second"), 409)
    assert (await member.post(path, batch()))["duplicate"]


@pytest.mark.parametrize("origin", ["trained", "imported"])
async def test_only_a_logged_run_takes_points(member: Caller, origin: str) -> None:
    other = make_run(member.database, member.id, origin=origin)
    answer = await member.post(f"/api/runs/{other.id}/series", batch(), 409)
    assert f"Run {other.id} " in answer["detail"]
    assert await curves(member, other) == []


async def test_points_are_the_owners_to_log(
    member: Caller, colleague: Caller, viewer: Caller, run: Run
) -> None:
    path = f"/api/runs/{run.id}/series"
    await colleague.post(path, batch(), 404)
    shared = make_run(
        member.database, member.id, origin="logged", status="in_progress", visibility="team"
    )
    for caller in (colleague, viewer):
        await caller.post(f"/api/runs/{shared.id}/series", batch(), 403)
    assert await curves(member, run) == await curves(member, shared) == []


async def test_bad_points_are_named_and_nothing_of_them_is_kept(member: Caller, run: Run) -> None:
    path = f"/api/runs/{run.id}/series"
    answer = await member.post(path, batch(steps=[1, 1.5, 3]), 422)
    assert list(answer["errors"]) == ["series.0.steps"]
    headers = {"Content-Type": "application/json"}
    for body in (b"", b"{", b'{"batch_id": NaN}', b'{"series": [1e999]}', b"\xff", b"[" * 5000):
        answer = await member.call("POST", path, data=body, headers=headers)
        assert answer.status_code == 400
    answer = await member.call("POST", path, data=b"a,b", headers={"Content-Type": "text/csv"})
    assert answer.status_code == 400
    assert await curves(member, run) == []


async def test_a_batch_beyond_the_limit_is_refused(member: Caller, run: Run) -> None:
    small = replace(member.resources.settings, max_batch_bytes=1024)
    member.resources = replace(member.resources, settings=small)
    caller = Caller(create_web(member.resources), member.resources, "admin")
    await caller.post(f"/api/runs/{run.id}/series", batch(values=[0.123456789] * 900), 413)
    assert await curves(member, run) == []


async def test_curves_are_read_as_an_arrow_stream(member: Caller, run: Run) -> None:
    series = [
        {"name": "a", "client": "x", "steps": [1, 2], "values": [None, 1.0]},
        {"name": "b", "steps": [1], "values": [None]},
    ]
    path = f"/api/runs/{run.id}/series"
    await member.post(path, {"batch_id": "one", "series": series})
    answer = await member.call("GET", path, headers={"Accept": ARROW})
    assert answer.content_type == ARROW
    frame = pl.read_ipc_stream(BytesIO(await answer.get_data(as_text=False)))
    assert frame.columns == ["run_id", "name", "client", "step", "value", "time", "min", "max"]
    assert frame["name"].to_list() == ["a", "a", "b"]
    assert frame["client"].to_list() == ["x", "x", None]
    assert frame["value"].to_list() == [None, 1.0, None]


async def test_points_in_another_form_than_json_are_refused(member: Caller, run: Run) -> None:
    path, headers = f"/api/runs/{run.id}/series", {"Content-Type": ARROW}
    answer = await member.call("POST", path, data=b"ARROW1", headers=headers)
    assert (answer.status_code, answer.body["detail"]) == (400, "Send application/json.")


async def test_several_runs_are_read_in_one_call(
    member: Caller, colleague: Caller, run: Run
) -> None:
    other, foreign = make_run(member.database, member.id), make_run(member.database, colleague.id)
    for one in (run, other, foreign):
        add_curve(member.database, one, "val_loss", [one.id / 8])
        add_curve(member.database, one, "a,b", [0.5])
    answer = await curves(member, run, f"runs={other.id},{run.id}&names=val_loss")
    assert [(one["run_id"], one["values"]) for one in answer] == [
        (run.id, [run.id / 8]),
        (other.id, [other.id / 8]),
    ]
    assert [one["name"] for one in await curves(member, run, 'names="a,b"')] == ["a,b"]
    assert await curves(member, run, "names=unknown") == []
    await member.get(f"/api/runs/{run.id}/series?runs={foreign.id}", 404)
    await member.get(f"/api/runs/{run.id}/series?runs=999999", 404)


async def test_a_range_is_cut_out_at_its_own_zoom(member: Caller, run: Run) -> None:
    add_curve(member.database, run, "val_loss", [step / 100 for step in range(100)])
    (curve,) = await curves(member, run, "from_step=10&to_step=29&max_points=4&times=false")
    assert (curve["steps"], curve["count"]) == ([14, 19, 24, 29], 20)
    assert (curve["min"], curve["max"]) == ([0.1, 0.15, 0.2, 0.25], [0.14, 0.19, 0.24, 0.29])
    assert "times" not in curve


WRONG = (
    "runs=x", "runs=0", "runs=-1", "runs=1.5", "runs=" + ",".join(map(str, range(1, 23))),
    "from_step=-9223372036854775809", "from_step=x", "to_step=9223372036854775808", "from_step=9&to_step=1",
    "times=maybe", "max_points=x", 'names="a', "colour=red",
)  # fmt: skip


async def test_a_wrong_question_is_named(member: Caller, run: Run) -> None:
    for query in WRONG:
        answer = await member.get(f"/api/runs/{run.id}/series?{query}", 422)
        assert next(iter(answer["errors"])) in query


async def test_the_largest_step_goes_in_and_out(member: Caller, run: Run) -> None:
    largest = 2**63 - 1
    await member.post(f"/api/runs/{run.id}/series", batch(steps=[0, largest], values=[1, 2]))
    (curve,) = await curves(member, run, f"from_step={largest}&to_step={largest}")
    assert (curve["steps"], curve["values"]) == ([largest], [2.0])


async def test_the_largest_step_is_in_every_summary_as_the_schemas_say(
    member: Caller, run: Run
) -> None:
    largest = 2**63 - 1
    sent = batch(name="val_acc", steps=[0, largest], values=[0.1, 0.2])
    await member.post(f"/api/runs/{run.id}/series", sent)
    summary = await member.get(f"/api/runs/{run.id}/series/summary")
    results = await member.get(f"/api/runs/{run.id}/metrics")
    for name in ("client", "in_catalogue"):  # only ever dumped
        del summary["series"][0][name]
    assert (SeriesSummaries().validate(summary), ExperimentResults().validate(results)) == ({}, {})
    assert summary["series"][0]["best_step"] == results["metadata"]["best_epoch"] == largest


async def test_steps_below_zero_of_an_import_are_shown_as_the_schemas_say(
    member: Caller,
) -> None:
    run = make_run(member.database, member.id, origin="imported")
    add_curve(member.database, run, "val_acc", {-5: 0.4, -1: 0.2, 3: 0.3})
    summary = await member.get(f"/api/runs/{run.id}/series/summary")
    results = await member.get(f"/api/runs/{run.id}/metrics")
    for name in ("client", "in_catalogue"):  # only ever dumped
        del summary["series"][0][name]
    assert (SeriesSummaries().validate(summary), ExperimentResults().validate(results)) == ({}, {})
    assert results["metadata"]["best_epoch"] == -5  # as it was logged
    (curve,) = await curves(member, run, "to_step=-1")
    assert (curve["steps"], curve["values"]) == ([-5, -1], [0.4, 0.2])


async def test_a_packed_question_is_refused_by_its_name(member: Caller, run: Run) -> None:
    member.headers["Content-Encoding"] = "gzip"
    answer = await member.post(f"/api/runs/{run.id}/series", batch(), 400)
    assert "Content-Encoding (gzip)" in answer["detail"]


async def test_a_large_answer_is_packed_for_who_can_unpack_it(member: Caller, run: Run) -> None:
    add_curve(member.database, run, "val_loss", [0.5] * 1500)
    answers = []
    for encoding in ("gzip;q=1.0", "gzip;q=0, br"):
        headers = member.headers | {"Accept-Encoding": encoding}
        answers.append(await member._client.get(f"/api/runs/{run.id}/series", headers=headers))
    packed, plain = answers
    assert packed.headers["Content-Encoding"] == "gzip"
    content = await packed.get_data(as_text=False)
    assert gzip.decompress(content) == await plain.get_data(as_text=False)
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]


async def test_open_pages_hear_once_of_many_batches(member: Caller, run: Run) -> None:
    path = f"/api/runs/{run.id}/series"
    for number in range(20):
        await member.post(path, batch(str(number), name=f"metric {number}", steps=[1, 2, number]))
    announcer = announcer_of(member.database)
    await eventually_async(lambda: announcer._thread is None)
    with member.database.read() as session:
        query = select(EventRow).where(EventRow.type == "series_points").order_by(EventRow.seq)
        rows = session.scalars(query).all()
    assert 1 <= len(rows) < 20
    assert {name for row in rows for name in row.data["names"]} == {
        f"metric {number}" for number in range(20)
    }
    assert rows[-1].data["last_step"] == 19
