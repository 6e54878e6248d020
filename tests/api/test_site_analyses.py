"""Visits of web sites: performed by an attempt, stored, listed and shown to their owner."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from marshmallow import ValidationError
from sqlalchemy import func, select

from app.auth.actor import Actor
from app.db.engine import Database
from app.models.site_analysis import StoredAnalysis
from blueprints.sites.schedule_params import SiteAnalysisParams
from services.scheduler.codes.errors import AccessForbidden, BadData, RateLimited
from services.sites.perform import perform_analysis
from services.sites.repository import MAX_HISTORY
from tests.factories.callers import Caller
from tests.support.databases import ON_ONE_DATABASE
from tests.support.web_sites import WebWorld, no_model, served

URL = "http://shop.example/"
PAGE = "<html lang=en><title>Shop</title><h1>H</h1><a href=/gone>x</a><p>" + "word " * 60


@dataclass(frozen=True)
class OpenAttempt:
    """An attempt whose lease nobody takes."""

    database: Database
    number: int = 1

    def write(self):
        return self.database.write()


@dataclass(frozen=True)
class Work:
    """What a worker hands to the work of a kind."""

    actor: Actor
    database: Database

    @property
    def attempt(self) -> OpenAttempt:
        return OpenAttempt(self.database)


def visited(caller: Caller, *routes: Any, **params: Any) -> list[Any]:
    """Visit a page as often as there are routes for it; return summaries or errors."""
    world = WebWorld({"shop.example": {"/": list(routes)}})
    results: list[Any] = []
    with served(world):
        for _ in routes:
            try:
                work = Work(caller.actor, caller.database)
                made = perform_analysis(
                    work, {"url": URL, **params}, summarise=no_model, ports=world.ports()
                )
                results.append(made)
            except (AccessForbidden, BadData, RateLimited) as error:
                results.append(error)
    return results


def rows_of(caller: Caller) -> list[StoredAnalysis]:
    with caller.database.read() as session:
        mine = select(StoredAnalysis).where(StoredAnalysis.owner_id == caller.id)
        return list(session.scalars(mine.order_by(StoredAnalysis.id)))


async def test_a_page_that_is_as_it_was_is_unchanged_and_keeps_its_analysis(member: Caller) -> None:
    other = {"text": PAGE.replace("<p>", "<p>new ")}
    first, second, third = await asyncio.to_thread(
        visited, member, {"text": PAGE}, {"text": PAGE}, other
    )
    assert (first["unchanged"], second["unchanged"], third["unchanged"]) == (False, True, False)
    assert (second["findings"], second["broken_links"]) == (2, 1)
    assert [row.result is None for row in rows_of(member)] == [False, True, False]
    shown = await member.get(f"/api/site-analyses/{second['analysis_id']}")
    assert (shown["visit"]["outcome"], shown["visit"]["reason"]) == ("skipped", "unchanged")
    assert shown["analysis"]["facts"]["title"] == "Shop"
    names = [one["name"] for one in shown["analysis"]["findings"]]
    assert names == ["description_missing", "link_broken"]
    assert [one["state"] for one in shown["analysis"]["links"]] == ["broken"]
    assert [one["outcome"] for one in shown["history"]] == ["analysed", "skipped", "analysed"]


async def test_a_visit_that_fails_is_stored_with_its_code_and_raised_with_its_class(
    member: Caller,
) -> None:
    busy = {"status": 429, "text": "", "headers": {"Retry-After": "30"}}
    first, second = await asyncio.to_thread(visited, member, busy, {"text": "%PDF-1.7"})
    assert (type(first), first.retry_after, type(second)) == (RateLimited, 30.0, BadData)
    listed = await member.get("/api/site-analyses?site_kind=user_website")
    (newest,) = listed["items"]
    assert (newest["outcome"], newest["code"], newest["title"]) == ("failed", "bad_data", None)
    shown = await member.get(f"/api/site-analyses/{newest['id']}")
    assert shown["analysis"] is None
    assert shown["visit"]["detail"]


def test_a_visit_that_is_refused_is_a_failure_for_a_person(member: Caller) -> None:
    world = WebWorld({"shop.example": {"/robots.txt": {"text": "User-agent: *\nDisallow: /"}}})
    with served(world), pytest.raises(AccessForbidden):
        work = Work(member.actor, member.database)
        perform_analysis(work, {"url": URL}, summarise=no_model, ports=world.ports())
    (row,) = rows_of(member)
    assert (row.outcome, row.code, row.reason) == ("refused", "forbidden", "robots")


def test_an_own_page_and_that_of_a_competitor_are_two(member: Caller) -> None:
    visited(member, {"text": PAGE})
    (result,) = visited(member, {"text": PAGE}, site_kind="competitor", competitor_id="shop")
    assert result["unchanged"] is False


@ON_ONE_DATABASE
def test_old_visits_go_and_the_analysis_that_holds_stays(member: Caller) -> None:
    visited(member, {"text": PAGE})
    with member.database.write() as unit:
        first = unit.session.scalars(select(StoredAnalysis)).one()
        for _ in range(MAX_HISTORY + 5):
            again = StoredAnalysis(
                    owner_id=first.owner_id,
                    url=first.url,
                    url_hash=first.url_hash,
                    site_kind=first.site_kind,
                    outcome="skipped",
                    created_at=first.created_at,
            )  # fmt: skip
            unit.session.add(again)
    (last,) = visited(member, {"text": PAGE})
    assert last["unchanged"] is True
    with member.database.read() as session:
        assert session.scalar(select(func.count()).select_from(StoredAnalysis)) == MAX_HISTORY + 1
        assert session.get(StoredAnalysis, first.id) is not None


async def test_what_is_not_ones_own_does_not_exist(member: Caller, colleague: Caller) -> None:
    (made,) = await asyncio.to_thread(visited, member, {"text": PAGE})
    await colleague.get(f"/api/site-analyses/{made['analysis_id']}", 404)
    assert (await colleague.get("/api/site-analyses"))["total"] == 0
    (own,) = await asyncio.to_thread(visited, colleague, {"text": PAGE})
    assert own["unchanged"] is False
    assert (await member.get("/api/site-analyses"))["total"] == 1


@ON_ONE_DATABASE
@pytest.mark.parametrize("query", ["limit=0", "offset=-1", "site_kind=mine", "colour=red"])
async def test_a_wrong_query_is_named(member: Caller, query: str) -> None:
    answer = await member.get(f"/api/site-analyses?{query}", 422)
    assert list(answer["errors"]) == [query.partition("=")[0]]


@ON_ONE_DATABASE
async def test_an_id_that_is_none_is_refused(member: Caller) -> None:
    await member.get("/api/site-analyses/x", 422)
    await member.get("/api/site-analyses/999999", 404)


def test_the_schema_of_schedules_names_the_field_that_is_wrong() -> None:
    schema = SiteAnalysisParams()
    assert schema.load({"url": "https://www.example.org/"})["check_links"] is True
    for raw, field in (
        ({"url": "http://10.0.0.1/"}, "url"),
        ({"url": "https://www.example.org/", "competitor_id": "x"}, "competitor_id"),
        ({"url": "https://www.example.org/", "user_id": 7}, "user_id"),
        ({"url": "https://www.example.org/", "max_links": 1000}, "max_links"),
    ):
        with pytest.raises(ValidationError) as refused:
            schema.load(raw)
        assert list(refused.value.messages) == [field]
