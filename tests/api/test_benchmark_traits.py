"""Traits over HTTP: made, changed, refused, imported and exported."""

from io import BytesIO
from typing import Any

import pytest
from quart.datastructures import FileStorage

from app.clock import now
from app.models.benchmark import BenchmarkFailure, BenchmarkModel, BenchmarkRun
from app.models.persona import Persona, PersonaSet
from app.resources import Resources
from services.benchmarks.traits.builtin_rows import ensure_builtin_traits
from tests.factories.callers import Caller
from tests.support.databases import ON_ONE_DATABASE

TRAITS = "/api/benchmarks/traits"


@pytest.fixture(autouse=True)
def builtin(resources: Resources) -> None:
    ensure_builtin_traits(resources.database)


async def upload(who: Caller, text: str | bytes, **form: str) -> Any:
    data = text.encode() if isinstance(text, str) else text
    return await who.call(
        "POST", f"{TRAITS}/import", form=form, files={"file": FileStorage(BytesIO(data), "t.csv")}
    )


def an_answered_trait(resources: Resources, owner: int, trait_id: int) -> None:
    at: dict[str, Any] = {"created_at": now(), "updated_at": now()}
    with resources.database.write() as unit:
        people = PersonaSet(name="p", kind="uploaded", owner_id=owner, config={}, **at)
        model = BenchmarkModel(
            name="m", owner_id=owner, base_url="https://models.example.org", **at
        )
        unit.session.add_all([people, model])
        unit.session.flush()
        persona = Persona(set_id=people.id, uuid="1", gender="male")
        run = BenchmarkRun(
            name="r", owner_id=owner, set_id=people.id, model_id=model.id, model_name="m", total=1,
            manifest={}, manifest_hash="0" * 64, endpoint={}, created_at=now(),
        )  # fmt: skip
        unit.session.add_all([persona, run])
        unit.session.flush()
        unit.session.add(
            BenchmarkFailure(
                run_id=run.id, persona_id=persona.id, trait_id=trait_id, scale_order="in",
                kind="no_json", attempt=1, answer_raw="", created_at=now(),
            )
        )  # fmt: skip


async def test_builtin_traits_are_there_once_and_balanced(member, resources):
    ensure_builtin_traits(resources.database)
    page = await member.get(TRAITS)
    assert page["total"] == 24
    counts = await member.get(f"{TRAITS}/categories")
    assert [(one["category"], one["count"]) for one in counts["items"]] == [
        ("competence", 8), ("morality", 8), ("sociability", 8),
    ]  # fmt: skip
    valences = [(one["category"], one["valence"]) for one in page["items"]]
    assert {valences.count(pair) for pair in valences} == {4}
    assert all(one["builtin"] and one["adjective_de"] for one in page["items"])


async def test_a_trait_gets_the_next_code_and_is_read_by_number_or_code(member):
    made = await member.post(TRAITS, {"adjective": " brave  and bold ", "valence": 1}, 201)
    assert (made["code"], made["adjective"]) == ("g25", "brave and bold")
    assert await member.get(f"{TRAITS}/{made['id']}") == await member.get(f"{TRAITS}/g25") == made
    await member.post(TRAITS, {"adjective": "odd", "code": "g90"}, 201)
    assert (await member.post(TRAITS, {"adjective": "even"}, 201))["code"] == "g91"


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"adjective": "FRIENDLY"}, 409, "adjective"),
        ({"adjective": "ｆriendly"}, 409, "adjective"),
        ({"adjective": "new", "code": "g1"}, 409, "code"),
        ({"adjective": "new", "code": "12"}, 422, "code"),
        ({"adjective": "new", "code": "a b"}, 422, "code"),
        ({"adjective": "   "}, 422, "adjective"),
        ({"adjective": "a\u0007b"}, 422, "adjective"),
        ({"adjective": "x" * 101}, 422, "adjective"),
        ({"adjective": "new", "valence": 2}, 422, "valence"),
        ({"adjective": "new", "valence": 0.5}, 422, "valence"),
        ({"adjective": "new", "valense": 1}, 422, "valense"),
        ({}, 422, "adjective"),
    ],
)
async def test_a_bad_trait_is_refused_by_field(member, body, status, field):
    answer = await member.post(TRAITS, body, status)
    assert list(answer["errors"]) == [field]
    assert (await member.get(TRAITS))["total"] == 24


async def test_a_trait_is_changed_by_its_owner_and_builtins_by_admins(member, colleague, admin):
    made = await member.post(TRAITS, {"adjective": "brave"}, 201)
    path = f"{TRAITS}/{made['id']}"
    await colleague.patch(path, {"category": "x"}, 403)
    changed = await member.patch(path, {"adjective": "Brave", "category": " new  one "})
    assert (changed["adjective"], changed["category"]) == ("Brave", "new one")
    await member.patch(path, {"adjective": "Friendly"}, 409)
    await member.patch(f"{TRAITS}/g1", {"is_active": False}, 403)
    await admin.patch(f"{TRAITS}/g1", {"is_active": False})
    active = await member.get(f"{TRAITS}/active")
    assert active["total"] == 24
    assert "g1" not in [one["code"] for one in active["items"]]
    assert (await admin.call("DELETE", f"{TRAITS}/g1")).status_code == 409


