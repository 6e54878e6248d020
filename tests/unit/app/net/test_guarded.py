"""Connections go only where every address of a name may be called, and to what was checked."""

import asyncio

import httpcore
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.net.guarded import AddressRefusedError, GuardedBackend
from app.net.ranges import not_public_reason
from tests.support.depth import examples

PUBLIC, PRIVATE = ("93.184.216.34", "1.1.1.1", "2606:2800:220:1::1"), ("10.0.0.1", "::1", "fd00::1")


class Connector(httpcore.AnyIOBackend):
    def __init__(self, refuses=()):
        self.addresses = []
        self.refuses = refuses

    async def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        self.addresses.append(host)
        if host in self.refuses:
            raise httpcore.ConnectError("closed")
        return httpcore.AsyncMockStream([])


def connected(answers, refuses=()):
    connector = Connector(refuses)

    async def resolve(host, port):
        return answers.pop(0)

    backend = GuardedBackend(not_public_reason, resolve=resolve, connector=connector)
    return backend, connector


@given(st.lists(st.sampled_from(PUBLIC + PRIVATE), min_size=1, max_size=5))
@settings(max_examples=examples(60))
def test_one_private_address_among_many_closes_the_name(addresses):
    backend, connector = connected([list(addresses)])
    try:
        asyncio.run(backend.connect_tcp("a.example", 80))
    except AddressRefusedError:
        assert set(addresses) & set(PRIVATE)
        assert connector.addresses == []
    else:
        assert connector.addresses == [addresses[0]]
        assert not set(addresses) & set(PRIVATE)


async def test_a_name_that_moves_is_checked_at_every_connection():
    backend, connector = connected([["93.184.216.34"], ["127.0.0.1"]])
    await backend.connect_tcp("rebind.example", 80)
    with pytest.raises(AddressRefusedError, match=r"rebind\.example"):
        await backend.connect_tcp("rebind.example", 80)
    assert connector.addresses == ["93.184.216.34"]


async def test_the_next_address_is_tried_where_one_does_not_answer():
    backend, connector = connected([list(PUBLIC)], refuses=PUBLIC[:1])
    await backend.connect_tcp("a.example", 443)
    assert connector.addresses == list(PUBLIC[:2])


async def test_a_path_of_the_file_system_is_no_host():
    backend, _ = connected([])
    with pytest.raises(AddressRefusedError):
        await backend.connect_unix_socket("/run/docker.sock")
