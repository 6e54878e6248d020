"""No port is given away twice, in whatever process it is requested."""

import os
import socket

from harness import ports
from harness.ports import BLOCK, BLOCKS, FIRST, free_port


def of_a_child(count: int) -> list[int]:
    """Return the ports that a forked process is given while this one lives on."""
    read, write = os.pipe()
    if (child := os.fork()) == 0:
        os.write(write, " ".join(str(free_port()) for _ in range(count)).encode())
        os._exit(0)
    os.close(write)
    assert os.waitpid(child, 0)[1] == 0
    given = os.read(read, 1000).split()
    os.close(read)
    return [int(word) for word in given]


def test_no_port_comes_twice_and_none_is_one_that_the_system_chooses():
    given = [free_port() for _ in range(2 * BLOCK)] + of_a_child(3) + of_a_child(3)
    assert len(set(given[: 2 * BLOCK])) == 2 * BLOCK
    assert not set(given[: 2 * BLOCK]) & set(given[2 * BLOCK :])
    assert all(FIRST <= port < FIRST + BLOCK * BLOCKS <= 32_768 for port in given)


def test_a_port_on_which_somebody_listens_is_passed_over(monkeypatch):
    free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        monkeypatch.setattr(ports, "_ports", iter([taken, FIRST - 1]))
        assert free_port() == FIRST - 1
