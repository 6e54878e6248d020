"""Spellings of hosts: numbers in the old forms, and names that only the own network knows."""

import socket
import unicodedata
from ipaddress import IPv4Address, ip_address

PRIVATE_NAMES = ("localhost", "localdomain", "local", "internal", "intranet", "lan", "home.arpa")


def ip_of_host(host: str) -> str | None:
    """Return the IP address that a host is, also in the old forms 127.1, 0x7f.1 and 2130706433.

    Full-width and encircled digits, and a full stop at the end, stand for the same number.
    """
    host = unicodedata.normalize("NFKC", host).rstrip(".")
    try:
        return str(ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    try:
        return str(IPv4Address(socket.inet_aton(host)))
    except (OSError, UnicodeError):
        return None


def is_private_name(host: str) -> bool:
    """Return whether a host is a name that only the own network can know."""
    name = host.rstrip(".").casefold()
    return "." not in name or name.endswith(tuple(f".{one}" for one in PRIVATE_NAMES))
