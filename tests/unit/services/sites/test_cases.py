"""Every visit of every site of tests/cases/scheduler/sites."""

import json
import tracemalloc

import pytest

from services.sites.analyse import analyse
from services.sites.domain.analysis import SiteAnalysis
from services.sites.params import SiteParams
from tests.support.web_sites import SITES, WebWorld, served, site

NAMES = sorted(path.parent.name for path in SITES.glob("*/site.json"))
WITH_MEMORY = {"07_endless", "08_gzip_bomb"}


def as_list(value):
    return value if isinstance(value, list) else [value]


def fact(analysis: SiteAnalysis, name: str):
    facts = analysis.facts
    values = {
        "final_url": lambda: analysis.final_url,
        "hops": lambda: len(analysis.redirects),
        "status": lambda: analysis.status,
        "broken": lambda: analysis.broken,
        "links": lambda: list(facts.links),
        "hreflang": lambda: [one.code for one in facts.hreflang],
    }
    return values.get(name, lambda: getattr(facts, name))()


def check(analysis: SiteAnalysis, expect: dict, world: WebWorld) -> None:
    names = {str(one.name) for one in analysis.findings}
    assert analysis.outcome in as_list(expect["outcome"])
    assert analysis.code in as_list(expect["code"])
    assert set(expect.get("findings", ())) <= names
    assert names.isdisjoint(expect.get("never", ()))
    expected = expect.get("facts", {})
    assert {name: fact(analysis, name) for name in expected} == expected
    if "reason" in expect:
        assert analysis.reason == expect["reason"]
    check_requests(expect, world)


def check_requests(expect: dict, world: WebWorld) -> None:
    if "only_paths" in expect:
        assert world.paths() == expect["only_paths"]
    if "connections" in expect:
        assert len(world.connections) == expect["connections"]
    for name in ("connections_to", "connections_only_to"):
        assert set(world.connections) <= set(expect.get(name, world.connections))
    assert len(world.requests) <= expect.get("requests_at_most", 10**6)
    assert world.bytes_sent <= expect.get("bytes_at_most", 10**9)


def test_there_are_all_sites_and_visits():
    assert len(NAMES) == 21
    assert sum(len(site(name)["visits"]) for name in NAMES) == 68


@pytest.mark.parametrize("name", NAMES)
def test_a_site_gives_what_its_case_says(name):
    case = site(name)
    world = WebWorld(case["hosts"], case["dns"])
    previous: dict[str, SiteAnalysis] = {}
    with served(world):
        for visit in case["visits"]:
            url = visit["start"]
            world.connections.clear()
            analysis = visited(name, url, previous.get(url), world)
            check(analysis, visit["expect"], world)
            if analysis.is_usable:
                previous[url] = SiteAnalysis.from_json(json.loads(json.dumps(analysis.to_json())))


def visited(name: str, url: str, previous: SiteAnalysis | None, world: WebWorld) -> SiteAnalysis:
    if name not in WITH_MEMORY:
        return analyse(SiteParams(url=url), previous, ports=world.ports())
    tracemalloc.start()
    try:
        return analyse(SiteParams(url=url), previous, ports=world.ports())
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 200 * 1024 * 1024
