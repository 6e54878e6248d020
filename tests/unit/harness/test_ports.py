"""No port is given away twice, in whatever process it is requested."""

import socket
import subprocess
import sys

from harness import ports
from harness.ports import BLOCK, BLOCKS, FIRST, free_port

# a process without threads may fork: those of pytest could leave the child with a lock that is held
PARENT_AND_CHILD = r"""
import os
from harness.ports import free_port
given = [free_port()]
child = os.fork()
given += [free_port() for _ in range(3)]
os.write(1, (" ".join(map(str, given)) + "\n").encode())  # whole: print may write word by word
if child:
    os.waitpid(child, 0)
"""


def of_other_processes() -> list[list[int]]:
    """Return the ports that a process and its forked child are given while this one lives on."""
    made = subprocess.run(
        [sys.executable, "-c", PARENT_AND_CHILD], capture_output=True, text=True, check=True
    )
    return [[int(word) for word in line.split()] for line in made.stdout.splitlines()]


def test_no_port_comes_twice_and_none_is_one_that_the_system_chooses():
    given = [free_port() for _ in range(2 * BLOCK)]
    one, other = of_other_processes()
    assert one[0] == other[0]  # from before the fork
    every = [*given, *one, *other[1:]]
    assert len(set(every)) == len(every)
    assert all(FIRST <= port < FIRST + BLOCK * BLOCKS <= 32_768 for port in every)


def test_a_port_on_which_somebody_listens_is_passed_over(monkeypatch):
    free_port()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        monkeypatch.setattr(ports, "_ports", iter([taken, FIRST - 1]))
        assert free_port() == FIRST - 1
