"""A person's own configuration over HTTP."""

from typing import Any

import pytest
from sqlalchemy import select

from app.models.audit import AuditEntry
from tests.factories.callers import Caller
from tests.support.databases import ON_ONE_DATABASE


async def test_the_defaults_are_those_of_the_wire(member: Caller) -> None:
    config = (await member.get("/api/config/current"))["config"]
    assert set(config) == {"system", "paths", "columns", "experiment", "output", "logging"}
    assert config["columns"] == {
        "patient_id": "patientId",
        "target": "Target",
        "filename": "filename",
    }
    assert config["experiment"]["learning_rate"] == 0.001
    assert config["paths"]["metadata_filename"] == "stage2_train_metadata.csv"


async def test_only_what_is_given_and_not_null_is_changed(member: Caller) -> None:
    update = {"experiment": {"epochs": 3, "batch_size": None}, "output": {"log_dir": "elsewhere"}}
    answer = await member.post("/api/config/update", update)
    assert answer["updated_fields"] == 2
    assert answer["fields"] == ["experiment.epochs", "output.log_dir"]
    assert answer["verified_values"] == {"experiment.epochs": 3, "output.log_dir": "elsewhere"}
    config = (await member.get("/api/config/current"))["config"]
    assert (config["experiment"]["epochs"], config["experiment"]["batch_size"]) == (3, 32)


async def test_later_changes_add_to_earlier_ones(member: Caller) -> None:
    for update in ({"experiment": {"epochs": 3}}, {"experiment": {"seed": 5}}):
        await member.post("/api/config/update", update)
    config = (await member.get("/api/config/current"))["config"]
    assert (config["experiment"]["epochs"], config["experiment"]["seed"]) == (3, 5)


async def test_nobody_elses_configuration_changes(member: Caller, colleague: Caller) -> None:
    before = await colleague.get("/api/config/current")
    answer = await member.post("/api/config/update", {"system": {"img_size": [64, 64]}})
    after = await colleague.get("/api/config/current")
    assert after == before
    assert answer["config_path"] != after["config_path"]


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("update", "field"),
    [
        ({"experiment": {"epochs": 0}}, "experiment.epochs"),
        ({"experiment": {"epochs": "3"}}, "experiment.epochs"),
        ({"experiment": {"epoch": 3}}, "experiment.epoch"),
        ({"logging": {"level": "LOUD"}}, "logging.level"),
        ({"system": {"img_size": [64]}}, "system.img_size"),
        ({"paths": {"base_path": 7}}, "paths.base_path"),
        ({"security": {}}, "security"),
        ({"experiment": 3}, "experiment"),
    ],
)
async def test_one_wrong_setting_refuses_all(
    member: Caller, update: dict[str, Any], field: str
) -> None:
    good = {"columns": {"target": "label"}}
    answer = await member.post("/api/config/update", good | update, 422)
    assert list(answer["errors"]) == [field]
    config = (await member.get("/api/config/current"))["config"]
    assert config["columns"]["target"] == "Target"


async def test_changes_are_audited_and_viewers_make_none(member: Caller, viewer: Caller) -> None:
    await member.post("/api/config/update", {"experiment": {"epochs": 3}})
    with member.database.read() as session:
        assert "config_changed" in session.scalars(select(AuditEntry.action)).all()
    await viewer.post("/api/config/update", {"experiment": {"epochs": 3}}, 403)
    await viewer.get("/api/config/current")
