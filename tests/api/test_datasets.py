"""Datasets over HTTP, with the real reader, store and databases."""

import asyncio
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from typing import Any

import pytest
from quart import Quart
from quart.datastructures import FileStorage
from quart.testing import QuartClient

from app.factory import create_app
from app.http.gate import install_gate, open_gate
from app.models.audit import AuditEntry
from app.models.dataset import Dataset
from app.resources import Resources
from blueprints import ACCESS
from blueprints.datasets import BLUEPRINTS
from harness.archives import image_zip, table_csv
from harness.eventually import eventually_async
from services.datasets.builtin_rows import ensure_builtin_datasets
from services.datasets.load import load_training_data
from services.domains import TOPICS
from tests.factories.people import make_token, make_user
from tests.factories.runs import make_run
from tests.support.databases import ON_ONE_DATABASE

Call = Callable[..., Any]


@pytest.fixture
async def web(resources: Resources) -> AsyncIterator[Quart]:
    """The application with datasets alone."""
    ensure_builtin_datasets(resources.database)
    app = create_app(resources, BLUEPRINTS)
    install_gate(app, open_gate(resources.settings, resources.database, ACCESS, TOPICS))
    async with app.test_app():
        yield app


class Person:
    """Somebody with a token."""

    def __init__(self, web: Quart, resources: Resources, role: str = "member") -> None:
        user = make_user(resources.database, role)
        self.id = user.id
        self._client: QuartClient = web.test_client()
        self._headers = {"Authorization": f"Bearer {make_token(resources.database, user)}"}

    async def __call__(self, method: str, path: str, **kwargs: Any) -> tuple[int, Any]:
        """Return status and JSON."""
        headers = self._headers | kwargs.pop("headers", {})
        response = await self._client.open(
            f"/api/datasets{path}", method=method, headers=headers, **kwargs
        )
        return response.status_code, await response.get_json(silent=True)

    async def upload(self, data: bytes, kind: str = "table", **form: str) -> tuple[int, Any]:
        """Upload a file as a browser does."""
        headers = form.pop("headers", {})
        return await self(
            "POST",
            "",
            form={"kind": kind, **form},
            files={"file": FileStorage(BytesIO(data), filename="My study.v2.csv")},
            headers=headers,
        )


@pytest.fixture
def person(web: Quart, resources: Resources) -> Person:
    """A member."""
    return Person(web, resources)


async def test_the_builtins_are_there_for_everybody(web: Quart, resources: Resources) -> None:
    status, listed = await Person(web, resources, "viewer")("GET", "")
    assert status == 200
    assert [(d["slug"], d["num_rows"], d["builtin"]) for d in listed["items"]] == [
        ("breast_cancer", 569, True),
        ("digits", 1797, True),
    ]


async def test_an_uploaded_table_is_answered_with_its_counts(person: Person) -> None:
    status, made = await person.upload(table_csv())
    assert (status, made["name"], made["owner_id"]) == (201, "My study.v2", person.id)
    assert made["class_distribution"] == {"0": 3, "1": 3}
    assert (made["num_rows"], made["num_features"], made["columns"]) == (6, 2, ["hospital"])
    assert (made["slug"], made["builtin"], made["visibility"]) == (None, False, "private")
    assert await person("GET", f"/{made['id']}") == (200, made)


LAB = b"crp,ward,Target\n3.5,007,0\n,2B,1\n<5,007,0\n120,2B,1\n7,2B,0\n"


async def test_what_is_done_with_gaps_limits_and_categories_is_chosen_and_shown(
    person: Person, resources: Resources
) -> None:
    choices = {"missing_features": '{"crp": "median"}', "censored": "half"}
    status, made = await person.upload(LAB, category_columns="ward", **choices)
    assert (status, made["num_features"]) == (201, 2)
    crp, ward, _ = made["column_schema"]
    assert (crp["missing_choice"], crp["censored_choice"], ward["is_category"]) == (
        "median", "half", True,
    )  # fmt: skip
    with resources.database.read() as session:
        row = session.get_one(Dataset, made["id"])
    data = load_training_data(row, resources.store)
    assert (data.fills, list(data.categories)) == ({"crp": "median"}, ["ward"])


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("missing_features", "mean", "'mean' is no choice. Give refuse, median"),
        ("missing_features", '{"crp": "x"}', "'x' for column 'crp' is no choice"),
        ("missing_features", '{"crp": ', "or a JSON object"),
        ("censored", '{"crp": 1}', "'1' for column 'crp' is no choice"),
        ("decimal", ";", "Must be one of"),
        ("class_limits", "7, 10", "Give a JSON list of rising numbers"),
        ("class_limits", "[true]", "Give a JSON list of rising numbers"),
        ("class_limits", "[NaN]", "Give a JSON list of rising numbers"),
        ("class_limits", "[1e999]", "Give a JSON list of rising numbers"),
    ],
)
async def test_a_choice_that_there_is_not_is_refused_under_its_field(
    field: str, value: str, said: str, person: Person
) -> None:
    status, refused = await person.upload(LAB, **{field: value})
    assert (status, list(refused["errors"])) == (422, [field])
    assert said in refused["errors"][field][0]


