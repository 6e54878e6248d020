"""What a visit takes over from the one before."""

import json
from dataclasses import replace

import pytest

from services.sites.analyse import analyse
from services.sites.domain.analysis import SiteAnalysis, SiteOutcome
from services.sites.params import SiteParams
from services.sites.reading.child import read_in_child
from tests.support.web_sites import WebWorld, served

PAGE = "<html lang=en><title>T</title><h1>H</h1><a href=/gone>x</a><p>" + "word " * 60
PARAMS = SiteParams(url="http://a.example/old")


@pytest.fixture
def world():
    routes = {
        "/old": {"status": 301, "text": "", "headers": {"Location": "/"}},
        "/": {
            "text": PAGE,
            "headers": {"ETag": '"1"', "Last-Modified": "Mon, 02 Mar 2026 08:00:00 GMT"},
        },
    }
    with served(WebWorld({"a.example": routes})) as running:
        yield running


def names(analysis: SiteAnalysis) -> list[str]:
    return [str(one.name) for one in analysis.findings]


def test_an_unchanged_page_keeps_its_findings_and_its_links_are_not_tried_again(world):
    first = analyse(PARAMS, ports=world.ports())
    world.requests.clear()
    second = analyse(PARAMS, first, ports=world.ports())
    assert (second.outcome, second.reason) == (SiteOutcome.SKIPPED, "unchanged")
    assert names(second) == names(first) == ["description_missing", "link_broken"]
    assert second.broken == first.broken == ["http://a.example/gone"]
    assert world.paths() == ["/robots.txt", "/old", "/"]
    third = analyse(PARAMS, second, ports=world.ports())
    assert third.outcome == SiteOutcome.SKIPPED


def test_validators_go_only_to_the_address_that_gave_them(world):
    first = analyse(PARAMS, ports=world.ports())
    world.headers.clear()
    analyse(PARAMS, first, ports=world.ports())
    conditional = [("If-None-Match" in one, "If-Modified-Since" in one) for one in world.headers]
    assert conditional == [(False, False), (False, False), (True, True)]


def test_a_page_with_the_same_content_and_other_findings_is_skipped_with_the_new_ones():
    other = PAGE.replace(
        "<h1>", "<meta name=robots content=noindex><meta name=description content=d><h1>"
    )
    world = WebWorld({"a.example": {"/": [{"text": PAGE}, {"text": other}]}})
    params = SiteParams(url="http://a.example/")
    with served(world):
        first = analyse(params, ports=world.ports())
        second = analyse(params, first, ports=world.ports())
    assert second.outcome == SiteOutcome.SKIPPED
    assert names(second) == ["noindex", "link_broken"]


def test_a_failed_visit_or_one_by_other_rules_is_not_compared_with(world):
    first = analyse(PARAMS, ports=world.ports())
    for previous in (replace(first, rules_version=0), replace(first, outcome=SiteOutcome.FAILED)):
        assert analyse(PARAMS, previous, ports=world.ports()).outcome == SiteOutcome.ANALYSED


def test_a_visit_goes_to_json_and_back_and_is_read_by_a_process_of_its_own(world):
    analysis = analyse(PARAMS, ports=world.ports(read=read_in_child))
    assert analysis.outcome == SiteOutcome.ANALYSED
    assert SiteAnalysis.from_json(json.loads(json.dumps(analysis.to_json()))) == analysis
