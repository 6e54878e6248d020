"""Import recipes over HTTP: what was said about a file holds for the next of its shape."""

import uuid

from tests.api.test_forecasting_files import BASE, READ_HERE, put, rows, upload
from tests.factories.callers import Caller
from tests.support.databases import ON_ONE_DATABASE

pytestmark = [ON_ONE_DATABASE, READ_HERE]
HEAD = "Zeit;Wert\n"
FIRST = HEAD + "".join(f"0{day}/0{day + 1}/2024 00:00;{day},5\n" for day in range(1, 9))
NEXT = HEAD + "".join(f"0{day}/0{day + 1}/2025 00:00;{day},5\n" for day in range(1, 9))


async def test_a_recipe_answers_the_question_of_the_next_file(
    member: Caller, colleague: Caller
) -> None:
    made = await upload(member, text=FIRST)
    file_id = made["data"]["id"]
    unsaid = {"name": "Meters of the north", "fileId": file_id}
    refused = await member.post(f"{BASE}/import-recipes", unsaid, 400)
    assert list(refused["errors"]) == ["fileId"]
    said = {"importOptions": {"date_order": "day_first"}}
    await put(member, f"{BASE}/csv-files/{file_id}", said)
    recipe = (await member.post(f"{BASE}/import-recipes", unsaid, 201))["recipe"]
    assert recipe["importOptions"] == {"date_order": "day_first"}

    following = await upload(member, text=NEXT, bezeichnung="Next")
    (row,) = await rows(member, following["sessionId"])
    assert (row["status"], row["utc_max"]) == ("ready", "2025-09-08 00:00:00")
    assert row["reading"]["recipe"] == "Meters of the north"
    theirs = await upload(colleague, text=NEXT)
    (fresh,) = await rows(colleague, theirs["sessionId"])
    assert fresh["status"] == "question"


async def test_recipes_are_listed_replaced_and_deleted_by_their_owner_alone(
    member: Caller, colleague: Caller
) -> None:
    made = await upload(member, text=FIRST)
    path = f"{BASE}/csv-files/{made['data']['id']}"
    await put(member, path, {"importOptions": {"date_order": "day_first"}})
    body = {"name": "Meters", "fileId": made["data"]["id"]}
    await member.post(f"{BASE}/import-recipes", body, 201)
    again = (await member.post(f"{BASE}/import-recipes", body | {"name": "Meters 2"}, 201))[
        "recipe"
    ]
    listed = (await member.get(f"{BASE}/import-recipes"))["recipes"]
    assert [one["name"] for one in listed] == ["Meters 2"]
    assert (await colleague.get(f"{BASE}/import-recipes"))["recipes"] == []
    await colleague.post(f"{BASE}/import-recipes", body, 404)
    for caller, name in ((colleague, again["id"]), (member, uuid.uuid4()), (member, 10**30)):
        gone = await caller.call("DELETE", f"{BASE}/import-recipes/{name}")
        assert (gone.status_code, gone.body["code"]) == (404, "RECIPE_NOT_FOUND")
    done = await member.call("DELETE", f"{BASE}/import-recipes/{again['id']}")
    assert done.status_code == 200
    assert (await member.get(f"{BASE}/import-recipes"))["recipes"] == []


async def test_a_recipe_is_renamed_and_applied_by_its_owner_alone(
    member: Caller, colleague: Caller
) -> None:
    made = await upload(member, text=FIRST)
    path = f"{BASE}/csv-files/{made['data']['id']}"
    await put(member, path, {"importOptions": {"date_order": "day_first"}})
    body = {"name": "Meters", "fileId": made["data"]["id"]}
    recipe = (await member.post(f"{BASE}/import-recipes", body, 201))["recipe"]
    address = f"{BASE}/import-recipes/{recipe['id']}"
    renamed = await put(member, address, {"name": "Meters of the north"})
    assert renamed["recipe"]["name"] == "Meters of the north"
    await put(member, address, {"name": "a/b"}, 400)
    await put(colleague, address, {"name": "Mine"}, 404)
    await put(member, path, {"importOptions": {"date_order": "month_first"}})
    await colleague.post(f"{address}/apply", {"fileId": made["data"]["id"]}, 404)
    row = (await member.post(f"{address}/apply", {"fileId": made["data"]["id"]}, 200))["data"]
    assert row["importOptions"] == {"date_order": "day_first"}
    assert row["reading"]["recipe"] == "Meters of the north"