async def test_a_target_of_measurements_is_divided_and_may_be_divided_again(
    person: Person,
) -> None:
    table = "age,hba1c\n" + "".join(f"{n},{4 + n / 4}\n" for n in range(40))
    status, refused = await person.upload(table.encode(), target_column="hba1c")
    assert (status, list(refused["errors"])) == (422, ["target_column"])
    assert (
        "40 different numbers in 40 rows, from 4.0 to 13.75"
        in refused["errors"]["target_column"][0]
    )
    status, made = await person.upload(
        table.encode(), target_column="hba1c", class_limits="[7, 10]"
    )
    assert (status, made["classes"]) == (201, ["<7", "7 … <10", "≥10"])
    assert made["reading"]["class_limits"] == [7.0, 10.0]
    body = {"target_column": "hba1c", "class_limits": [6.5]}
    status, changed = await person("PUT", f"/{made['id']}/columns", json=body)
    assert (status, changed["class_distribution"]) == (200, {"<6.5": 10, "≥6.5": 30})
    for wrong in ([99], [8, 7]):
        status, refused = await person(
            "PUT", f"/{made['id']}/columns", json=body | {"class_limits": wrong}
        )
        assert (status, list(refused["errors"])) == (422, ["class_limits"])


async def test_columns_may_change_until_a_run_uses_them(
    person: Person, resources: Resources
) -> None:
    _, made = await person.upload(LAB, missing_features="drop_rows", censored="limit")
    assert (made["has_source"], made["num_rows"], made["num_features"]) == (True, 4, 1)
    assert made["reading"]["missing_features"] == {"*": "drop_rows"}
    wanted = {"category_columns": ["ward"], "missing_features": {"crp": "mode"},
              "censored": {"*": "missing"}}  # fmt: skip
    status, changed = await person("PUT", f"/{made['id']}/columns", json=wanted)
    assert (status, changed["num_rows"], changed["num_features"]) == (200, 5, 2)
    assert changed["sha256"] != made["sha256"]
    assert await person("GET", f"/{made['id']}") == (200, changed)
    status, refused = await person("PUT", f"/{made['id']}/columns", json={"target_column": "no"})
    assert (status, list(refused["errors"])) == (422, ["target_column"])
    make_run(resources.database, owner_id=person.id, dataset_id=made["id"])
    status, refused = await person("PUT", f"/{made['id']}/columns", json={})
    assert (status, refused["code"]) == (409, "dataset_in_use")
    assert (await person("GET", f"/{made['id']}"))[1] == changed


async def test_the_columns_of_others_and_of_images_do_not_change(
    person: Person, web: Quart, resources: Resources
) -> None:
    _, mine = await person.upload(table_csv())
    stranger = Person(web, resources)
    assert (await stranger("PUT", f"/{mine['id']}/columns", json={}))[0] == 404
    _, images = await person.upload(image_zip(), "images")
    status, refused = await person("PUT", f"/{images['id']}/columns", json={})
    assert (status, refused["code"]) == (409, "dataset_read_only")


async def test_an_uploaded_archive_can_be_trained_on(person: Person, resources: Resources) -> None:
    status, made = await person.upload(image_zip(), "images", name="  X   rays ")
    assert (status, made["name"], made["image_shape"]) == (201, "X rays", [6, 8, 1])
    with resources.database.read() as session:
        row = session.get_one(Dataset, made["id"])
    data = load_training_data(row, resources.store)
    assert (data.x.shape, data.sha256) == ((4, 6, 8, 1), made["sha256"])


@ON_ONE_DATABASE
async def test_a_refused_file_names_its_rows_and_leaves_nothing(
    person: Person, resources: Resources
) -> None:
    status, answer = await person.upload(b"a,Target\n1,0\nx,1\n3,1\n")
    assert (status, answer["code"]) == (422, "upload_refused")
    assert answer["errors"] == {"file": ["Row 3, column 'a': 'x' is not a number."]}
    assert list(resources.store.list("datasets/")) == []
    assert list((resources.settings.home / "tmp").iterdir()) == []


