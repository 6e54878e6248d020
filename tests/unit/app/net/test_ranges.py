"""Which IP addresses are public, in every spelling."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.net.ranges import embedded_ipv4, not_public_reason
from tests.support.depth import examples

# Of the IANA registries for special-purpose addresses, read apart from ``ipaddress``.
CLOSED_4 = """
    0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24
    192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24
    224.0.0.0/4 240.0.0.0/4 168.63.129.16/32
"""
CLOSED_6 = """
    ::/128 ::1/128 ::ffff:0:0/96 ::/96 ::ffff:0:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/32
    2001:2::/48 2001:db8::/32 2002::/16 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8
"""
NETWORKS_4 = [IPv4Network(one) for one in CLOSED_4.split()]
NETWORKS_6 = [IPv6Network(one) for one in CLOSED_6.split()]
OPEN = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "2606:2800:220:1::1", "2a00:1450:4001::1"]
numbers_4 = st.integers(0, 2**32 - 1)


@st.composite
def inside(draw, networks):
    network = draw(st.sampled_from(networks))
    return network[draw(st.integers(0, network.num_addresses - 1))]


@pytest.mark.parametrize("address", OPEN)
def test_a_public_address_has_no_reason_against_it(address):
    assert not_public_reason(address) is None


@given(st.one_of(inside(NETWORKS_4), inside(NETWORKS_6)))
@settings(max_examples=examples(200))
def test_no_address_of_a_special_range_is_public(address):
    assert not_public_reason(str(address))


@given(numbers_4)
@example(int(IPv4Address("172.15.255.255")))
@example(int(IPv4Address("172.32.0.0")))
@example(int(IPv4Address("100.63.255.255")))
@example(int(IPv4Address("100.128.0.0")))
@settings(max_examples=examples(300))
def test_an_ipv4_address_is_public_exactly_outside_of_the_special_ranges(number):
    address = IPv4Address(number)
    is_closed = any(address in network for network in NETWORKS_4)
    assert (not_public_reason(str(address)) is not None) == is_closed


@given(numbers_4, st.integers(0, 2**32 - 1))
@settings(max_examples=examples(100))
def test_no_ipv6_spelling_of_an_ipv4_address_is_public(number, other):
    for high, shift in (
        (0xFFFF << 32, 0),
        (0, 0),
        (0xFFFF << 48, 0),
        (0x64FF9B << 96, 0),
        ((0x64FF9B << 96) | (1 << 80), 0),
        (0x2002 << 112, 80),
        ((0x20010000 << 96) | (other << 64), 0),  # Teredo: obfuscated, so any number
        ((0x2606 << 112) | (0x5EFE << 32), 0),  # ISATAP
    ):
        assert not_public_reason(str(IPv6Address(high | (number << shift))))


@given(st.integers(0, 2**128 - 1))
@settings(max_examples=examples(200))
def test_nothing_outside_of_the_global_unicast_range_is_public(number):
    address = IPv6Address(number)
    if address not in IPv6Network("2000::/3"):
        assert not_public_reason(str(address))


def test_a_zone_of_an_address_does_not_hide_it():
    assert not_public_reason("fe80::1%eth0")


@given(numbers_4)
@settings(max_examples=examples(50))
def test_the_embedded_address_is_the_last_part_of_a_translated_one(number):
    address = IPv4Address(number)
    assert embedded_ipv4(IPv6Address((0x64FF9B << 96) | number)) == address
    assert embedded_ipv4(IPv6Address((0xFFFF << 32) | number)) == address
    assert embedded_ipv4(address) == address
