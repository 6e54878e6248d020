"""The files of a session over HTTP: taken in, listed, changed, given back, and who may."""

import uuid
from io import BytesIO
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

from app.resources import Resources
from services.forecasting.sweep import sweep_objects
from tests.factories.callers import Caller
from tests.factories.sessions import csv_text
from tests.support.databases import ON_ONE_DATABASE

BASE = "/api/training"
# one of our files needs no process of its own; the first test and the last one prove that there is one
READ_HERE = pytest.mark.usefixtures("reads_here")
TEXT = csv_text("Hi", [1.5, 2.5, 1.75, 2.0] * 6)


async def upload(caller: Caller, status: int = 200, text: str = TEXT, **form: str) -> Any:
    values = {"sessionId": f"session_{uuid.uuid4()}", "type": "input", "bezeichnung": "Hi"} | form
    file = FileStorage(BytesIO(text.encode()), filename="level.csv")
    options = {"form": values, "files": {"file": file}}
    answer = await caller.post(f"{BASE}/csv-files", status=status, **options)
    return {**answer, "sessionId": values["sessionId"]}


async def announced(caller: Caller, **fields: str) -> Any:
    """Announce a file: its row is as good as one with bytes for what concerns fields alone."""
    name = fields.pop("sessionId", f"session_{uuid.uuid4()}")
    data = {"fileName": "level.csv", "type": "input", "bezeichnung": "Hi"} | fields
    body = {"sessionId": name, "fileData": data}
    return {**await caller.post(f"{BASE}/csv-files", body, 200), "sessionId": name}


async def rows(caller: Caller, session_id: str, **query: str) -> list[dict[str, Any]]:
    answer = await caller.get(f"{BASE}/csv-files/{session_id}", query_string=query)
    return answer["data"]


async def test_a_file_is_read_and_its_figures_are_those_of_the_contract(member: Caller) -> None:
    made = await upload(member)
    (row,) = await rows(member, made["sessionId"])
    assert row["id"] == made["data"]["id"]
    assert (row["file_name"], row["bezeichnung"], row["type"]) == ("level.csv", "Hi", "input")
    assert (row["utc_min"], row["utc_max"]) == ("2024-01-01 00:00:00", "2024-01-01 23:00:00")
    assert (row["datenpunkte"], row["numerische_datenpunkte"]) == (24, 24)
    assert (row["numerischer_anteil"], row["min"], row["max"]) == (100.0, 1.5, 2.5)
    assert (row["zeitschrittweite"], row["zeitschrittweite_mittelwert"]) == (60.0, 60.0)
    assert (row["skalierung"], row["mittelwertbildung_uber_den_zeithorizont"]) == ("nein", "nein")
    assert row["status"] == "ready"


@READ_HERE
async def test_the_bytes_come_back_as_they_came(member: Caller) -> None:
    made = await upload(member)
    answer = await member.call("GET", f"{BASE}/csv-files/{made['data']['id']}/content")
    assert (answer.status_code, await answer.get_data()) == (200, TEXT.encode())
    assert "level.csv" in answer.headers["Content-Disposition"]


@READ_HERE
async def test_fields_in_either_spelling_are_kept_beside_what_was_read(member: Caller) -> None:
    made = await upload(member, zeithorizontStart="-24", zeithorizont_end="0", skalierung="ja")
    (row,) = await rows(member, made["sessionId"])
    assert (row["zeithorizont_start"], row["zeithorizont_end"]) == (-24.0, 0.0)
    assert row["skalierung"] == "ja"


@ON_ONE_DATABASE
async def test_an_announced_output_has_the_step_widths_of_the_first_input(member: Caller) -> None:
    widths = {"zeitschrittweite_mittelwert": 15, "zeitschrittweite_min": 10}
    made = await announced(member, **widths)
    name = made["sessionId"]
    await announced(member, sessionId=name, bezeichnung="Second")
    await announced(member, sessionId=name, type="output")
    await announced(member, sessionId=name, type="output", bezeichnung="Own", zeitschrittweiteMin=5)
    listed = {(row["type"], row["bezeichnung"]): row for row in await rows(member, name)}
    shown = {key: [row[field] for field in widths] for key, row in listed.items()}
    assert shown == {
        ("input", "Hi"): [15, 10], ("input", "Second"): [None, None],
        ("output", "Hi"): [15, 10], ("output", "Own"): [15, 5],
    }  # fmt: skip


@ON_ONE_DATABASE
async def test_where_a_forecast_comes_from_is_kept_with_its_file(member: Caller) -> None:
    kept = {"data_source": "Extern", "api_source": "open-meteo", "fcst_var": "temperature_2m",
            "latitude": 48.2, "longitude": 16.4, "feature_index": 1}  # fmt: skip
    made = await announced(member, dataSource="Extern", api_source="open-meteo", latitude="48,2")
    path = f"{BASE}/csv-files/{made['data']['id']}"
    row = (await put(member, path, {"fcstVar": "temperature_2m", "longitude": 16.4,
                                    "feature_index": "1"}))["data"]  # fmt: skip
    assert {name: row[name] for name in kept} == kept