@ON_ONE_DATABASE
def stored(resources: Resources) -> list[str]:
    return sorted(one.key.rpartition("/")[2] for one in resources.store.list("datasets/"))


async def test_an_accepted_file_leaves_no_temporary_one(
    person: Person, resources: Resources
) -> None:
    await person.upload(table_csv())
    assert list((resources.settings.home / "tmp").iterdir()) == []
    assert stored(resources) == ["source.csv", "table.parquet"]


@ON_ONE_DATABASE
async def test_options_of_the_form_reach_the_reader(person: Person) -> None:
    data = b"outcome,who,site,a\nyes,p1,1,1\nno,p1,2,2\nno,p2,1,3\nno,p2,1,3\n"
    status, made = await person.upload(
        data,
        target_column="outcome",
        patient_column="who",
        text_columns="site",
        duplicate_rows="keep",
        csv_filename="",
    )
    assert (status, made["num_patients"], made["columns"]) == (201, 2, ["site"])


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"kind": "video"}, "kind"),
        ({"visibility": "world"}, "visibility"),
        ({"colour": "red"}, "colour"),
        ({"duplicate_rows": "drop"}, "duplicate_rows"),
        ({"name": "x" * 201}, "name"),
        ({"name": "   "}, "name"),
        ({"target_column": "nothing"}, "target_column"),
        ({"file": "text"}, "file"),
    ],
)
async def test_a_wrong_field_of_the_form_is_named(
    form: dict[str, str], field: str, person: Person
) -> None:
    status, answer = await person.upload(table_csv(), **form)
    assert status == 422
    assert list(answer["errors"]) == [field]


async def test_a_form_without_a_file_is_refused(person: Person) -> None:
    status, answer = await person("POST", "", form={"kind": "table"}, files={})
    assert status in (400, 422)
    assert answer["code"] in ("bad_request", "invalid")


async def test_a_json_body_is_no_upload(person: Person) -> None:
    status, answer = await person("POST", "", json={"kind": "table"})
    assert (status, answer["code"]) == (400, "bad_request")


async def test_a_file_beyond_the_limit_is_refused_though_it_hides_its_length(
    person: Person, web: Quart, resources: Resources
) -> None:
    object.__setattr__(resources.settings, "max_upload_bytes", 1000)
    status, answer = await person.upload(b"a,Target\n" + b"1,0\n2,1\n" * 1000)
    assert (status, answer["code"]) == (413, "too_large")
    assert list((resources.settings.home / "tmp").iterdir()) == []


async def test_a_client_that_goes_away_still_gets_its_dataset_made(
    person: Person, resources: Resources
) -> None:
    scratch = resources.settings.home / "tmp"
    upload = asyncio.create_task(person.upload(table_csv()))
    await eventually_async(
        lambda: scratch.exists() and any(path.is_dir() for path in scratch.iterdir()), every=0.001
    )
    upload.cancel()
    await eventually_async(lambda: not any(scratch.iterdir()))
    assert (await person("GET", ""))[1]["total"] == 3


async def test_an_idempotency_key_makes_one_dataset(person: Person) -> None:
    headers = {"Idempotency-Key": "once"}
    first = await person.upload(table_csv(), headers=headers)
    assert await person.upload(table_csv(), headers=headers) == first
    assert (await person("GET", ""))[1]["total"] == 3


async def test_a_key_that_came_with_another_file_of_the_same_size_is_refused(
    person: Person, resources: Resources
) -> None:
    headers, table = {"Idempotency-Key": "once"}, table_csv()
    await person.upload(table, headers=headers)
    other = table[:-2] + bytes([table[-2] ^ 1]) + table[-1:]
    assert (len(other), other != table) == (len(table), True)
    status, answer = await person.upload(other, headers=headers)
    assert (status, list(answer["errors"])) == (422, ["Idempotency-Key"])
    status, answer = await person.upload(table, headers=headers, name="Another name")
    assert (status, list(answer["errors"])) == (422, ["Idempotency-Key"])
    assert (await person("GET", ""))[1]["total"] == 3
    assert list((resources.settings.home / "tmp").iterdir()) == []


async def test_a_private_dataset_does_not_exist_for_others(
    web: Quart, resources: Resources, person: Person
) -> None:
    made = (await person.upload(table_csv()))[1]
    for role in ("member", "viewer"):
        other = Person(web, resources, role)
        for method in ("GET", "PATCH", "DELETE"):
            body = {"json": {"name": "mine"}} if method == "PATCH" else {}
            assert (await other(method, f"/{made['id']}", **body))[0] in (403, 404)
        assert (await other("GET", f"/{made['id']}"))[0] == 404
        assert (await other("GET", ""))[1]["total"] == 2


