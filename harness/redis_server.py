"""A private Redis for tests and measurements, which may be killed and started again."""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from app.supervisor.redis_server import find_server, server_command
from harness.eventually import eventually


class RedisServer:
    """The Redis binary of this machine in a folder of its own."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="rh-redis-", dir="/tmp"))
        self.socket = self.home / "redis.sock"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = server_command(find_server(), self.home, self.socket)
        launcher = [sys.executable, "-S", "-m", "app.supervisor.launch", str(os.getpid())]
        self.process = subprocess.Popen([*launcher, *command])
        with Redis(unix_socket_path=str(self.socket)) as client:
            eventually(lambda: _answers(client))

    def close(self) -> None:
        """End it and delete its folder."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)


def _answers(client: Redis) -> bool:
    with suppress(RedisError):
        return bool(client.ping())
    return False