@READ_HERE
async def test_a_label_is_unique_per_session_and_direction(member: Caller) -> None:
    made = await upload(member)
    again = await upload(member, 400, sessionId=made["sessionId"])
    assert again["code"] == "DUPLICATE_FILE"
    await upload(member, sessionId=made["sessionId"], type="output")
    await upload(member, sessionId=made["sessionId"], bezeichnung="Lo")
    listed = await rows(member, made["sessionId"])
    assert [(row["type"], row["bezeichnung"]) for row in listed] == [
        ("input", "Hi"), ("input", "Lo"), ("output", "Hi"),
    ]  # fmt: skip
    assert len(await rows(member, made["sessionId"], type="output")) == 1


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"type": "both"}, "type"), ({"bezeichnung": "a/b"}, "bezeichnung"),
        ({"fileName": "../x.csv"}, "fileName"), ({"fileName": "x" * 300}, "fileName"),
        ({"sessionId": "session_abc"}, "sessionId"), ({"skalierung": "vielleicht"}, "skalierung"),
        ({"zeithorizont_start": "gestern"}, "zeithorizont_start"),
        ({"datenform": "Orakel"}, "datenform"),
    ],
)  # fmt: skip
async def test_wrong_fields_are_refused_by_name_and_nothing_is_kept(
    member: Caller, form: dict[str, str], field: str
) -> None:
    answer = await upload(member, 400, **form)
    assert (answer["success"], list(answer["errors"])) == (False, [field])
    assert (await member.get(f"{BASE}/list-sessions"))["total_count"] == 0


async def test_numbers_are_converted_and_emptied_as_the_contract_has_it(member: Caller) -> None:
    made = await announced(member)
    path = f"{BASE}/csv-files/{made['data']['id']}"
    changes = {"min": "2,5", "max": "", "datenpunkte": "null", "zeithorizont_end": 24}
    answer = await put(member, path, {**changes, "unknown": 1})
    row = answer["data"]
    assert (row["min"], row["max"], row["datenpunkte"]) == (2.5, None, None)
    assert row["zeithorizont_end"] == 24.0


async def put(caller: Caller, path: str, body: Any, status: int = 200) -> Any:
    response = await caller.call("PUT", path, json=body)
    assert response.status_code == status, response.body
    return response.body


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("body", "field"),
    [({"min": "viel"}, "min"), ({"unknown": 1}, None), ({}, None), ({"type": "x"}, "type"),
     ({"bezeichnung": ""}, "bezeichnung"), ({"file_name": "a/../b"}, "file_name"),
     ({"fileName": "a/b"}, "file_name"), ({"max_gap_min": -5}, "max_gap_min"),
     ({"zeithorizont_start": 1e308}, "zeithorizont_start"),
     ({"zeithorizontEnd": "-1e9"}, "zeithorizontEnd"), ({"latitude": 91}, "latitude"),
     ({"data_source": "Wetter"}, "data_source"), ({"api_source": 7}, "api_source"),
     ({"fcstVar": "x" * 61}, "fcstVar")],
)  # fmt: skip
async def test_a_change_without_a_known_field_or_with_a_wrong_value_is_a_400(
    member: Caller, body: dict[str, Any], field: str | None
) -> None:
    made = await announced(member)
    answer = await put(member, f"{BASE}/csv-files/{made['data']['id']}", body, 400)
    assert list(answer.get("errors", {})) == ([] if field is None else [field])


async def test_a_label_that_the_session_has_is_no_new_label(member: Caller) -> None:
    made = await announced(member)
    other = await announced(member, sessionId=made["sessionId"], bezeichnung="Lo")
    path = f"{BASE}/csv-files/{other['data']['id']}"
    assert (await put(member, path, {"bezeichnung": "Hi"}, 400))["code"] == "DUPLICATE_FILE"


async def test_a_series_that_changes_sides_comes_after_those_that_are_there(member: Caller) -> None:
    made = await announced(member)
    name = made["sessionId"]
    await announced(member, sessionId=name, bezeichnung="Lo", type="output")
    await put(member, f"{BASE}/csv-files/{made['data']['id']}", {"type": "output"})
    assert [row["bezeichnung"] for row in await rows(member, name)] == ["Lo", "Hi"]


async def test_ids_that_are_none_or_foreign_are_refused_alike(
    member: Caller, colleague: Caller
) -> None:
    made = await announced(member)
    for name in ("nothing", str(uuid.uuid4()), made["data"]["id"]):
        for body in ({"min": 1}, {"importOptions": {"decimal": ","}}):
            refused = await put(colleague, f"{BASE}/csv-files/{name}", body, 400)
            assert (refused["code"], list(refused["errors"])) == ("BAD_REQUEST", ["fileId"])
        gone = await colleague.call("DELETE", f"{BASE}/csv-files/{name}")
        assert (gone.status_code, gone.body["code"]) == (404, "FILE_NOT_FOUND")
    assert len(await rows(member, made["sessionId"])) == 1


