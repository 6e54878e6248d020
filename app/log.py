"""Structured logs: one line per fact, with the request or job it belongs to, and no secrets.

Everything goes to standard error, and to the file of its process (``app.log_files``), also what
libraries say through the standard library. Bound context variables (request_id, job_id) appear
on every line of their context.
"""

import logging
import sys
from typing import Any

import orjson
import structlog
from structlog.types import Processor

from app.disk import log_folder
from app.log_files import SharedRotatingHandler, file_handler
from app.log_secrets import blank_secrets
from app.outages import SAID_ELSEWHERE, name_parts
from app.settings import Settings

NOISY = (
    "alembic", "engineio", "flwr", "httpcore", "httpx", "hypercorn", "lightning", "rq.worker",
    "socketio",
)  # fmt: skip


def configure_logging(settings: Settings, part: str | None = None) -> None:
    """Route structlog and the standard library to standard error, and to the file of ``part``.

    ``part`` names the process, such as ``web``; without one there is no file.
    """
    name_parts(settings, log_folder(settings.home) if part else None)
    number = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared = _shared_processors()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    screen = logging.StreamHandler(sys.stderr)
    screen.setFormatter(_formatter(shared, settings.log_format))
    screen.addFilter(_is_for_screen)
    handlers: list[logging.Handler] = [screen]
    file = file_handler(settings, part) if part else None
    if file is not None:
        file.setFormatter(_formatter(shared, "json"))
        handlers.append(file)
    root = logging.getLogger()
    for old in root.handlers:
        if isinstance(old, SharedRotatingHandler):
            old.close()
    root.handlers[:] = handlers
    root.setLevel(number)
    for name in NOISY:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))


def _is_for_screen(record: logging.LogRecord) -> bool:
    """Return False for what another process of the platform says on the same screen."""
    return not (isinstance(record.msg, dict) and record.msg.get(SAID_ELSEWHERE))


def _formatter(shared: list[Processor], format_: str) -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *_renderer(format_),
        ],
    )


def _shared_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        blank_secrets,
    ]


def _renderer(format_: str) -> list[Processor]:
    if format_ == "json":
        return [structlog.processors.JSONRenderer(serializer=_to_json)]
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=32)]


def _to_json(event: Any, **_options: Any) -> str:
    line: bytes = orjson.dumps(event, default=repr, option=orjson.OPT_NON_STR_KEYS)
    return line.decode()
