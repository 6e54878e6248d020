"""Choosing the port of a federation's server on this machine."""

import socket
from collections.abc import Collection

from app.errors import Conflict
from services.federations.limits import PLATFORM_PORT, FederationLimits

STEP = 10  # ports between the beginnings of two platforms on neighbouring ports


def checked_port(port: int, used: Collection[int], limits: FederationLimits) -> int:
    """Return ``port`` if a federation may have it.

    Raises Conflict for one outside the range, the platform's own ports, whether it runs or not,
    that of another federation, and one on which a program on this machine listens.
    """
    problem = refusal(port, limits)
    if problem is None and port in used:
        problem = "another federation has it"
    elif problem is None and not is_free(port):
        problem = "a program on this machine listens there"
    if problem is not None:
        detail = f"port is {port}, but {problem}. Leave it empty to get a free one."
        raise Conflict(detail, errors={"port": [detail]})
    return port


def refusal(port: int, limits: FederationLimits) -> str | None:
    """Return why no federation of this installation may have ``port``, None if one may."""
    first, last = limits.ports
    if port in limits.own_ports:
        return "the platform itself has it"
    if not first <= port <= last:
        return f"federations have ports from {first} to {last} here"
    return None


def next_port(used: Collection[int], limits: FederationLimits) -> int:
    """Return the first free port from where this platform begins, going around once.

    Platforms on one machine have different ports and so begin at different places: a server
    that is stopped at the moment cannot be seen, and its port must not be given away.
    Raises Conflict when none is free.
    """
    first, last = limits.ports
    count = last - first + 1
    begin = (limits.platform_port - PLATFORM_PORT) * STEP % count
    for number in range(count):
        port = first + (begin + number) % count
        if port not in used and port not in limits.own_ports and is_free(port):
            return port
    detail = (
        f"No port from {first} to {last} is free: delete a federation, or let an admin set "
        "ROUNDHOUSE_FEDERATION_PORTS."
    )
    raise Conflict(detail, errors={"port": [detail]})


def is_free(port: int) -> bool:
    """Return whether nothing on this machine listens on ``port``, at any address."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("", port))
        except OSError:
            return False
    return True
