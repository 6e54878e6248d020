"""Ports for what a test starts: nobody else is given one of them, however late it is used.

The system hands the port that it chose for one program to the next as soon as it is closed, so one
that was only looked up may be taken when a process that took seconds to start listens on it, or
while a killed one is started again. These lie below those that the system chooses, and each
process has a block of its own: the name of a socket that it holds for as long as it lives.
"""

import os
import socket
from collections.abc import Iterator

FIRST, BLOCK, BLOCKS = 10_240, 64, 320  # to 30,720; Linux chooses from 32,768 on

_ports: Iterator[int] = iter(())
_owner = 0


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on and that no other caller gets.

    Raises OSError when every block is held.
    """
    global _ports, _owner
    while True:
        if _owner != os.getpid():  # a child that was forked has the numbers of its parent
            _ports, _owner = iter(()), os.getpid()
        port = next(_ports, None)
        if port is None:
            _ports = _new_block()
        elif _is_free(port):
            return port


def _new_block() -> Iterator[int]:
    """Hold the next block that nobody holds, beginning at a place of this process."""
    for step in range(BLOCKS):
        number = (os.getpid() + step) % BLOCKS
        holder = socket.socket(socket.AF_UNIX)
        try:
            holder.bind(f"\0roundhouse-ports-{number}")
        except OSError:
            holder.close()
            continue
        holder.detach()  # it is closed with this process, and no sooner
        begin = FIRST + number * BLOCK
        return iter(range(begin, begin + BLOCK))
    raise OSError("Every block of ports is held by another process.")


def _is_free(port: int) -> bool:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
