"""Keeping credentials out of logs and failures: by the name of a field, and inside any text."""

import re
from collections.abc import MutableMapping
from typing import Any

from app.settings_values import without_password

SECRET_NAMES = re.compile(
    r"pass(word|wd|phrase)|secret|token|cookie|authori[sz]ation|credential|api_?key|(^|_)code$",
    re.IGNORECASE,
)
BLANK = "***"
MAX_SECRET_LENGTH = 5000

# A name, what separates it from its value (headers, JSON, even JSON in JSON, Python, queries).
_NAME = (
    r"pass(?:word|wd|phrase)|secret|token(?!s|i[sz])|cookie|authori[sz]ation|credential"
    r"|(?:api|access|private|secret|account|subscription)[_-]?key|session[_-]?id"
)
_SEPARATOR = r"\\*[\"']?\s?(?:=>|[:=]|%3d)\s?"
_QUOTED = rf"b?(?P<quote>\\*[\"'])(?:(?!(?P=quote)).){{1,{MAX_SECRET_LENGTH}}}"
_SCHEME = r"(?:(?:basic|bearer|digest|negotiate|token|apikey)\s+)?"
_PLAIN = rf"{_SCHEME}[^\s\"'\\&,;<>{{}}()\[\]|]{{1,{MAX_SECRET_LENGTH}}}"
_NAMED = re.compile(
    rf"(?i)(?P<label>(?<![\w-])[\w-]{{0,60}}?(?:{_NAME})[\w-]{{0,60}}{_SEPARATOR})"
    rf"(?:{_QUOTED}|{_PLAIN})"
)
# Headers whose whole line is secret: several values, with blanks and commas between them.
_LINES = re.compile(
    r"(?im)(?P<label>(?<![\w-])(?:(?:set-)?cookie|(?:proxy-)?authori[sz]ation)\\*[\"']?\s?:"
    r"(?!\s?\\*[\"']?\*\*\*)\s?\\*[\"']?)[^\"'\\\r\n]+"
)
_OPTION = re.compile(
    rf"(?i)(?P<label>(?<!\S)--?(?:[\w-]{{0,60}}?)(?:{_NAME})[\w-]{{0,60}}\s)[^\s-]\S*"
)
# Short words of queries, which name ordinary things too (?state=failed): long values with a digit.
_QUERY = re.compile(
    r"(?i)(?P<label>#code=|[?&](?:pwd|pass)=)[^\s&#\"'<>]+"
    r"|(?P<other>[?&](?:key|sig|(?:x-\w+-)?signature|code|state|auth|jwt)=)"
    r"(?=[^\s&#]*\d)[^\s&#\"'<>]{8,}"
)
_USER = re.compile(r"(?P<label>://[^/\s@:\"']*:)(?!\d{1,5}[/?#])[^\s\"'<>]{0,200}(?=@)")
_SCHEMES = re.compile(
    r"(?P<label>(?i:\bbearer\s+))[A-Za-z0-9._~+/=-]+"
    r"|(?P<other>(?i:\bbasic)\s+)(?=[A-Za-z+/]*(?:[0-9=]|[a-z][A-Z]))[A-Za-z0-9+/]{8,}=*"
)
# What is a credential by its looks: ours, GitHub's, GitLab's, Slack's, OpenAI's, Hugging Face's,
# Google's, Amazon's, JSON Web Tokens.
_LOOKS = re.compile(
    r"(?i:\b(?P<label>rh_))[A-Za-z0-9._~-]+"
    r"|\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|sk-|hf_|GOCSPX-|ya29\.)[\w.~+/=-]{8,}"
    r"|(?<![\w/])1//0[\w-]{8,}|\bAIza[\w-]{30,}|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?"
)
_KEY_FILE = re.compile(r"(?s)(?P<label>-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(?:(?=-----END )|\Z)")
PATTERNS = (_KEY_FILE, _LINES, _NAMED, _OPTION, _QUERY, _USER, _SCHEMES, _LOOKS)


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
        return blank_text(value)
    if isinstance(value, dict):
        return blank_secrets(None, "", dict(value))
    if isinstance(value, list | tuple):
        return [blank(part) for part in value]
    return value


def blank_text(text: str) -> str:
    """Return ``text`` with each credential in it blanked; doing so again changes nothing."""
    text = without_password(text)
    for pattern in PATTERNS:
        text = pattern.sub(_keep_label, text)
    return text


def _keep_label(match: re.Match[str]) -> str:
    groups = match.groupdict()
    label = groups.get("label") or groups.get("other") or ""
    return f"{label}{groups.get('quote') or ''}{BLANK}"
