"""Finds the time zone that a file names outside of its times: in a name, a preamble, a column."""

import re
from collections.abc import Iterable, Sequence
from zoneinfo import available_timezones

from services.tabular.records import Record
from services.tabular.time_formats import ZONE_MINUTES

_PLACE = re.compile(r"\b(?:Africa|America|Asia|Atlantic|Australia|Europe|Pacific)/[A-Za-z_/]+")
_WORD = re.compile(
    r"(?<![A-Za-z0-9])(?:CET|CEST|MEZ|MESZ|WET|WEST|EET|EEST|BST|"
    r"(?:UTC|GMT) ?[+-] ?\d{1,2}(?::?\d{2})?)(?![A-Za-z0-9])"
)
_LOCAL = re.compile(r"(?i)\b(?:local ?time|ortszeit|lokalzeit|heure locale)\b")
_SUMMER = {"CEST": "CET", "MESZ": "MEZ", "WEST": "WET", "EEST": "EET", "BST": "GMT"}
_PLACES = {"CET": "Europe/Berlin", "MEZ": "Europe/Berlin", "WET": "Europe/Lisbon"}
_PLACES |= {"EET": "Europe/Athens", "GMT": "Europe/London"}
# +1 alone is a number before it is a zone
_ZONE_CELL = re.compile(r"[A-Z]{3,4}|(?:UTC|GMT)[+-]\d{1,2}(?::?\d{2})?|[+-]\d{2}:?\d{2}")
_SAMPLED = 200


def stated_zone(
    before: Sequence[Record], names: Sequence[str], columns: Iterable[Sequence[str]]
) -> tuple[str, str | None] | None:
    """Return the words of a zone other than UTC, and the option that means it; None for no word.

    ``names`` are those of the columns of the time, ``columns`` the cells of columns of text. The
    option is None where the words do not say which zone.
    """
    for text in (*names, *(" ".join(record.cells) for record in before)):
        if zone := _in_text(text):
            return zone
    return next((zone for cells in columns if (zone := _in_cells(cells))), None)


def _in_text(text: str) -> tuple[str, str | None] | None:
    place = next((m[0] for m in _PLACE.finditer(text) if m[0] in available_timezones()), None)
    if place:
        return place, place
    words = list(dict.fromkeys(_WORD.findall(text)))
    if words:
        return "/".join(words), _option_of(words)
    match = _LOCAL.search(text)
    return (match[0], None) if match else None


def _in_cells(cells: Sequence[str]) -> tuple[str, str | None] | None:
    """Return what a column says of which every cell is a zone."""
    filled = [cell.strip() for cell in cells[:_SAMPLED] if cell.strip()]
    words = list(dict.fromkeys(filled))
    if not words or not all(_is_zone(word) for word in words):
        return None
    if all(_offset_of(word) == "+00:00" for word in words):
        return None
    return "/".join(words[:3]), _option_of(words)


def _is_zone(word: str) -> bool:
    return bool(_ZONE_CELL.fullmatch(word)) and _offset_of(word) is not None


def _option_of(words: Sequence[str]) -> str | None:
    """Return a place for winter and summer time together, an offset for one of them alone."""
    winters = {_SUMMER.get(word, word) for word in words}
    if len(words) > 1:
        return _PLACES.get(winters.pop()) if len(winters) == 1 else None
    return _offset_of(words[0])


def _offset_of(word: str) -> str | None:
    """Return +01:00 of CET, UTC+1 or +0100; None for no zone."""
    plain = word.replace(" ", "")
    if plain in ZONE_MINUTES:
        minutes = ZONE_MINUTES[plain]
        return f"+{minutes // 60:02d}:{minutes % 60:02d}"
    match = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?", plain)
    if match is None or int(match[2]) > 14:
        return None
    return f"{match[1]}{int(match[2]):02d}:{match[3] or '00'}"
