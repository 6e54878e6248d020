"""Choosing the port of a federation's server on this machine."""

import socket
from collections.abc import Collection

from app.errors import Conflict

FIRST_PORT, LAST_PORT = 9443, 9999
PLATFORM_PORT = 8000  # a platform on this port begins at FIRST_PORT
STEP = 10  # ports between the beginnings of two platforms on neighbouring ports


def checked_port(port: int, used: Collection[int], platform_port: int) -> int:
    """Return ``port`` if a federation may have it.

    Raises Conflict for the platform's own port, that of another federation, and one on which a
    program on this machine listens.
    """
    problem = None
    if port == platform_port:
        problem = "the platform itself has it"
    elif port in used:
        problem = "another federation has it"
    elif not is_free(port):
        problem = "a program on this machine listens there"
    if problem is not None:
        detail = f"port is {port}, but {problem}. Leave it empty to get a free one."
        raise Conflict(detail, errors={"port": [detail]})
    return port


def next_port(used: Collection[int], platform_port: int) -> int:
    """Return the first free port from where this platform begins, going around once.

    Platforms on one machine have different ports and so begin at different places: a server
    that is stopped at the moment cannot be seen, and its port must not be given away.
    Raises Conflict when none is free.
    """
    count = LAST_PORT - FIRST_PORT + 1
    begin = (platform_port - PLATFORM_PORT) * STEP % count
    for number in range(count):
        port = FIRST_PORT + (begin + number) % count
        if port not in used and port != platform_port and is_free(port):
            return port
    detail = f"No port from {FIRST_PORT} to {LAST_PORT} is free: name another one."
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
