"""Schedules of forecasting sessions over HTTP: what is refused by name, and what a form shows."""

from pathlib import Path

import pytest

from tests.factories.callers import Caller
from tests.factories.connections import make_connection
from tests.factories.schedules import URL
from tests.factories.sessions import make_session
from tests.support.databases import ON_ONE_DATABASE

pytestmark = ON_ONE_DATABASE
NIGHTLY = {"kind": "forecasting.session", "name": "Load", "cron": "0 3 * * *"}


@pytest.fixture
def session_id(member: Caller, resources, tmp_path: Path) -> str:
    return make_session(resources, member.actor, tmp_path, hours=24 * 10)


def coming(session_id: str, params: dict | None = None) -> dict:
    return NIGHTLY | {"params": {"session_id": session_id} | (params or {})}


async def test_parameters_have_defaults_and_are_read_as_they_are_sent(
    member: Caller, session_id: str
) -> None:
    row = await member.post(URL, coming(session_id), 201)
    assert row["params"] == {
        "session_id": session_id, "connection_id": None, "models": [{"MODE": "LIN"}],
        "overlap": "new", "trains_unchanged": False,
    }  # fmt: skip
    models = [{"MODE": "LIN"}, {"MODE": "Dense", "EP": 3}]
    changed = await member.patch(
        f"{URL}/{row['id']}", {"params": row["params"] | {"models": models}}
    )
    assert changed["params"]["models"] == models
    (kind,) = [
        one for one in (await member.get("/api/scheduler/kinds"))["items"]
        if one["name"] == "forecasting.session"
    ]  # fmt: skip
    assert (kind["params"]["session_id"]["required"], kind["max_attempts"]) == (True, 3)


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"session_id": "nobody's"}, "session_id"),
        ({"session_id": "session_1_none"}, "session_id"),
        ({"models": [{"MODE": "Oracle"}]}, "models"),
        ({"models": []}, "models"),
        ({"models": [{"MODE": "Dense", "EP": 0}]}, "models"),
        ({"connection_id": 999_999}, "connection_id"),
        ({"overlap": "both"}, "overlap"),
        ({"owner_id": 1}, "owner_id"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
async def test_wrong_parameters_are_refused_by_name(
    member: Caller, session_id: str, params: dict, field: str
) -> None:
    refused = await member.post(URL, coming(session_id, params), 422)
    assert [name.partition(".")[2].partition(".")[0] for name in refused["errors"]] == [field]


async def test_a_session_of_somebody_else_is_unknown(colleague: Caller, session_id: str) -> None:
    refused = await colleague.post(URL, coming(session_id), 422)
    assert list(refused["errors"]) == ["params.session_id"]


async def test_a_connection_whose_days_the_session_does_not_hold_is_refused(
    member: Caller, resources, session_id: str
) -> None:
    number = make_connection(resources, member.id)
    refused = await member.post(URL, coming(session_id, {"connection_id": number}), 422)
    assert "add the CSV of the connection" in refused["errors"]["params.connection_id"][0]
