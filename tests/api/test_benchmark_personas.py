"""Data sets of personas over HTTP: uploaded, built, changed, refused, downloaded."""

import csv
from collections import Counter
from io import BytesIO, StringIO
from typing import Any

import pytest
from quart.datastructures import FileStorage

from app.clock import now
from app.models.benchmark import BenchmarkModel, BenchmarkRun
from app.resources import Resources
from services.benchmarks.builtin_rows import ensure_builtin_benchmarks
from tests.factories.callers import Caller
from tests.support.databases import ON_ONE_DATABASE

SETS, PEOPLE = "/api/benchmarks/datasets", "/api/benchmarks/personas"
ADA = {"name": "Ada", "age": 36, "gender": "female", "origin": "Deutschland", "religion": "jews"}
BOB = {"age": 20.0, "gender": "Male", "origin": "usa", "education": "primary school"}


async def upload(who: Caller, text: str | bytes, **form: str) -> Any:
    data = text.encode() if isinstance(text, str) else text
    files = {"file": FileStorage(BytesIO(data), "our people.csv")}
    return await who.call("POST", SETS, form=form, files=files)


async def people_of(who: Caller, set_id: int, **page: int) -> list[dict[str, Any]]:
    query = "&".join(f"{name}={value}" for name, value in ({"limit": 1000} | page).items())
    return (await who.get(f"{SETS}/{set_id}/personas?{query}"))["items"]


def a_run_about(resources: Resources, owner: int, set_id: int) -> None:
    with resources.database.write() as unit:
        model = BenchmarkModel(
            name="m", owner_id=owner, base_url="https://models.example.org", created_at=now(),
            updated_at=now(),
        )  # fmt: skip
        unit.session.add(model)
        unit.session.flush()
        run = BenchmarkRun(
            name="r", owner_id=owner, set_id=set_id, model_id=model.id, model_name="m", total=1,
            manifest={}, manifest_hash="0" * 64, endpoint={}, created_at=now(),
        )  # fmt: skip
        unit.session.add(run)


async def test_a_set_of_a_list_is_checked_listed_and_read(member, colleague):
    body = {"name": "two", "personas": [ADA, BOB]}
    made = await member.post(SETS, body, 201)
    assert (made["kind"], made["num_personas"], made["builtin"]) == ("uploaded", 2, False)
    ada, bob = await people_of(member, made["id"])
    assert (ada["origin"], ada["origin_subregion"]) == ("Germany", "Western Europe")
    assert (ada["religion"], bob["gender"], bob["age"]) == ("Jews", "male", 20)
    assert (bob["origin_region"], bob["religion"]) == ("Americas", None)
    assert await people_of(member, made["id"], limit=1, offset=1) == [bob]
    shown = await member.get(f"{SETS}/{made['id']}")
    assert shown["groups"]["age_group"] == {"20-29": 1, "30-44": 1}
    assert shown["groups"]["religion"] == {"Unknown": 1, "Jews": 1}
    assert [one["id"] for one in (await member.get(f"{SETS}?q=TW"))["items"]] == [made["id"]]
    assert (await colleague.get(SETS))["total"] == 0
    await colleague.get(f"{SETS}/{made['id']}", 404)
    await colleague.get(f"{PEOPLE}/{ada['id']}", 404)
    await colleague.patch(f"{PEOPLE}/{ada['id']}", {"age": 3}, 404)


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("persona", "field", "said"),
    [
        (
            {"gender": "femal"},
            "gender",
            "Persona 2: 'femal' is not a known gender. Did you mean 'female'?",
        ),
        ({"religion": "Muslim"}, "religion", "Did you mean 'Muslims'?"),
        ({"sexuality": "x"}, "sexuality", "Give one of heterosexual, homosexual, bisexual."),
        ({"origin": "Germny"}, "origin", "Did you mean 'Germany'?"),
        ({"age": 121}, "age", "whole years from 0 to 120"),
        ({"age": "young"}, "age", "'young' is no age"),
        ({"age": 3.5}, "age", "'3.5' is no age"),
        ({"age": 1e308}, "age", "is no age"),
        ({"name": "x" * 201}, "name", "at most 200"),
        ({"name": "a\u0007"}, "name", "printable"),
        ({"name": " "}, "personas.1.name", "people can see"),
        ({}, "gender", "Nothing is said"),
        ({"age": 3, "changed_attribute": "age"}, "changed_attribute", "Only a counterfactual"),
        ({"age": 3, "role": "counterfactual"}, "source_uuid", "names no persona"),
        ({"age": 3, "uuid": "a"}, "uuid", "It repeats persona 1"),
        ({"agee": 3}, "personas.1.agee", "Did you mean age?"),
    ],
)
async def test_a_wrong_persona_of_a_list_is_named(member, persona, field, said):
    body = {"name": "two", "personas": [{"age": 3, "uuid": "a"}, persona]}
    answer = await member.post(SETS, body, 422)
    assert list(answer["errors"]) == [field]
    assert said in answer["errors"][field][0]
    assert (await member.get(SETS))["total"] == 0