async def test_a_trait_that_answers_are_about_stays(member, resources):
    made = await member.post(TRAITS, {"adjective": "brave"}, 201)
    unused = await member.post(TRAITS, {"adjective": "timid"}, 201)
    an_answered_trait(resources, member.id, made["id"])
    answer = await member.call("DELETE", f"{TRAITS}/{made['id']}")
    assert (answer.status_code, answer.body["code"]) == (409, "trait_in_use")
    assert (await member.call("DELETE", f"{TRAITS}/{unused['id']}")).status_code == 204
    await member.get(f"{TRAITS}/{unused['id']}", 404)


async def test_a_private_trait_of_another_does_not_exist(member, colleague):
    made = await member.post(TRAITS, {"adjective": "brave", "visibility": "private"}, 201)
    for reference in (made["id"], made["code"]):
        await colleague.get(f"{TRAITS}/{reference}", 404)
    assert (await colleague.get(TRAITS))["total"] == 24
    taken = await colleague.post(TRAITS, {"adjective": "brave"}, 409)
    assert "g25" not in taken["detail"]


async def test_a_file_changes_known_codes_and_makes_the_others(member, admin):
    text = (
        "id;Adjective;valence;category\n"
        "g1;competent;1;skill\n"
        "g2;intelligent;1;competence\n"
        "\n"
        ';"warm, very";1;warmth\n'
        "t7;cool;;\n"
    )
    report = (await upload(admin, text)).body
    assert report == {"inserted": 2, "updated": 1, "skipped": 1, "failed": 0, "errors": {}}
    assert (await member.get(f"{TRAITS}/g1"))["category"] == "skill"
    assert (await member.get(f"{TRAITS}/g25"))["adjective"] == "warm, very"
    assert (await upload(admin, text)).body["errors"] == {
        "adjective": ["Line 5: There is a trait 'warm, very' already: g25, 'warm, very'."]
    }


FAULTY = (
    "code,adjective,valence,is_active\n"
    "n1,brave,1,true\n"
    "n1,timid,0,\n"
    "n3,Brave,0,\n"
    "n4,mild,2,\n"
    "n5,wild,2,\n"
    "n6,,1,\n"
    "n7,calm,1,perhaps\n"
    "g1,gifted,1,\n"
    "n 9,vain,1,\n"
    "n10,lazy,1,\n"
)
FAULTS = {
    "code": [
        "Line 3: It repeats line 2.",
        "Line 9: 'g1' is shared with you to use: leave the line out.",
        (
            "Line 10: 'n 9' is no code: give letters, digits, points, dashes and underscores, and not "
            "a number alone."
        ),
    ],
    "adjective": [
        "Line 4: It repeats line 2.",
        "Line 7: It is empty.",
        "Line 11: There is a trait 'lazy' already: g6, 'lazy'.",
    ],
    "valence": ["Lines 5-6: '2' is no valence: give -1, 0, 1 or nothing."],
    "is_active": ["Line 8: 'perhaps' is no switch: give true or false."],
}


async def test_a_file_with_faults_changes_nothing_and_names_them_by_column_and_line(member):
    answer = await upload(member, FAULTY)
    assert (answer.status_code, answer.body["errors"]) == (422, FAULTS)
    assert answer.body["detail"].startswith("9 lines have faults")
    assert (await member.get(TRAITS))["total"] == 24


async def test_good_lines_of_a_file_with_faults_may_be_taken(member):
    answer = await upload(member, FAULTY, faults="skip")
    assert answer.body == {
        "inserted": 1, "updated": 0, "skipped": 0, "failed": 9, "errors": FAULTS,
    }  # fmt: skip
    assert (await member.get(f"{TRAITS}/n1"))["adjective"] == "brave"


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no bytes"),
        (b"adjective\n", "no row below"),
        (b"code,valence\nx,1\n", "'adjective' is missing"),
        (b"adjectiv\nbrave\n", "Did you mean 'adjective'?"),
        (b"adjective,adjective\na,b\n", "there twice"),
        (b"adjective,code\nbrave\n", "Row 2"),
        (b'adjective\n"brave\n', "Row 2"),
        (b"PK\x03\x04" + bytes(100), "xlsx"),
    ],
)
async def test_a_file_that_is_no_table_of_traits_is_refused(member, content, said):
    answer = await upload(member, content)
    assert answer.status_code == 422
    assert said in answer.body["errors"]["file"][0]


async def test_an_exported_file_is_imported_without_a_change_and_computes_nothing(member, admin):
    word = {"adjective": "=cmd|x", "adjective_de": "-frech", "case_template": '+a,\n"b"'}
    await member.post(TRAITS, {**word, "valence": -1}, 201)
    answer = await admin.call("GET", f"{TRAITS}/export")
    content = await answer.get_data()
    assert answer.mimetype == "text/csv"
    assert b"g25,'=cmd|x,'-frech,,-1,true," in content
    report = (await upload(admin, content)).body
    assert report == {"inserted": 0, "updated": 0, "skipped": 25, "failed": 0, "errors": {}}