@READ_HERE
async def test_a_deleted_file_is_gone_and_the_sweep_takes_its_objects_later(
    member: Caller, resources: Resources
) -> None:
    made = await upload(member)
    answer = await member.call("DELETE", f"{BASE}/csv-files/{made['data']['id']}")
    assert answer.status_code == 200
    assert await rows(member, made["sessionId"]) == []
    assert len(list(resources.store.list("forecasting/"))) == 2
    assert sweep_objects(resources.database, resources.store) == 0  # not a day old yet


async def test_a_file_can_be_announced_before_its_bytes(member: Caller) -> None:
    name = f"session_{uuid.uuid4()}"
    data = {"fileName": "a.csv", "type": "input", "bezeichnung": "A", "zeithorizontStart": -1}
    made = await member.post(f"{BASE}/csv-files", {"sessionId": name, "fileData": data}, 200)
    (row,) = await rows(member, name)
    assert (row["id"], row["status"]) == (made["data"]["id"], "waiting")
    content = await member.call("GET", f"{BASE}/csv-files/{row['id']}/content")
    assert (content.status_code, content.body["code"]) == (404, "FILE_NOT_FOUND")


@READ_HERE
async def test_what_a_person_says_about_a_file_has_its_bytes_read_again(member: Caller) -> None:
    text = "Zeit;Wert\n" + "\n".join(f"0{day}/0{day + 1}/2024 00:00;{day},5" for day in range(1, 9))
    made = await upload(member, text=text + "\n")
    (row,) = await rows(member, made["sessionId"])
    assert row["status"] == "question"
    questions = {one["field"]: one["choices"] for one in row["reading"]["questions"]}
    assert "date_order" in questions
    path = f"{BASE}/csv-files/{row['id']}"
    answer = await put(member, path, {"importOptions": {"date_order": "day_first"}})
    assert answer["data"]["status"] == "ready"
    assert (answer["data"]["utc_min"], answer["data"]["max"]) == ("2024-02-01 00:00:00", 8.5)
    refused = await put(member, path, {"importOptions": {"date_order": "sideways"}}, 400)
    assert list(refused["errors"]) == ["date_order"]
    (after,) = await rows(member, made["sessionId"])
    assert (after["status"], after["importOptions"]) == ("ready", {"date_order": "day_first"})


@READ_HERE
async def test_options_and_fields_are_changed_together_or_not_at_all(member: Caller) -> None:
    made = await upload(member)
    name, path = made["sessionId"], f"{BASE}/csv-files/{made['data']['id']}"
    for options, field in (({"decimal": "x"}, 1), ({"decimal": "."}, "viel")):
        await put(member, path, {"importOptions": options, "skalierung_min": field}, 400)
        (row,) = await rows(member, name)
        assert (row["skalierung_min"], row["importOptions"]) == (None, {})
    both = {"importOptions": {"decimal": "."}, "skalierung_min": 1, "fileName": "new.csv"}
    row = (await put(member, path, both))["data"]
    assert (row["skalierung_min"], row["file_name"]) == (1.0, "new.csv")
    assert row["importOptions"] == {"decimal": "."}


@READ_HERE
async def test_a_file_with_several_series_is_one_row_per_series(member: Caller) -> None:
    lines = [f"2024-01-01 {hour:02}:00:00;{hour};{2 * hour}" for hour in range(24)]
    made = await upload(member, text="\n".join(["UTC;A;B", *lines, ""]))
    assert len(made["data"]["ids"]) == 2
    listed = await rows(member, made["sessionId"])
    assert [(row["bezeichnung"], row["max"]) for row in listed] == [("Hi", 23.0), ("B", 46.0)]
    assert len({row["sha256"] for row in listed}) == 1


@ON_ONE_DATABASE
async def test_colors_count_inputs_from_0_and_go_on_with_outputs(member: Caller) -> None:
    first = await announced(member, bezeichnung="late", type="output")
    name = first["sessionId"]
    for label, direction in (("a", "input"), ("b", "input"), ("later", "output")):
        last = await announced(member, sessionId=name, bezeichnung=label, type=direction)
    expected = {"a": 0, "b": 1, "late": 2, "later": 3}
    assert {row["bezeichnung"]: row["color_index"] for row in await rows(member, name)} == expected
    outputs = await rows(member, name, type="output")
    assert [row["color_index"] for row in outputs] == [2, 3]
    path = f"{BASE}/csv-files/{last['data']['id']}"
    changed = await member.call("PUT", path, json={"type": "input"})
    assert changed.body["data"]["color_index"] == 2
    shown = (await member.get(f"{BASE}/session/{name}/database"))["session"]["files"]
    assert [(one["bezeichnung"], one["colorIndex"]) for one in shown] == [
        ("a", 0), ("b", 1), ("later", 2), ("late", 3),
    ]  # fmt: skip


@ON_ONE_DATABASE
async def test_a_file_that_is_no_table_is_refused_with_row_and_column(member: Caller) -> None:
    answer = await upload(member, 400, text="<html><body>Sign in</body></html>\n")
    assert (answer["success"], bool(answer["error"])) == (False, True)
    assert (await member.get(f"{BASE}/list-sessions"))["total_count"] == 0
