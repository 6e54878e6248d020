"""Choosing which columns of a file are inputs, outputs or both, over HTTP."""

from typing import Any

import pytest

from tests.api.test_forecasting_files import BASE, put, rows, upload
from tests.factories.callers import Caller
from tests.support.databases import ON_ONE_DATABASE

pytestmark = [ON_ONE_DATABASE, pytest.mark.usefixtures("reads_here")]
LINES = [f"2024-01-01 {hour:02}:00:00;{hour};{2 * hour};text;{3 * hour}" for hour in range(24)]
TABLE = "\n".join(["UTC;A;B;note;C", *LINES, ""])
NAMES = ("type", "bezeichnung", "max")


async def shown(member: Caller, made: Any) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in NAMES) for row in await rows(member, made["sessionId"])]


async def test_columns_become_inputs_outputs_or_both_of_one_upload(member: Caller) -> None:
    made = await upload(member, text=TABLE, bezeichnung="A")
    listed = await rows(member, made["sessionId"])
    columns = listed[0]["reading"]["columns"]
    assert [(one["column"], one["name"], one["kind"]) for one in columns] == [
        (1, "UTC", "time"), (2, "A", "number"), (3, "B", "number"), (4, "note", "text"),
        (5, "C", "number"),
    ]  # fmt: skip
    await put(member, f"{BASE}/csv-files/{listed[2]['id']}", {"zeithorizont_end": 3})
    path = f"{BASE}/csv-files/{made['data']['id']}/series"
    both = [
        {"type": "output", "column": 2}, {"type": "input", "column": 2},
        {"type": "input", "column": 5},
    ]  # fmt: skip
    answer = await put(member, path, {"series": both})
    assert len(answer["data"]) == 3
    assert await shown(member, made) == [
        ("input", "A", 23.0), ("input", "C", 69.0), ("output", "A", 23.0),
    ]  # fmt: skip
    after = await rows(member, made["sessionId"])
    assert after[1]["zeithorizont_end"] == 3.0  # what was set of a series stays
    assert {row["storage_path"] for row in after} == {listed[0]["storage_path"]}
    assert after[0]["importOptions"] == {"columns": [2, 5]}
    await put(member, path, {"series": [*both, {"type": "input", "column": 3}]})
    assert ("input", "B", 46.0) in await shown(member, made)


async def test_a_series_that_was_left_out_stays_out_when_the_file_is_read_again(
    member: Caller,
) -> None:
    made = await upload(member, text=TABLE, bezeichnung="A")
    listed = await rows(member, made["sessionId"])
    await member.call("DELETE", f"{BASE}/csv-files/{listed[1]['id']}")
    path = f"{BASE}/csv-files/{listed[2]['id']}"
    await put(member, path, {"importOptions": {"timezone": "+01:00"}})
    assert await shown(member, made) == [("input", "A", 23.0), ("input", "C", 69.0)]


async def test_series_below_each_other_are_chosen_by_their_name(member: Caller) -> None:
    lines = [
        f"2024-01-{day:02} 00:00:00;{place};{day}"
        for day in range(1, 20)
        for place in ("north", "south")
    ]
    made = await upload(member, text="\n".join(["UTC;place;load", *lines, ""]))
    path = f"{BASE}/csv-files/{made['data']['id']}"
    await put(member, path, {"importOptions": {"series_key": "place"}})
    chosen = [{"type": "output", "name": "south"}]
    refused = await put(member, f"{path}/series", {"series": [{"type": "input", "column": 3}]}, 400)
    assert list(refused["errors"]) == ["series"]
    await put(member, f"{path}/series", {"series": chosen})
    assert await shown(member, made) == [("output", "south", 19.0)]


@pytest.mark.parametrize(
    "chosen",
    [
        [], [{"type": "input", "column": 4}], [{"type": "input", "column": 1}],
        [{"type": "input", "column": 2}] * 2, [{"type": "input", "column": 99}],
        [{"type": "input", "name": "A"}],
    ],
)  # fmt: skip
async def test_what_is_no_column_of_numbers_is_refused_and_nothing_changes(
    member: Caller, chosen: list[dict[str, Any]]
) -> None:
    made = await upload(member, text=TABLE, bezeichnung="A")
    path = f"{BASE}/csv-files/{made['data']['id']}/series"
    answer = await put(member, path, {"series": chosen}, 400)
    assert list(answer["errors"]) == ["series"]
    assert len(await rows(member, made["sessionId"])) == 3
