"""Sites that mean no good: an outcome with its code, nothing read beyond the limits."""

import pytest

from services.sites.analyse import analyse
from services.sites.domain.analysis import LinkState, SiteOutcome
from services.sites.limits import MIB, SiteLimits
from services.sites.params import SiteParams
from tests.support.web_sites import PUBLIC, WebWorld, served
from tests.unit.services.sites.hostile import BODIES, HTML, SLOW, TRANSPORT, endless_robots

START = "http://bad.example/"
SHORT = SiteLimits(page_seconds=0.5)


def visit(routes, *, limits=None, dns=None, hosts=None, previous=None, **params):
    world = WebWorld({"bad.example": routes, **(hosts or {})}, dns)
    with served(world):
        result = analyse(
            SiteParams(url=START, **params),
            previous,
            ports=world.ports(),
            limits=limits or SiteLimits(),
        )
    return result, world


def moved(to, status=302):
    return {"status": status, "text": "", "headers": {"Location": to}}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_page_or_too_much_is_bad_data(name):
    result, world = visit({"/": BODIES[name]})
    assert (result.outcome, result.code) == (SiteOutcome.FAILED, "bad_data")
    assert world.bytes_sent < 12 * MIB
    assert result.detail
    assert "/" not in result.detail


@pytest.mark.parametrize("name", TRANSPORT)
def test_an_answer_that_breaks_off_or_is_no_http_is_a_fault_of_the_network(name):
    result, world = visit({"/": TRANSPORT[name]})
    assert (result.outcome, result.code) == (SiteOutcome.FAILED, "network")
    assert world.bytes_sent < 12 * MIB


@pytest.mark.parametrize("name", SLOW)
def test_the_limit_of_time_is_on_the_whole_answer(name):
    result, _ = visit({"/": SLOW[name]}, limits=SHORT)
    assert (result.outcome, result.code) == (SiteOutcome.FAILED, "timeout")


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "forbidden"), (402, "forbidden"), (403, "forbidden"), (404, "not_found"),
     (410, "not_found"), (429, "rate_limited"), (451, "forbidden"), (500, "network"),
     (502, "network"), (503, "network")],
)  # fmt: skip
def test_the_code_of_a_refusal_comes_from_its_status(status, code):
    result, _ = visit({"/": {"status": status, "text": HTML, "headers": {"Retry-After": "7"}}})
    assert (result.outcome, result.code) == (SiteOutcome.FAILED, code)
    assert result.retry_after_s == (None if code == "forbidden" else 7.0)


@pytest.mark.parametrize(
    "to",
    [
        "http://127.0.0.1/",
        "http://[::1]/",
        "//169.254.169.254/latest/",
        "http://localhost/",
        "http://0x7f.1/",
        "https://bad.example:8443/",
        "http://user:pw@bad.example/",
        "file:///etc/passwd",
        "http:\\\\10.0.0.1\\",
        "http://inside.example/",
        "http://[::ffff:10.0.0.1]/",
        "http://" + "a" * 3000 + ".example/",
    ],
)
@pytest.mark.parametrize("path", ["/", "/robots.txt"])
def test_a_redirect_is_checked_like_the_start(path, to):
    dns = {"bad.example": [[PUBLIC]], "inside.example": [["10.0.0.1"]]}
    result, world = visit({path: moved(to)}, dns=dns)
    assert (result.outcome, result.code) == (SiteOutcome.REFUSED, "forbidden")
    assert result.reason == "address"
    assert set(world.connections) == {PUBLIC}


def test_a_loop_over_two_hosts_ends_and_each_of_them_is_asked_for_its_rules_once():
    other = {"/": moved(START)}
    result, world = visit({"/": moved("http://other.example/")}, hosts={"other.example": other})
    assert (result.outcome, result.code) == (SiteOutcome.FAILED, "bad_data")
    assert world.paths().count("/") == 10
    assert world.paths().count("/robots.txt") == 2


def test_the_robots_of_every_host_on_the_way_are_obeyed():
    closed = {"/robots.txt": {"text": "User-agent: *\nDisallow: /"}, "/": {"text": HTML}}
    result, world = visit({"/": moved("http://other.example/")}, hosts={"other.example": closed})
    assert (result.outcome, result.reason) == (SiteOutcome.REFUSED, "robots")
    assert ("other.example", "GET", "/") not in world.requests


def test_a_name_that_moves_inside_during_a_visit_gains_nothing():
    routes = {
        "/robots.txt": {"text": "", "headers": {"Connection": "close"}},
        "/": {"text": HTML + "<a href=/x>x</a>", "headers": {"Connection": "close"}},
    }
    dns = {"bad.example": [[PUBLIC], ["127.0.0.1"]]}
    _, world = visit(routes, dns=dns)
    assert set(world.connections) == {PUBLIC}


def test_links_into_a_network_are_not_connected_to():
    inside = ("http://127.0.0.1/", "http://inside.example/", "http://bad.example:22/")
    page = HTML + "".join(f"<a href={one}>x</a>" for one in inside)
    dns = {"bad.example": [[PUBLIC]], "inside.example": [["192.168.0.1"]]}
    result, world = visit({"/": {"text": page}}, dns=dns)
    assert {one.state for one in result.links} == {LinkState.REFUSED}
    assert set(world.connections) == {PUBLIC}


