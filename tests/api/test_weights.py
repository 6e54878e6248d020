"""Weights over HTTP: uploaded, listed, trained from and deleted."""

from io import BytesIO
from typing import Any

import pytest
from quart.datastructures import FileStorage
from sqlalchemy import select

from app.models.audit import AuditEntry
from app.models.run import Run
from app.models.weights import Weights
from harness.archives import image_rows, image_zip
from services.weights.sweep import sweep_weights
from tests.factories.callers import Caller
from tests.factories.resources import make_weights
from tests.factories.stores import AgedStore
from tests.factories.tensors import weights_file

TRAIN = "/api/experiments/{}/train"
FROZEN = {"freeze_backbone": True}
NEWEST_ACTION = select(AuditEntry.action).order_by(AuditEntry.id.desc())


async def upload(who: Caller, content: bytes | None = None, status: int = 201, **form: str) -> Any:
    data = weights_file() if content is None else content
    file = FileStorage(BytesIO(data), filename="chest net.safetensors")
    return await who.post("/api/weights", form=form, files={"file": file}, status=status)


def the_run(who: Caller) -> Run:
    with who.database.read() as session:
        return session.scalars(select(Run)).one()


async def test_uploaded_weights_are_described_listed_and_stored(member: Caller) -> None:
    content = weights_file()
    made = await upload(member, content)
    assert (made["name"], made["owner_id"], made["visibility"]) == (
        "chest net",
        member.id,
        "private",
    )
    assert (made["num_tensors"], made["num_parameters"]) == (2, 9)
    assert (await member.get("/api/weights"))["items"] == [made]
    with member.database.read() as session:
        row = session.get_one(Weights, made["id"])
        assert session.scalars(NEWEST_ACTION).first() == "weights_created"
    assert member.resources.store.get(row.object_key) == content


async def test_a_refused_file_leaves_nothing(member: Caller) -> None:
    answer = await upload(member, b"\x80\x04pickle", 422)
    assert answer["code"] == "weights_refused"
    assert "save_file" in answer["errors"]["file"][0]
    assert list(member.resources.store.list("weights/")) == []
    assert list((member.resources.settings.home / "tmp").iterdir()) == []


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"visibility": "world"}, "visibility"),
        ({"colour": "red"}, "colour"),
        ({"name": " "}, "name"),
    ],
)
async def test_a_wrong_field_is_named(member: Caller, form: dict[str, str], field: str) -> None:
    assert list((await upload(member, status=422, **form))["errors"]) == [field]


async def test_private_weights_do_not_exist_for_others(member: Caller, colleague: Caller) -> None:
    made = await upload(member)
    assert (await colleague.get("/api/weights"))["total"] == 0
    hidden = await colleague.call("DELETE", f"/api/weights/{made['id']}")
    assert hidden.status_code == 404
    body = {"dataset": "breast_cancer", "pretrained": made["id"]}
    for mode in ("centralized", "federated"):
        answer = await colleague.post(TRAIN.format(mode), body, 404)
        assert list(answer["errors"]) == ["pretrained"]


async def test_team_weights_are_there_to_use_but_not_to_delete(
    member: Caller, colleague: Caller
) -> None:
    made = await upload(member, visibility="team")
    body = {"dataset": "breast_cancer", "pretrained": made["id"]}
    await colleague.post(TRAIN.format("centralized"), body)
    refused = await colleague.call("DELETE", f"/api/weights/{made['id']}")
    assert refused.status_code == 403


@pytest.mark.parametrize("mode", ["centralized", "federated"])
async def test_a_training_begins_with_the_weights_it_names(member: Caller, mode: str) -> None:
    made = await upload(member)
    body = {"dataset": "breast_cancer", "pretrained": made["id"], "config": FROZEN}
    started = await member.post(TRAIN.format(mode), body)
    assert the_run(member).pretrained_id == made["id"]
    detail = await member.get(f"/api/runs/{started['run_id']}")
    assert detail["pretrained"] == {"id": made["id"], "name": "chest net"}


async def test_a_form_names_weights_too(member: Caller) -> None:
    made = await upload(member)
    images = FileStorage(BytesIO(image_zip(image_rows(16))), filename="chest.zip")
    config = '{"network": "cnn", "freeze_backbone": true}'
    form = {"pretrained": str(made["id"]), "config": config}
    await member.post(TRAIN.format("centralized"), form=form, files={"data_zip": images})
    assert the_run(member).pretrained_id == made["id"]


async def test_freezing_without_weights_is_refused_at_its_field(member: Caller) -> None:
    body = {"dataset": "breast_cancer", "config": FROZEN}
    answer = await member.post(TRAIN.format("centralized"), body, 422)
    assert list(answer["errors"]) == ["config.freeze_backbone"]


@pytest.mark.parametrize("value", ["seven", 0, True, [1]])
async def test_what_is_no_id_of_weights_is_named(member: Caller, value: object) -> None:
    body = {"dataset": "breast_cancer", "pretrained": value}
    answer = await member.post(TRAIN.format("centralized"), body, 422)
    assert list(answer["errors"]) == ["pretrained"]


async def test_weights_are_deleted_when_no_run_needs_them(member: Caller) -> None:
    made = await upload(member)
    path = f"/api/weights/{made['id']}"
    body = {"dataset": "breast_cancer", "pretrained": made["id"]}
    started = await member.post(TRAIN.format("centralized"), body)
    refused = await member.call("DELETE", path)
    assert (refused.status_code, refused.body["code"]) == (409, "weights_in_use")
    await member.post(f"/api/runs/{started['run_id']}/stop", {})
    assert (await member.call("DELETE", path)).status_code == 204
    assert (await member.get("/api/weights"))["items"] == []
    detail = await member.get(f"/api/runs/{started['run_id']}")
    assert detail["pretrained"]["name"] == "chest net"
    await member.post(TRAIN.format("centralized"), body, 404)


def test_the_sweep_takes_weights_without_a_row_alone(member: Caller) -> None:
    make_weights(member.database, member.id)
    with member.database.read() as session:
        kept = session.scalars(select(Weights.object_key)).one()
    store = AgedStore()
    for key in (kept, "weights/orphan.safetensors", "datasets/x"):
        store.put(key, b"x")
    assert sweep_weights(member.database, store) == 1
    assert [entry.key for entry in store.list()] == ["datasets/x", kept]
