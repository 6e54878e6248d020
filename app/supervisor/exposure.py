"""Saying that the platform is open to the network, and under which addresses it answers."""

import ipaddress
import socket
from collections.abc import Iterable, Sequence

import psutil

from app.auth.origin import SiteRules
from app.settings import Settings
from app.settings_values import host_in_url

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
FAMILIES = (socket.AF_INET, socket.AF_INET6)


def exposure(settings: Settings, addresses: Sequence[str] | None = None) -> list[str]:
    """Return the lines to print at the start; none where only this machine can connect.

    ``addresses`` are those of this machine's interfaces, which are looked up if not given.
    """
    if is_loopback(settings.host):
        return []
    reachable = _bound(settings.host, own_addresses() if addresses is None else addresses)
    site = SiteRules(settings.public_url, settings.trusted_hosts, settings.host)
    answering = [name for name in _names(settings, reachable) if site.answers(name)]
    refused = [name for name in reachable if not site.answers(name)]
    urls = ", ".join(_url(name, settings.port) for name in answering)
    opened = f"ROUNDHOUSE_HOST is {settings.host}: the platform is open to the network."
    lines = [f"{opened} It answers at {urls}."]
    if refused:
        lines.append(
            f"Requests for {', '.join(refused)} get 400 until ROUNDHOUSE_TRUSTED_HOSTS names "
            "those addresses."
        )
    return lines


def is_loopback(host: str) -> bool:
    """Return whether only this machine can connect to ``host``."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def own_addresses() -> list[str]:
    """Return the addresses of this machine's interfaces that others may reach."""
    addresses = {
        entry.address
        for entries in psutil.net_if_addrs().values()
        for entry in entries
        if entry.family in FAMILIES and _is_reachable(entry.address)
    }
    return sorted(addresses)


def _is_reachable(address: str) -> bool:
    number = ipaddress.ip_address(address.partition("%")[0])
    return not (number.is_loopback or number.is_link_local)


def _bound(host: str, addresses: Iterable[str]) -> list[str]:
    """Return those of ``addresses`` at which a socket bound to ``host`` listens."""
    if host == EVERYWHERE[0]:
        return [address for address in addresses if ":" not in address]
    return list(addresses) if host == EVERYWHERE[1] else [host]


def _names(settings: Settings, reachable: Iterable[str]) -> list[str]:
    """Return every name that may answer, each once: this machine's, then the trusted ones."""
    local = ["localhost"] if settings.host in EVERYWHERE else []
    return list(dict.fromkeys([*local, *reachable, *settings.trusted_hosts]))


def _url(name: str, port: int) -> str:
    return f"http://{host_in_url(name)}:{port}"