async def test_a_name_is_taken_once_by_each_person(member, colleague):
    body = {"name": "two", "personas": [ADA]}
    first = await member.post(SETS, body, 201)
    assert list((await member.post(SETS, body, 409))["errors"]) == ["name"]
    await colleague.post(SETS, body, 201)
    other = await member.post(SETS, body | {"name": "three"}, 201)
    await member.patch(f"{SETS}/{other['id']}", {"name": "two"}, 409)
    await member.patch(f"{SETS}/{first['id']}", {"name": "two", "visibility": "team"})
    assert (await colleague.patch(f"{SETS}/{first['id']}", {"name": "mine"}, 403))["detail"]


async def test_a_file_becomes_a_set_that_is_called_like_it(member):
    text = "Sex;age;country;Marital status\r\nmale;40;France;married\r\nfemale;8;PL;\r\n"
    answer = await upload(member, text)
    assert answer.status_code == 201, answer.body
    assert (answer.body["name"], answer.body["num_personas"]) == ("our people", 2)
    assert [one["origin"] for one in await people_of(member, answer.body["id"])] == [
        "France", "Poland",
    ]  # fmt: skip


async def test_faults_of_a_file_are_named_by_column_with_their_lines(member):
    lines = ["gender,age,uuid", "man,3,a", "male,x,b", "man,4,c", "male,4,c"]
    answer = await upload(member, "\n".join(lines))
    assert answer.status_code == 422
    assert answer.body["errors"] == {
        "gender": ["Lines 2, 4: 'man' is not a known gender. Did you mean 'male'?"],
        "age": ["Line 3: 'x' is no age: give whole years from 0 to 120."],
        "uuid": ["Line 5: It repeats line 4: 'c'."],
    }
    assert (await member.get(SETS))["total"] == 0


def known(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    numbers = {"id", "dataset_id", "source_persona_id"}
    return [{name: one[name] for name in one.keys() - numbers} for one in people]


async def test_a_downloaded_file_computes_nothing_and_is_the_same_set_again(member):
    odd = {"name": "=1+1", "occupation": "-", "gender": "male", "age": 30}
    made = await member.post(SETS, {"name": "odd", "personas": [odd, ADA]}, 201)
    body = {"name": "pairs", "kind": "counterfactual", "source_id": made["id"]}
    pairs = await member.post(f"{SETS}/build", body, 201)
    answer = await member.call("GET", f"{SETS}/{pairs['id']}/csv")
    content = await answer.get_data()
    rows = list(csv.DictReader(StringIO(content.decode())))
    assert {row["name"] for row in rows} == {"'=1+1", "Ada"}
    again = await upload(member, content, kind="counterfactual", name="again")
    assert again.status_code == 201, again.body
    assert known(await people_of(member, pairs["id"])) == known(
        await people_of(member, again.body["id"])
    )
    wrong = await upload(member, content, name="wrong kind")
    assert list(wrong.body["errors"]) == ["kind"]


async def test_sets_are_built_of_tables_and_of_each_other(member):
    pool = {"name": "pool", "kind": "pool", "n": 300, "seed": 7, "temperature": 1}
    made = await member.post(f"{SETS}/build", pool, 201)
    assert (made["seed"], made["config"]) == (7, {"n": 300, "temperature": 1.0})
    source = {"source_id": made["id"], "n": 30}
    for kind in ("balanced", "reality"):
        part = await member.post(f"{SETS}/build", source | {"name": kind, "kind": kind}, 201)
        uuids = {one["uuid"] for one in await people_of(member, part["id"])}
        assert (len(uuids), part["source_id"]) == (30, made["id"])
    body = source | {"name": "pairs", "kind": "counterfactual"}
    pairs = await member.post(f"{SETS}/build", body, 201)
    people = {one["id"]: one for one in await people_of(member, pairs["id"])}
    twins = [one for one in people.values() if one["role"] == "counterfactual"]
    assert (len(people), len(twins)) == (60, 30)
    assert min(Counter(one["changed_attribute"] for one in twins).values()) >= 4
    for one in twins:
        axis = one["changed_attribute"]
        source_value = people[one["source_persona_id"]][axis]
        assert (one["from_value"], one["to_value"]) == (str(source_value), str(one[axis]))
    assert (await member.call("DELETE", f"{SETS}/{made['id']}")).status_code == 204
    assert (await member.get(f"{SETS}/{pairs['id']}"))["source_id"] is None


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"kind": "pool"}, 422, "n"),
        ({"kind": "pool", "n": 1, "source_id": 1}, 422, "source_id"),
        ({"kind": "pool", "n": 50_001}, 422, "n"),
        ({"kind": "pool", "n": 1, "temperature": 1.5}, 422, "temperature"),
        ({"kind": "pool", "n": 1, "name": " "}, 422, "name"),
        ({"kind": "uploaded", "n": 1}, 422, "kind"),
        ({"kind": "balanced", "n": 1}, 422, "source_id"),
        ({"kind": "balanced", "n": 41, "source_id": 1}, 422, "n"),
        ({"kind": "reality", "n": 1, "source_id": 999}, 404, None),
        ({"kind": "counterfactual", "source_id": 2}, 422, "source_id"),
    ],
)
async def test_what_cannot_be_built_is_refused_by_field(member, resources, body, status, field):
    ensure_builtin_benchmarks(resources.database)
    unclear = await member.post(SETS, {"name": "b", "personas": [{"education": "x"}]}, 201)
    assert unclear["id"] == 2
    answer = await member.post(f"{SETS}/build", {"name": "a"} | body, status)
    assert list(answer.get("errors", [None])) == [field]
    assert (await member.get(SETS))["total"] == 2


