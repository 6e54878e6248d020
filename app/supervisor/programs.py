"""Which programs the settings ask for on this host."""

import errno
import socket
import sys
from collections.abc import Iterator

from app.jobs.queues import TRAIN
from app.settings import Settings
from app.supervisor import redis_server
from app.supervisor.child import Program

REDIS, WEB, WORK = range(3)  # stages: who must be ready before whom
PARTS = ("redis", "web", "clock", "federations", "workers")
PATIENCE = 5.0  # seconds that anything but work in progress may take to stop
# Seconds without a sign of life after which a process hangs. A worker, which hears of the next
# job from Redis, may wait for a Redis that hangs for most of a minute.
SILENCE, WORKER_SILENCE = 30.0, 90.0
START_SILENCE = 120.0  # until the first sign: a busy host imports for long
MATH_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def programs_for(settings: Settings, parts: tuple[str, ...] = PARTS) -> list[Program]:
    """Return the programs of the requested parts.

    Raises RedisMissingError when a Redis must be started and there is none.
    """
    programs: list[Program] = []
    if "redis" in parts and settings.redis_is_embedded:
        programs.append(_redis(settings))
    if "web" in parts:
        programs.append(_web(settings))
    if "clock" in parts:
        programs.append(_clock(settings))
    if "federations" in parts:
        programs.append(_federations(settings))
    if "workers" in parts:
        programs.extend(_workers(settings))
    return programs


def listening_problem(settings: Settings) -> str | None:
    """Return why the web process could not take its address now, None if it could."""
    try:
        family, address = _address(settings)
        with socket.socket(family) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except OSError as error:
        return _explained(settings, error)
    return None


def _explained(settings: Settings, error: OSError) -> str:
    host, port = settings.host, settings.port
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} of {host} is taken: stop what listens there, or set ROUNDHOUSE_PORT to "
            "another port."
        )
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return (
            f"ROUNDHOUSE_HOST is {host!r}, but this machine has no such address "
            f"({error.strerror}): use 127.0.0.1, an address of this machine, or 0.0.0.0 for all."
        )
    return f"Nothing can listen on port {port} of {host}: {error.strerror}."


def _redis(settings: Settings) -> Program:
    where = settings.redis_socket
    command = redis_server.server_command(redis_server.find_server(), settings.home, where)
    return Program(
        name="redis",
        command=command,
        stage=REDIS,
        patience=PATIENCE,
        ready=lambda: redis_server.answers(where),
    )


def _web(settings: Settings) -> Program:
    return Program(
        name="web",
        command=[sys.executable, "-m", "app", "web"],
        stage=WEB,
        patience=PATIENCE,
        environment=settings.environment(),
        ready=lambda: _is_listening(settings),
        silence=SILENCE,
        start_silence=START_SILENCE,
    )


def _clock(settings: Settings) -> Program:
    return Program(
        name="clock",
        command=[sys.executable, "-m", "workers.clock"],
        stage=WORK,
        patience=PATIENCE,
        environment=settings.environment(),
        silence=SILENCE,
        start_silence=START_SILENCE,
    )


def _federations(settings: Settings) -> Program:
    return Program(
        name="federations",
        command=[sys.executable, "-m", "workers.sites.superlinks"],
        stage=WORK,
        patience=PATIENCE,
        environment=settings.environment(),
        silence=SILENCE,
        start_silence=START_SILENCE,
    )


def _workers(settings: Settings) -> Iterator[Program]:
    for queue, count in settings.workers.items():
        threads = settings.threads_per_train_worker if queue == TRAIN else 1
        for number in range(1, count + 1):
            name = f"worker-{queue}-{number}"
            yield Program(
                name=name,
                command=[sys.executable, "-m", "workers", "--queue", queue, "--log-name", name],
                stage=WORK,
                patience=settings.stop_seconds,
                environment=settings.environment() | dict.fromkeys(MATH_THREADS, str(threads)),
                silence=WORKER_SILENCE,
                start_silence=START_SILENCE,
            )


def _is_listening(settings: Settings) -> bool:
    family, address = _address(settings)
    with socket.socket(family) as trial:
        trial.settimeout(0.2)
        return trial.connect_ex(address) == 0


def _address(settings: Settings) -> tuple[socket.AddressFamily, tuple[str, int]]:
    candidates = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
    family, *_, address = candidates[0]
    return family, (str(address[0]), int(address[1]))
