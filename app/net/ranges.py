"""Ranges of IP addresses: what lies inside of a network, and what is public.

Source: the IANA registries of special-purpose addresses (RFC 6890, as of 2026), newer than those of
Python 3.11.7, and "IPv6 Global Unicast Address Assignments" for 2000::/3.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

IpAddress = IPv4Address | IPv6Address

METADATA = frozenset(  # of clouds that use no link-local address for it
    map(ip_address, ("fd00:ec2::254", "fd20:ce::254", "192.0.0.192", "168.63.129.16"))
)
TRANSLATED = (  # the last 32 bits are an IPv4 address
    IPv6Network("64:ff9b::/96"),  # NAT64, RFC 6052
    IPv6Network("64:ff9b:1::/48"),  # NAT64 of the own network, RFC 8215
    IPv6Network("::ffff:0:0:0/96"),  # SIIT, RFC 2765
    IPv6Network("::/96"),  # RFC 4291, 2.5.5.1; unspecified and loopback lie in it, too
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_SPECIAL_4 = (
    IPv4Network("192.0.0.0/24"),  # protocol assignments, RFC 6890
    IPv4Network("192.88.99.0/24"),  # relays of 6to4, RFC 7526
)
_SPECIAL_6 = (
    (IPv6Network("2001::/32"), "is a Teredo address"),  # RFC 4380
    (IPv6Network("2001::/23"), "is reserved for protocols"),  # RFC 2928
    (IPv6Network("2001:db8::/32"), "is an address of documentation"),  # RFC 3849
    (IPv6Network("2002::/16"), "is a 6to4 address"),  # RFC 3056
    (IPv6Network("3fff::/20"), "is an address of documentation"),  # RFC 9637
)
_ISATAP = (0x00005EFE, 0x02005EFE)  # an IPv4 address follows, RFC 5214


def embedded_ipv4(ip: IpAddress) -> IpAddress:
    """Return the IPv4 address that an IPv6 address stands for, else the address."""
    if isinstance(ip, IPv4Address):
        return ip
    own = int(ip) <= 1  # :: and ::1
    if not own and any(ip in network for network in TRANSLATED):
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip


def not_public_reason(address: str) -> str | None:
    """Return why an IP address is no global unicast one, or None where it is one.

    An IPv6 address that stands for one of IPv4 is none, whichever it stands for: it is another way
    to write it, or a tunnel whose end is not known. Raises ValueError for what is no address.
    """
    ip = ip_address(address.partition("%")[0])
    if ip in METADATA:
        return "is an address of a cloud's metadata service"
    return _of_4(ip) if isinstance(ip, IPv4Address) else _of_6(ip)


def _of_4(ip: IPv4Address) -> str | None:
    if ip.is_global and not ip.is_multicast and not any(ip in one for one in _SPECIAL_4):
        return None
    return "is no public address"


def _of_6(ip: IPv6Address) -> str | None:
    special = next((reason for network, reason in _SPECIAL_6 if ip in network), None)
    if special:
        return special
    if embedded_ipv4(ip) != ip:
        return "is an IPv4 address written as one of IPv6"
    if (int(ip) >> 32) & 0xFFFFFFFF in _ISATAP:
        return "is the address of a tunnel (ISATAP)"
    return None if ip in _GLOBAL_UNICAST and ip.is_global else "is no public address"