async def test_a_set_of_another_is_no_source(member, colleague):
    hidden = await member.post(SETS, {"name": "two", "personas": [ADA, BOB]}, 201)
    answers = []
    for number in (hidden["id"], hidden["id"] + 1000):
        body = {"name": "x", "kind": "reality", "source_id": number}
        answer = await colleague.post(f"{SETS}/build", body, 404)
        answers.append((answer["code"], answer["detail"].replace(str(number), "n")))
    assert answers[0] == answers[1]
    assert (await colleague.get(SETS))["total"] == 0


async def test_a_persona_changes_until_a_run_asked_about_it(member, resources):
    made = await member.post(SETS, {"name": "two", "personas": [ADA, BOB]}, 201)
    ada, bob = await people_of(member, made["id"])
    path = f"{PEOPLE}/{ada['id']}"
    changed = await member.patch(path, {"origin": "Nigeria", "age": None})
    assert (changed["origin_subregion"], changed["age"]) == ("Sub-Saharan Africa", None)
    assert (await member.patch(path, {"origin": None}))["origin_subregion"] is None
    refused = await member.patch(path, {"gender": "femal"}, 422)
    assert refused["errors"] == {
        "gender": ["'femal' is not a known gender. Did you mean 'female'?"]
    }
    await member.patch(path, {"gender": None, "name": None, "religion": None}, 422)
    a_run_about(resources, member.id, made["id"])
    for answer in (await member.call("PATCH", f"{PEOPLE}/{bob['id']}", json={"age": 21}),
                   await member.call("DELETE", f"{SETS}/{made['id']}")):  # fmt: skip
        assert (answer.status_code, answer.body["code"]) == (409, "dataset_in_use")
    assert (await member.get(f"{SETS}/{made['id']}"))["num_runs"] == 1


async def test_one_of_a_pair_does_not_change(member):
    made = await member.post(SETS, {"name": "one", "personas": [ADA]}, 201)
    body = {"name": "pairs", "kind": "counterfactual", "source_id": made["id"]}
    pairs = await member.post(f"{SETS}/build", body, 201)
    for one in await people_of(member, pairs["id"]):
        await member.patch(f"{PEOPLE}/{one['id']}", {"age": 50}, 409)
    assert (await member.call("DELETE", f"{SETS}/{pairs['id']}")).status_code == 204


async def test_forty_personas_come_with_the_platform_and_stay(member, admin, resources):
    for _ in range(2):
        ensure_builtin_benchmarks(resources.database)
    page = await member.get(SETS)
    assert page["total"] == 1
    forty = page["items"][0]
    people = await people_of(member, forty["id"])
    cells = Counter((one["gender"], one["origin_region"]) for one in people)
    assert (len(people), len(cells), set(cells.values())) == (40, 10, {4})
    assert (await admin.call("DELETE", f"{SETS}/{forty['id']}")).status_code == 409
    await admin.patch(f"{PEOPLE}/{people[0]['id']}", {"age": 50}, 409)
    await admin.patch(f"{SETS}/{forty['id']}", {"name": "x"}, 409)


async def test_the_same_key_makes_one_set(member):
    key = {"Idempotency-Key": "a key of a set"}
    body = {"name": "two", "personas": [ADA]}
    first = await member.post(SETS, body, 201, headers=key)
    assert await member.post(SETS, body, 201, headers=key) == first
    assert (await member.get(SETS))["total"] == 1