def test_links_are_tried_only_as_many_as_asked_for():
    page = HTML + "".join(f"<a href=/{n}>x</a>" for n in range(100))
    result, world = visit({"/": {"text": page}, "*": {"text": HTML}}, max_links=5)
    assert len(result.links) == 5
    assert len(world.requests) == 2 + 5
    result, world = visit({"/": {"text": page}, "*": {"text": HTML}}, check_links=False)
    assert (result.links, len(world.requests)) == ((), 2)


def test_a_link_that_hangs_is_left_unchecked():
    routes = {"/": {"text": HTML + "<a href=/slow>s</a>"}, "/slow": SLOW["slow head"]}
    result, _ = visit(routes, limits=SiteLimits(link_seconds=0.3))
    assert [one.state for one in result.links] == [LinkState.UNCHECKED]
    assert result.outcome == SiteOutcome.ANALYSED


def no_head(call):
    if call.command == "HEAD":
        call.close_connection = True
    else:
        call.send(200, HTML.encode(), {"Content-Type": "text/html"})


def test_each_link_has_its_state():
    links = "ok loop closed gone behind lost headless busy down"
    page = HTML + "".join(f"<a href=/{name}>x</a>" for name in links.split())
    routes = {
        "/": {"text": page},
        "/ok": {"text": HTML},
        "/loop": moved("/loop"),
        "/behind": {"status": 401, "text": ""},
        "/lost": moved("http://nowhere.example/"),
        "/headless": no_head,
        "/busy": {"status": 503, "text": "", "headers": {"Retry-After": "60"}},
        "/down": {"status": 503, "text": ""},
        "/robots.txt": {"text": "User-agent: *\nDisallow: /closed"},
    }
    result, _ = visit(routes)
    states = "ok broken closed broken ok broken ok ok broken"
    assert [str(one.state) for one in result.links] == states.split()


def test_a_cookie_that_a_site_sets_comes_back_in_the_same_visit():
    def door(call):
        if "Cookie" in call.headers:
            return call.send(200, HTML.encode(), {"Content-Type": "text/html"})
        return call.send(302, b"", {"Location": "/", "Set-Cookie": "seen=1; Path=/"})

    assert visit({"/": door})[0].outcome == SiteOutcome.ANALYSED


def test_all_links_together_have_a_limit():
    page = HTML + "".join(f"<a href=/{n}>x</a>" for n in range(20))
    limits = SiteLimits(links_seconds=0.3)
    result, _ = visit(
        {"/": {"text": page}, "*": SLOW["slow head"], "/robots.txt": {"status": 404}}, limits=limits
    )
    assert {one.state for one in result.links} == {LinkState.UNCHECKED}


def test_an_endless_robots_txt_is_cut_and_its_rules_hold():
    result, world = visit({"/robots.txt": endless_robots, "/": {"text": HTML}})
    assert result.outcome == SiteOutcome.ANALYSED
    assert world.bytes_sent < 12 * MIB


@pytest.mark.parametrize(
    ("robots", "outcome"),
    [
        ({"status": 500, "text": ""}, SiteOutcome.FAILED),
        ({"status": 304, "text": ""}, SiteOutcome.FAILED),
        (TRANSPORT["closed at once"], SiteOutcome.FAILED),
        (BODIES["no gzip at all"], SiteOutcome.FAILED),
        (BODIES["brotli"], SiteOutcome.FAILED),
        ({"status": 429, "text": ""}, SiteOutcome.ANALYSED),
        ({"status": 403, "text": "Disallow: /"}, SiteOutcome.ANALYSED),
        (moved("/robots.txt"), SiteOutcome.ANALYSED),
        ({"text": "\x00\xff" * 1000}, SiteOutcome.ANALYSED),
    ],
)
def test_what_a_robots_txt_that_is_none_means(robots, outcome):
    result, world = visit({"/robots.txt": robots, "/": {"text": HTML}})
    assert result.outcome == outcome
    assert ("/" in world.paths()) == (outcome == SiteOutcome.ANALYSED)
    assert result.reason == (None if outcome == SiteOutcome.ANALYSED else "robots")


@pytest.mark.parametrize(
    ("group", "outcome"),
    [("RoundhouseBot", "refused"), ("roundhousebot/2.0 # us", "refused"), ("*", "refused"),
     ("round", "analysed"), ("bot", "analysed"), ("RoundhouseBotNews", "analysed")],
)  # fmt: skip
def test_a_group_is_ours_by_the_whole_name(group, outcome):
    text = f"User-agent: {group}\nDisallow: /\n"
    result, _ = visit({"/robots.txt": {"text": text}, "/": {"text": HTML}})
    assert result.outcome == outcome


def test_nothing_answers_where_no_server_is():
    world = WebWorld({"bad.example": {}})
    result = analyse(SiteParams(url=START), ports=world.ports())
    assert (result.outcome, result.code, result.reason) == (SiteOutcome.FAILED, "network", None)
    result = analyse(SiteParams(url="http://nowhere.example/"), ports=world.ports())
    assert (result.outcome, result.code) == (SiteOutcome.FAILED, "network")
