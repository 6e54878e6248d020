"""Structured logs: one line per fact, with the request or job it belongs to, and no secrets.

Everything goes to standard error, also what libraries say through the standard library. Bound
context variables (request_id, job_id) appear on every line of their context.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog
from structlog.types import Processor

from app.outages import name_parts
from app.settings import Settings
from app.settings_values import without_password

SECRET_NAMES = re.compile(
    r"pass(word|wd|phrase)|secret|token|cookie|authori[sz]ation|credential|api_?key|(^|_)code$",
    re.IGNORECASE,
)
SECRET_TEXT = re.compile(
    r"(?i)(\bbearer\s+)[A-Za-z0-9._~+/=-]+|(#code=)[A-Za-z0-9._~-]+|(\brh_)[A-Za-z0-9._~-]+"
)
BLANK = "***"
NOISY = ("hypercorn", "rq.worker", "engineio", "socketio", "alembic", "lightning", "flwr")


def configure_logging(settings: Settings) -> None:
    """Route structlog and the standard library to standard error."""
    name_parts(settings)
    number = logging.getLevelNamesMapping()[settings.log_level.upper()]
    shared = _shared_processors()
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderer(settings.log_format),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number)
    for name in NOISY:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))


def blank_secrets(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Blank the values of fields with telling names, and credentials inside text."""
    for name, value in event.items():
        event[name] = BLANK if value and SECRET_NAMES.search(name) else _blank(value)
    return event


def _blank(value: Any) -> Any:
    if isinstance(value, str):
        return SECRET_TEXT.sub(_keep_label, without_password(value))
    if isinstance(value, dict):
        return blank_secrets(None, "", dict(value))
    if isinstance(value, list | tuple):
        return [_blank(part) for part in value]
    return value


def _keep_label(match: re.Match[str]) -> str:
    return f"{next(filter(None, match.groups()))}{BLANK}"


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
