import pytest

from app.auth.origin import (
    HostNotAllowed,
    SiteRules,
    client_address,
    neighbourhood,
    unnamed_proxy,
)
from app.errors import Forbidden

SITE = SiteRules("https://train.example.org", ("lab.local",), "192.168.1.5")
HOST = {"Host": "train.example.org"}


def is_let_in(check, *arguments) -> bool:
    try:
        check(*arguments)
    except (HostNotAllowed, Forbidden):
        return False
    return True


@pytest.mark.parametrize(
    "host",
    ["train.example.org", "TRAIN.example.org:443", "localhost:8000", "127.0.0.1", "[::1]:8000",
     "lab.local:8000", "192.168.1.5:8000", "localhost."],
)  # fmt: skip
def test_our_own_names_are_answered_with_any_port(host):
    assert is_let_in(SITE.check_host, host)


@pytest.mark.parametrize(
    "host",
    ["", "evil.example", "train.example.org.evil.example", "localhost.evil.example", "10.0.0.9",
     "127.0.0.1.nip.io", "[::1", "evil@lab.local@x", "x/lab.local", "train.example.org\\@evil"],
)  # fmt: skip
def test_other_names_are_refused(host):
    with pytest.raises(HostNotAllowed):
        SITE.check_host(host)


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "https://train.example.org"}, {"Sec-Fetch-Site": "same-origin"},
     {"Sec-Fetch-Site": "none"},
     {"Origin": "https://train.example.org", "Sec-Fetch-Site": "same-origin"}],
)  # fmt: skip
def test_our_own_pages_and_programs_pass(headers):
    assert is_let_in(SITE.check_intent, {**HOST, **headers, "X-Roundhouse": "1"}, "http")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Roundhouse": "1", "Origin": "https://evil.example"},
        {"X-Roundhouse": "1", "Origin": "null"},
        {"X-Roundhouse": "1", "Origin": "https://train.example.org.evil.example"},
        {"X-Roundhouse": "1", "Origin": "https://evil.train.example.org"},
        {"X-Roundhouse": "1", "Sec-Fetch-Site": "cross-site"},
        {"X-Roundhouse": "1", "Sec-Fetch-Site": "same-site"},
        {
            "X-Roundhouse": "1",
            "Sec-Fetch-Site": "cross-site",
            "Origin": "https://train.example.org",
        },
        {"Origin": "https://train.example.org", "Sec-Fetch-Site": "same-origin"},
        {"X-Roundhouse": "0", "Origin": "https://train.example.org"},
        {"Sec-Fetch-Mode": "no-cors"},
        {},
    ],
)
def test_pages_of_other_sites_and_requests_without_intent_are_refused(headers):
    with pytest.raises(Forbidden):
        SITE.check_intent({**HOST, **headers}, "http")


def test_the_scheme_is_part_of_the_origin():
    site = SiteRules("http://127.0.0.1:8000")
    headers = {"Host": "127.0.0.1:8000"}
    assert site.is_ours(headers | {"Origin": "http://127.0.0.1:8000"}, "http")
    assert not site.is_ours(headers | {"Origin": "https://127.0.0.1:8000"}, "http")
    assert not site.is_ours(headers | {"Origin": "http://127.0.0.1:9000"}, "http")


def test_without_trusted_proxies_the_claimed_address_is_ignored():
    assert client_address("203.0.113.9", "198.51.100.1", ()) == "203.0.113.9"


def test_behind_a_trusted_proxy_the_last_untrusted_hop_counts():
    claimed = "1.1.1.1, 198.51.100.7, 10.0.0.2"
    assert client_address("10.0.0.1", claimed, ("10.0.0.0/8",)) == "198.51.100.7"


def test_rubbish_from_a_proxy_falls_back_to_the_proxy():
    assert client_address("10.0.0.1", "<script>", ("10.0.0.0/8",)) == "10.0.0.1"


def test_one_subscriber_cannot_choose_among_many_ipv6_addresses():
    assert neighbourhood("2001:db8::1") == neighbourhood("2001:db8::ffff:1")
    assert neighbourhood("2001:db8::1") != neighbourhood("2001:db8:0:1::1")
    assert neighbourhood("203.0.113.9") == "203.0.113.9"


def test_an_https_address_without_a_named_proxy_is_said_to_be_unsafe() -> None:
    assert unnamed_proxy("http://localhost:8000", ()) is None
    assert unnamed_proxy("https://house.example", ("10.0.0.1/32",)) is None
    assert "ROUNDHOUSE_TRUSTED_PROXIES" in (unnamed_proxy("https://house.example", ()) or "")
