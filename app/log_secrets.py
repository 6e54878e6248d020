"""Keeping credentials out of logs: by the name of a field, and inside any text."""

import re
from collections.abc import MutableMapping
from typing import Any

from app.settings_values import without_password

SECRET_NAMES = re.compile(
    r"pass(word|wd|phrase)|secret|token|cookie|authori[sz]ation|credential|api_?key|(^|_)code$",
    re.IGNORECASE,
)
SECRET_TEXT = re.compile(
    r"(?i)(\bbearer\s+)[A-Za-z0-9._~+/=-]+|(#code=)[A-Za-z0-9._~-]+|(\brh_)[A-Za-z0-9._~-]+"
)
BLANK = "***"


def blank_secrets(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Blank the values of fields with telling names, and credentials inside text."""
    for name, value in event.items():
        event[name] = BLANK if value and SECRET_NAMES.search(name) else blank(value)
    return event


def blank(value: Any) -> Any:
    """Return ``value`` without the credentials in it, however deep."""
    if isinstance(value, str):
        return SECRET_TEXT.sub(_keep_label, without_password(value))
    if isinstance(value, dict):
        return blank_secrets(None, "", dict(value))
    if isinstance(value, list | tuple):
        return [blank(part) for part in value]
    return value


def _keep_label(match: re.Match[str]) -> str:
    return f"{next(filter(None, match.groups()))}{BLANK}"
