"""Routes that come with the first request to one of them."""

import asyncio

import httpx
import pytest
from quart import Quart

from app.http.late_routes import LateRoutes, bring_all

HERE = "tests.unit.app.http.late_toys"


@pytest.fixture
def web():
    web = Quart("toy", static_folder=None)
    web.add_url_rule("/early", "early", lambda: "early")
    return web


def browser_of(application):
    transport = httpx.ASGITransport(application)
    return httpx.AsyncClient(transport=transport, base_url="http://toy.example")


async def test_the_first_request_to_a_domain_brings_its_routes_in(web):
    async with browser_of(LateRoutes(web, {"/api/late-toys": HERE})) as browser:
        assert (await browser.get("/early")).text == "early"
        assert (await browser.get("/api/late-toys-of-others")).status_code == 404
        assert "late_toys" not in web.blueprints
        assert (await browser.get("/api/late-toys/7")).text == "7"
        assert (await browser.get("/api/late-toys/8")).text == "8"


async def test_what_no_route_has_is_not_there_nor_what_is_asked_by_another_method(web):
    async with browser_of(LateRoutes(web, {"/api/late-toys": HERE})) as browser:
        assert (await browser.get("/api/late-toys")).status_code == 404
        assert (await browser.delete("/api/late-toys/7")).status_code == 405


async def test_a_domain_whose_addresses_begin_in_several_ways_comes_once(web):
    ways = {"/api/late-toys": HERE, "/api/old-toys": HERE}
    async with browser_of(LateRoutes(web, ways)) as browser:
        assert (await browser.get("/api/old-toys")).status_code == 404
        assert (await browser.get("/api/late-toys/7")).text == "7"


async def test_requests_that_come_together_are_all_answered(web):
    async with browser_of(LateRoutes(web, {"/api/late-toys": HERE})) as browser:
        answers = await asyncio.gather(*(browser.get(f"/api/late-toys/{n}") for n in range(9)))
    assert [answer.text for answer in answers] == [str(n) for n in range(9)]


async def test_every_route_can_be_brought_in_at_once(web):
    LateRoutes(web, {"/api/late-toys": HERE})
    await bring_all(web)
    assert "late_toys" in web.blueprints
    await bring_all(web)


async def test_an_application_without_late_routes_has_all_of_them(web):
    await bring_all(web)
    assert set(web.blueprints) == set()


async def test_what_cannot_be_loaded_is_tried_again(web):
    late = LateRoutes(web, {"/api/late-toys": "tests.unit.app.http.no_such_module"})
    for _ in range(2):
        with pytest.raises(ModuleNotFoundError):
            await late.bring("/api/late-toys/7")
