"""Which addresses are connected to, whatever a name says."""

import asyncio
import socket

import pytest

from services.benchmarks.engine.client import ModelClient, RunEndingError
from services.benchmarks.engine.faults import Trouble
from services.benchmarks.engine.settings import AskSettings
from tests.support.model_servers import case_server, ok

MESSAGES = [{"role": "user", "content": "How kind?"}]


async def exchange(url, **values):
    settings = AskSettings(base_url=url, model="m", **values)
    async with ModelClient(settings) as client:
        verdict, _ = await client.exchange(MESSAGES)
        return verdict


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "127.1"]
)
async def test_loopback_is_not_connected_to_without_the_setting(host):
    async with case_server() as server:
        url = server.url("SV-001").replace("127.0.0.1", host)
        verdict = await exchange(url)
        assert server.log == []
    assert (verdict.group, verdict.kind) == (Trouble.CONFIGURATION, "address")


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest", "http://0.0.0.0:80/v1"])
async def test_metadata_services_are_refused_even_with_the_setting(url):
    assert (await exchange(url, allow_private=True)).kind == "address"


async def test_a_name_that_resolves_differently_later_gains_nothing(monkeypatch):
    """The number that was checked is the number that is connected to: one resolution for both."""
    loop = asyncio.get_running_loop()
    resolved = []

    async def rebinding(host, port, **_):
        resolved.append(host)
        address = "203.0.113.7" if len(resolved) == 1 else "127.0.0.1"
        address = host if host[0].isdigit() else address
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    async with case_server() as server:
        monkeypatch.setattr(loop, "getaddrinfo", rebinding)
        url = server.url("SV-001").replace("127.0.0.1", "rebind.example")
        first = await exchange(url, connect_timeout_s=0.5)  # nobody is there
        second = await exchange(url)
        assert server.log == []
    assert first.group in (Trouble.DOWN, Trouble.CONFIGURATION)
    assert second.kind == "address"


async def test_one_private_address_among_several_is_enough_to_refuse(monkeypatch):
    async def both(host, port, **_):
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
            for address in ("8.8.8.8", "10.0.0.1")
        ]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", both)
    assert (await exchange("http://both.example/v1")).kind == "address"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_redirects_are_not_followed(status):
    async with case_server() as server:
        there = {**ok({}), "status": status}
        there["headers"] = {"location": server.url("SV-002")}
        server.response = lambda case, kind: there
        verdict = await exchange(server.url("SV-001"), allow_private=True)
        assert len(server.log) == 1
    assert (verdict.group, verdict.kind) == (Trouble.CONFIGURATION, "redirect")


async def test_an_answer_without_end_is_given_up():
    async with case_server() as server:
        huge = {**ok({}), "body_text": " " * (9 << 20)}
        server.response = lambda case, kind: huge
        verdict = await exchange(server.url("SV-001"), allow_private=True)
    assert (verdict.group, verdict.kind) == (Trouble.ITEM, "too_large")


def test_a_key_is_not_in_what_settings_print():
    assert "sk-secret" not in repr(AskSettings(base_url="http://x", model="m", api_key="sk-secret"))


@pytest.mark.parametrize("key", ["sk-1\n", "sk\r\nx: y", "schlüssel", " sk-1"])
def test_a_key_that_no_header_carries_is_refused_without_being_shown(key):
    with pytest.raises(RunEndingError) as ended:
        ModelClient(AskSettings(base_url="http://example.org", model="m", api_key=key))
    assert ended.value.group == Trouble.AUTHENTICATION
    assert key.strip() not in str(ended.value)
