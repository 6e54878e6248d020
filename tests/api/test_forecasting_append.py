"""New rows for a series over HTTP: merged, decided where they differ, idempotent, nothing lost."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from app.http import idempotency
from app.models.forecasting import SessionFile
from services.forecasting.training.plan import file_in_plan
from tests.api.test_forecasting_files import BASE, put, rows, upload
from tests.factories.callers import Caller
from tests.support.databases import ON_ONE_DATABASE

pytestmark = [ON_ONE_DATABASE, pytest.mark.usefixtures("reads_here")]


def hours(first: int, last: int, head: str = "UTC;A;B", step: int = 1) -> str:
    lines = [f"2024-01-01 {hour:02}:00:00;{hour * step};{2 * hour}" for hour in range(first, last)]
    return "\n".join([head, *lines, ""])


async def append(
    caller: Caller, file_id: str, text: str, status: int = 200, name: str = "next.csv", **form: str
) -> Any:
    file = FileStorage(BytesIO(text.encode()), filename=name)
    path = f"{BASE}/csv-files/{file_id}/append"
    return await caller.post(path, status=status, form=form, files={"file": file})


async def test_rows_come_under_those_of_every_series_and_the_reading_names_both_files(
    member: Caller,
) -> None:
    made = await upload(member, text=hours(0, 12), bezeichnung="A")
    file_id = made["data"]["id"]
    await put(member, f"{BASE}/csv-files/{file_id}", {"zeithorizont_end": 3})
    answer = await append(member, file_id, hours(10, 24))
    assert (answer["applied"], answer["known"]) == (True, False)
    counts = {"new": 12, "overlapping": 2, "differing": 0, "filled": 0, "examples": []}
    assert answer["overlap"] == counts
    for row in await rows(member, made["sessionId"]):
        assert (row["datenpunkte"], row["utc_max"]) == (24, "2024-01-01 23:00:00")
        (part,) = row["reading"]["parts"]
        assert (part["file_name"], part["rows"], part["new"]) == ("next.csv", 14, 12)
        assert row["file_name"] == "level.csv"
    first, second = await rows(member, made["sessionId"])
    assert (first["max"], second["max"], first["zeithorizont_end"]) == (23.0, 46.0, 3.0)

    with member.database.read() as session:
        (stored, _) = session.scalars(select(SessionFile).order_by(SessionFile.series_index)).all()
    names = [one["file_name"] for one in file_in_plan(stored)["sources"]]
    assert names == ["level.csv", "next.csv"]

    again = await append(member, file_id, hours(10, 24), name="renamed.csv")
    assert (again["applied"], again["known"], again["overlap"]["new"]) == (True, True, 0)
    assert len(again["data"]["reading"]["parts"]) == 1


@pytest.mark.parametrize(("rule", "largest"), [("old", 22.0), ("new", 30.0)])
async def test_other_values_are_shown_before_a_person_decides(
    member: Caller, rule: str, largest: float
) -> None:
    made = await upload(member, text=hours(0, 12, step=2), bezeichnung="A")
    text = hours(11, 13).replace(";11;", ";30;").replace(";12;", ";12.5;")
    asked = await append(member, made["data"]["id"], text)
    assert (asked["applied"], asked["overlap"]["differing"]) == (False, 1)
    assert asked["overlap"]["examples"] == [
        {"series": "A", "time": "2024-01-01T11:00:00Z", "old": 22.0, "new": 30.0}
    ]
    before = (await rows(member, made["sessionId"]))[0]
    assert (before["datenpunkte"], "parts" in before["reading"]) == (12, False)
    done = await append(member, made["data"]["id"], text, overlap=rule)
    assert done["applied"] is True
    after = (await rows(member, made["sessionId"]))[0]
    assert (after["datenpunkte"], after["max"]) == (13, largest)
    wrong = await append(member, made["data"]["id"], hours(20, 22), 400, overlap="both")
    assert list(wrong["errors"]) == ["overlap"]


async def test_what_was_appended_stays_when_the_file_is_read_again_or_chosen_from(
    member: Caller,
) -> None:
    made = await upload(member, text=hours(0, 12), bezeichnung="A")
    path = f"{BASE}/csv-files/{made['data']['id']}"
    await append(member, made["data"]["id"], hours(12, 24))
    await put(member, path, {"importOptions": {"timezone": "+01:00"}})
    (first, _) = await rows(member, made["sessionId"])
    assert (first["datenpunkte"], first["utc_max"]) == (24, "2024-01-01 22:00:00")
    await put(member, f"{path}/series", {"series": [{"type": "output", "column": 3}]})
    (only,) = await rows(member, made["sessionId"])
    assert (only["type"], only["datenpunkte"], only["max"]) == ("output", 24, 46.0)
    assert len(only["reading"]["parts"]) == 1


@pytest.mark.parametrize(
    "text",
    [
        hours(12, 24, "UTC;A;C"), "UTC;A\n2024-01-02 00:00:00;1\n2024-01-02 01:00:00;2\n",
        "<html></html>\n", hours(12, 14) + "2024-01-01 13:00:00;5;5\n",
    ],
)  # fmt: skip
async def test_a_file_of_other_series_or_with_a_question_is_refused_and_nothing_changes(
    member: Caller, text: str
) -> None:
    made = await upload(member, text=hours(0, 12), bezeichnung="A")
    refused = await append(member, made["data"]["id"], text, 400)
    assert refused["success"] is False
    (first, _) = await rows(member, made["sessionId"])
    assert (first["datenpunkte"], "parts" in first["reading"]) == (12, False)


async def test_a_foreign_file_takes_no_rows(member: Caller, colleague: Caller) -> None:
    made = await upload(member, text=hours(0, 12), bezeichnung="A")
    refused = await append(colleague, made["data"]["id"], hours(12, 24), 404)
    assert refused["success"] is False
    (first, *_) = await rows(member, made["sessionId"])
    assert (first["datenpunkte"], "parts" in first["reading"]) == (12, False)


def of_day(day: int, head: str, row: str) -> str:
    """Return the hours of a day; ``row`` is formatted with the time, the hour and n from 1."""
    times = ((f"2024-02-{day:02} {hour:02}:00:00", hour) for hour in range(24))
    lines = [row.format(time=time, hour=hour, n=24 * day + hour) for time, hour in times]
    return "\n".join([head, *lines, ""])


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("{time};{hour}.5 kWh", "{time};0.{n} MWh", "has A in MWh; the rows that are here are in"),
        ("{time}+01:00;{hour}.5", "{time};{hour}.5", "Say the time zone of the other first"),
        (
            "{time};{hour}.5",
            "{time};1.{n}",
            "Say it for the series first (importOptions.thousands)",
        ),
    ],
)
async def test_rows_that_nobody_can_compare_are_refused(
    first: str, second: str, said: str, member: Caller
) -> None:
    made = await upload(member, text=of_day(10, "UTC;A", first), bezeichnung="A")
    refused = await append(member, made["data"]["id"], of_day(11, "UTC;A", second), 400)
    assert said in refused["errors"]["file"][0]
    assert (await rows(member, made["sessionId"]))[0]["datenpunkte"] == 24


async def test_a_zone_that_was_said_makes_times_comparable(member: Caller) -> None:
    made = await upload(member, text=of_day(10, "UTC;A", "{time}+01:00;{n}"), bezeichnung="A")
    said = {"importOptions": {"timezone": "Europe/Vienna"}}
    await put(member, f"{BASE}/csv-files/{made['data']['id']}", said)
    await append(member, made["data"]["id"], of_day(11, "UTC;A", "{time};{n}"))
    (row,) = await rows(member, made["sessionId"])
    assert (row["datenpunkte"], row["utc_max"]) == (48, "2024-02-11 22:00:00")


async def test_another_step_and_a_missing_difference_are_named(member: Caller) -> None:
    made = await upload(member, text=of_day(10, "UTC;A", "{time};{n}"), bezeichnung="A")
    said = {"importOptions": {"differences": [2]}}
    await put(member, f"{BASE}/csv-files/{made['data']['id']}", said)
    quarters = [f"2024-02-11 00:{15 * n:02}:00;{264 + n}" for n in range(4)]
    await append(member, made["data"]["id"], "\n".join(["UTC;A", *quarters, ""]))
    (row,) = await rows(member, made["sessionId"])
    assert {"step_change", "difference_missing"} <= {
        one["kind"] for one in row["reading"]["findings"]
    }
    assert (row["datenpunkte"], row["numerische_datenpunkte"]) == (28, 26)


@pytest.mark.parametrize("rule", ["old", "new"])
@pytest.mark.parametrize(("first", "then"), [((0, 12), (11, 24)), ((11, 24), (0, 12))])
async def test_a_file_that_shares_one_row_has_every_difference_over_the_seam(
    member: Caller, rule: str, first: tuple[int, int], then: tuple[int, int]
) -> None:
    made = await upload(member, text=hours(*first, head="UTC;A;B", step=3), bezeichnung="A")
    file_id = made["data"]["id"]
    await put(member, f"{BASE}/csv-files/{file_id}", {"importOptions": {"differences": [2, 3]}})
    await append(member, file_id, hours(*then, head="UTC;A;B", step=3), overlap=rule)
    for row, difference in zip(await rows(member, made["sessionId"]), (3.0, 2.0), strict=True):
        kinds = {one["kind"] for one in row["reading"]["findings"]}
        assert (row["datenpunkte"], row["numerische_datenpunkte"]) == (24, 23)  # all but the first
        assert (row["min"], row["max"]) == (difference, difference)
        assert "difference_missing" not in kinds


async def test_a_repeat_with_the_same_key_is_answered_by_what_was_committed_with_the_rows(
    member: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await upload(member, text=hours(0, 12), bezeichnung="A")
    monkeypatch.setattr(idempotency, "_remember", lambda *_: None)  # dead by then
    path = f"{BASE}/csv-files/{made['data']['id']}/append"
    answers = []
    for _ in range(2):
        file = FileStorage(BytesIO(hours(10, 24).encode()), filename="next.csv")
        key = {"Idempotency-Key": "one"}
        answers.append(await member.call("POST", path, headers=key, files={"file": file}))
    first, again = answers
    assert (first.status_code, first.body["overlap"]["new"]) == (200, 12)
    assert (again.status_code, again.body) == (200, first.body)
