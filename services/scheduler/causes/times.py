"""Dates and times of day inside a text."""

import re

TIME = "<time>"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s{1,3}"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:\s?[ap]m\b)?"
_ZONE = r"(?:\s?(?:z\b|utc\b|gmt\b|cest\b|cet\b|[ecmp][sd]t\b|[+-]\d{2}:?\d{2}\b))"
_PATTERNS = (
    # 2026-03-01T10:00:00Z, 2026-05-02 08:11:09.113+00:00, 2026/03/01
    rf"\d{{4}}([-/])\d{{1,2}}\1\d{{1,2}}(?:[t _]{_CLOCK})?{_ZONE}?",
    r"\d{8}t\d{4,6}z?",
    # Mon, 02 Mar 2026 10:00:00 GMT and Jan  2 00:00:00 2026 GMT
    (
        rf"(?:{_DAY})?(?:\d{{1,2}}[\s-]{{1,3}}{_MONTH}|{_MONTH}\s{{1,3}}\d{{1,2}})"
        rf"(?:,?[\s-]{{1,3}}\d{{4}})?(?:,?\s{{1,3}}{_CLOCK})?(?:\s{{1,3}}\d{{4}})?{_ZONE}?"
    ),
    r"\d{1,2}\.\d{1,2}\.\d{4}(?:,?\s" + _CLOCK + ")?" + _ZONE + "?",
    r"\d{1,2}/\d{1,2}/\d{4}(?:,?\s" + _CLOCK + ")?" + _ZONE + "?",
    rf"{_CLOCK}{_ZONE}?",
)
_TIMES = tuple(re.compile(rf"(?<![\w.:-]){one}(?![\w:])", re.IGNORECASE) for one in _PATTERNS)


def without_times(text: str) -> str:
    """Return ``text`` with a mark for each date, time of day, or both together."""
    for pattern in _TIMES:
        text = pattern.sub(TIME, text)
    return text
