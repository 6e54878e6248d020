"""What a person has chosen on the pages is kept for that person alone."""

from typing import Any

import pytest

from services.preferences.pages import NAMES
from tests.factories.callers import Caller

PATH = "/api/preferences"
NOTHING = dict.fromkeys(NAMES)
CHARTS = {"groups": {"loss": "Mine"}, "titles": {"__proto__": "Odd"}, "pinned": ["loss"]}


async def patch(caller: Caller, status: int = 200, **changes: Any) -> dict[str, Any]:
    response = await caller.call("PATCH", PATH, json=changes)
    assert response.status_code == status, response.body
    return response.body


async def test_choices_stay_until_they_are_taken_back(member: Caller) -> None:
    assert await member.get(PATH) == NOTHING
    columns = ["status", 'params."a, b"']
    chosen = await patch(member, runs_columns=columns, group_studies=False, charts=CHARTS)
    assert chosen == {"runs_columns": columns, "group_studies": False, "charts": CHARTS}
    assert await patch(member, group_studies=True) == chosen | {"group_studies": True}
    assert (await patch(member, runs_columns=None))["runs_columns"] is None
    assert await member.get(PATH) == {
        "runs_columns": None,
        "group_studies": True,
        "charts": CHARTS,
    }


async def test_no_columns_is_a_choice_too(member: Caller) -> None:
    assert (await patch(member, runs_columns=[]))["runs_columns"] == []


async def test_choices_of_others_stay_their_own(member: Caller, colleague: Caller) -> None:
    await patch(member, group_studies=False)
    assert await colleague.get(PATH) == NOTHING


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"runs_columns": [""]}, "runs_columns"),
        ({"runs_columns": ["x"] * 201}, "runs_columns"),
        ({"group_studies": "perhaps"}, "group_studies"),
        ({"charts": {"groups": {"loss": ""}}}, "charts.groups"),
        ({"charts": {"titles": {"loss": "x" * 101}}}, "charts.titles"),
        ({"charts": {"pinned": [7]}}, "charts.pinned"),
        ({"charts": {"folded": True}}, "charts.folded"),
        ({"theme": "dark"}, "theme"),
    ],
)
async def test_what_is_no_choice_is_refused_by_field(
    member: Caller, changes: dict[str, Any], field: str
) -> None:
    answer = await patch(member, 422, **changes)
    assert any(name.startswith(field) for name in answer["errors"])
    assert await member.get(PATH) == NOTHING