async def test_a_team_dataset_is_there_to_use_but_not_to_change(
    web: Quart, resources: Resources, person: Person
) -> None:
    made = (await person.upload(table_csv(), visibility="team"))[1]
    other = Person(web, resources)
    assert (await other("GET", f"/{made['id']}"))[0] == 200
    assert (await other("PATCH", f"/{made['id']}", json={"name": "mine"}))[0] == 403
    assert (await other("DELETE", f"/{made['id']}"))[0] == 403


async def test_an_owner_renames_and_shares_and_the_log_knows(
    person: Person, resources: Resources
) -> None:
    made = (await person.upload(table_csv()))[1]
    changes = {"name": "Ward 7", "visibility": "team"}
    status, changed = await person("PATCH", f"/{made['id']}", json=changes)
    assert (status, changed) == (200, made | changes)
    with resources.database.read() as session:
        actions = [entry.action for entry in session.query(AuditEntry).order_by(AuditEntry.id)]
    assert actions[-2:] == ["dataset_created", "dataset_changed"]


async def test_a_viewer_uploads_nothing(web: Quart, resources: Resources) -> None:
    assert (await Person(web, resources, "viewer").upload(table_csv()))[0] == 403


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_a_builtin_never_changes(method: str, web: Quart, resources: Resources) -> None:
    admin = Person(web, resources, "admin")
    number = (await admin("GET", ""))[1]["items"][0]["id"]
    body = {"json": {"name": "mine"}} if method == "PATCH" else {}
    status, answer = await admin(method, f"/{number}", **body)
    assert (status, answer["code"]) == (409, "dataset_read_only")


@pytest.mark.parametrize("text", ["abc", "0", "-1", "1.5", "9" * 30, "..%252f", "%00"])
async def test_what_is_no_id_is_said_to_be_none(text: str, person: Person) -> None:
    assert (await person("GET", f"/{text}"))[0] in (404, 422)


async def test_a_deleted_dataset_is_gone_but_its_rows_stay(
    person: Person, resources: Resources
) -> None:
    made = (await person.upload(table_csv()))[1]
    assert (await person("DELETE", f"/{made['id']}"))[0] == 204
    assert (await person("GET", f"/{made['id']}"))[0] == 404
    assert (await person("GET", ""))[1]["total"] == 2
    assert stored(resources) == ["source.csv", "table.parquet"]


@ON_ONE_DATABASE
async def test_the_answer_says_what_was_changed_and_what_each_column_is(person: Person) -> None:
    data = b"x,male,Target\n1,True,a\n2,False,b\n3,True,NA\n"
    status, made = await person.upload(data, missing_rows="drop")
    assert (status, made["num_rows"], made["num_features"]) == (201, 2, 2)
    assert made["notes"] == [
        "1 of 3 rows are left out because a cell is missing ('Target' 1).",
        "True and False are read as 1 and 0: 'male'.",
    ]
    assert [(one["name"], one["type"], one["role"]) for one in made["column_schema"]] == [
        ("x", "number", "feature"), ("male", "boolean", "feature"), ("Target", "text", "target"),
    ]  # fmt: skip
    assert (await person("GET", f"/{made['id']}"))[1] == made
    listed = (await person("GET", ""))[1]["items"][-1]
    alone = ("column_schema", "has_source", "reading")  # a list has no room for these
    assert listed == {name: value for name, value in made.items() if name not in alone}


@ON_ONE_DATABASE
async def test_a_preview_lists_the_columns_and_keeps_nothing(
    person: Person, resources: Resources
) -> None:
    form = {"kind": "table", "target_column": "outcome"}
    file = FileStorage(BytesIO(b"who,outcome\n1,a\n2,NA\n"), filename="t.csv")
    status, seen = await person("POST", "/preview", form=form, files={"file": file})
    assert (status, seen["num_rows"]) == (200, 2)
    assert [(one["name"], one["role"], one["missing"]) for one in seen["column_schema"]] == [
        ("who", "feature", 0), ("outcome", "target", 1),
    ]  # fmt: skip
    assert list((resources.settings.home / "tmp").iterdir()) == []
    assert (await person("GET", ""))[1]["total"] == 2


@ON_ONE_DATABASE
async def test_names_with_commas_are_given_as_a_json_list(person: Person) -> None:
    data = b'"a, b",x,Target\n1,1,0\n2,2,1\n'
    status, made = await person.upload(data, text_columns='["a, b"]')
    assert (status, made["columns"]) == (201, ["a, b"])
    assert (await person.upload(data, text_columns="[1]"))[0] == 422
