"""Which addresses are pages: the browser's router and the server agree, the rest is 404."""

import re

import pytest

from app.http.pages import Pages
from app.supervisor.child import ROOT
from services.domains import DOMAINS, SEARCH
from tests.factories.callers import Caller
from tests.support.databases import ON_ONE_DATABASE

pytestmark = ON_ONE_DATABASE
PAGES = Pages(DOMAINS)
NAV = ROOT / "static" / "src" / "nav.ts"


def test_the_server_knows_every_page_of_the_browser(database_url):
    text = NAV.read_text()
    pages = {one.partition("?")[0] for one in re.findall(r'path: "/([a-z/-]*)"', text)}
    moved = set(re.findall(r'"/([a-z-]+)": "/', text))
    objects = set(re.findall(r"\^\\/([a-z]+)\\/\(\\d\+\)\$", text))
    named = set(re.findall(r"\^\\/([a-z]+)\\/\(\[", text))
    pages |= moved | {"signin"}
    assert (pages, objects | named) == (PAGES.first, PAGES.of_objects)
    assert named == PAGES.of_named


def test_the_palette_can_open_every_kind_that_the_search_finds(database_url):
    rows = NAV.read_text().partition("export const KINDS")[2].partition("\n};")[0]
    shown = re.findall(r"^  (\w+): \{ label", rows, re.MULTILINE)
    assert sorted(shown) == sorted(one.kind for one in SEARCH)


@pytest.mark.parametrize(
    "path", ["/", "/runs", "/runs/", "/runs/7", "/studies/12", "/health", "/signin"]
)
async def test_a_page_is_served(stranger: Caller, path: str) -> None:
    answer = await stranger.call("GET", path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.mimetype) == (200, "text/html")


@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
async def test_a_program_hears_at_the_page_of_health_that_all_is_well(
    stranger: Caller, accept: str
) -> None:
    answer = await stranger.call("GET", "/health", headers={"Accept": accept})
    assert (answer.status_code, answer.body) == (200, {"status": "ok"})


@pytest.mark.parametrize(
    "path", ["/nothing", "/runs/x", "/runs/7/8", "/datasets/7", "/.env", "/wp-login.php", "/metric"]
)
async def test_an_address_without_a_page_is_404_and_still_a_page_to_look_at(
    stranger: Caller, path: str
) -> None:
    answer = await stranger.call("GET", path)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")


@pytest.mark.parametrize("path", ["/" + "a" * 300, "/assets/" + "a" * 300, "/a%20b/" + "ä" * 200])
async def test_an_address_longer_than_the_names_of_files_is_404(
    stranger: Caller, path: str
) -> None:
    assert (await stranger.call("GET", path)).status_code == 404


@pytest.mark.parametrize(
    "path", ["/api", "/api/", "/api/nothing", "/health/x", "/metrics/x", "/assets/x.js"]
)
async def test_an_address_for_programs_that_does_not_exist_is_404_in_json(
    stranger: Caller, path: str
) -> None:
    answer = await stranger.call("GET", path)
    assert (answer.status_code, answer.body["code"]) == (404, "not_found")


def test_what_is_a_page_is_decided_by_the_address_alone(database_url):
    assert PAGES.has("runs/123")
    assert not PAGES.has("runs/٣")
    assert not PAGES.has("new/7")
