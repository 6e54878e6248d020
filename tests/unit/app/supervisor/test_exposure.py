"""What a start says about who can reach the platform."""

import ipaddress

import pytest

from app.settings import Settings
from app.supervisor.exposure import exposure, own_addresses

ADDRESSES = ["192.0.2.7", "198.51.100.3", "2001:db8::7"]


def said(host: str, **variables: str) -> str:
    settings = Settings.from_env({"ROUNDHOUSE_HOST": host, **variables})
    return "\n".join(exposure(settings, ADDRESSES))


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_a_platform_for_this_machine_alone_says_nothing(host):
    assert said(host) == ""


def test_a_platform_open_to_the_network_names_what_answers_and_what_does_not():
    text = said("0.0.0.0", ROUNDHOUSE_TRUSTED_HOSTS="gpu.example.org,192.0.2.7")
    assert "is 0.0.0.0: the platform is open to the network" in text
    assert "http://localhost:8000, http://192.0.2.7:8000, http://gpu.example.org:8000." in text
    assert "Requests for 198.51.100.3 get 400 until ROUNDHOUSE_TRUSTED_HOSTS names" in text
    assert "2001:db8" not in text


def test_one_address_of_the_machine_is_the_only_one_that_listens():
    text = said("198.51.100.3")
    assert "It answers at http://198.51.100.3:8000." in text
    assert "400" not in text


def test_both_kinds_of_addresses_are_named_as_an_address_bar_takes_them():
    text = said("::", ROUNDHOUSE_TRUSTED_HOSTS="2001:db8::7")
    assert "http://[2001:db8::7]:8000" in text
    assert "Requests for 192.0.2.7, 198.51.100.3 get 400" in text


def test_the_addresses_of_this_machine_are_those_that_others_may_reach():
    assert not any(ipaddress.ip_address(one).is_loopback for one in own_addresses())
