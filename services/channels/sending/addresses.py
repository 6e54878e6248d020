"""Addresses that channels may send to: public ones, and networks that an admin allows.

Read by the URL standard; numbers that a name resolves to are checked on connecting
(``app.net.guarded``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from ada_url import URL

from app.net.ranges import METADATA, embedded_ipv4, not_public_reason
from app.net.spellings import ip_of_host
from services.channels.sending.outcome import TargetRefused

MAX_URL = 2000  # characters
MIN_FREE_PORT = 1024
_WEB_PORTS = (80, 443)
INSIDE = (
    "The address leads into a network that is not public: an admin may allow it"
    " (ROUNDHOUSE_CHANNEL_PRIVATE_NETWORKS)."
)


@dataclass(frozen=True)
class ChannelAddress:
    """An address of the web in one spelling, without its fragment."""

    href: str
    host: str
    is_tls: bool


def channel_address(text: str, networks: Sequence[str], base: str | None = None) -> ChannelAddress:
    """Return the address that ``text`` means, seen from ``base``. Raises TargetRefused."""
    try:
        url = URL(text, base=base)
    except ValueError:
        raise TargetRefused("The address cannot be read as one of the web.") from None
    if reason := _reason(url, networks):
        raise TargetRefused(reason)
    href = str(url.href).partition("#")[0]
    if len(href) > MAX_URL:
        raise TargetRefused(f"The address has over {MAX_URL} characters.")
    return ChannelAddress(href=href, host=str(url.hostname), is_tls=url.protocol == "https:")


def forbidden_reason(address: str, networks: Sequence[str]) -> str | None:
    """Return why an IP address may not be called, None where it is public or in ``networks``.

    Link-local ones and those of a cloud's metadata service are in none.
    """
    ip = embedded_ipv4(ip_address(address.partition("%")[0]))
    is_never = ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip in METADATA
    if not is_never and any(ip in ip_network(one) for one in networks):
        return None
    return not_public_reason(address)


def _reason(url: URL, networks: Sequence[str]) -> str | None:
    if url.protocol not in ("http:", "https:"):
        return "The address begins with neither http:// nor https://."
    if url.username or url.password:
        return "The address holds a user or a password."
    if url.port and int(url.port) not in _WEB_PORTS and int(url.port) < MIN_FREE_PORT:
        return "The address names a port below 1024 other than 80 and 443."
    address = ip_of_host(str(url.hostname).strip("[]"))
    return INSIDE if address and forbidden_reason(address, networks) else None
