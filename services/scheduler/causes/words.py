"""What of a message is its words: everything that differs from one failure to the next is left out.

Each step puts a mark where something stood that does not decide. The order matters: an address
holds hosts, paths and numbers; a time holds numbers.
"""

import re
from collections.abc import Callable

from services.scheduler.causes import hosts, ids, paths, times

MAX_LENGTH = 8000  # characters of a message that are read
MAX_WORDS_LENGTH = 1000  # characters of its words that decide
ADDRESS, MAIL = "<url>", "<mail>"

_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,20}://(?:\[[0-9a-f:.%]*\])?[^\s'\"<>\[\](){}|]*(?<![.,;:!?])",
    re.IGNORECASE,
)
_MAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[\w-]{2,63}")
_UNITS = (
    r"[kmgtp]i?b(?:/s)?|b|bytes?|[kmgt]|%|[munµμ]s|s|secs?|seconds?|mins?|minutes?|h|hrs?|hours?"
    r"|d|days?|weeks?|st|nd|rd|th"
)
_NUMBER = re.compile(
    r"(?:(?<![\w.)\]>])[-+])?\d+(?:[.,_']\d+)*(?:e[-+]?\d+)?"
    rf"(?:\s?(?:{_UNITS})(?![\w']))?",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"<n>(?:\s?[,;:x×*/.–-]\s?<n>)+")
_ALONE = re.compile(r"(?<=<n>),(?=\))")  # a shape of one number
_PLURAL = re.compile(r"(<n>\s(?:more\s)?[^\W\d_]{2,}[^\W\d_s])s\b")

STEPS: tuple[Callable[[str], str], ...] = (
    lambda text: _COLOURS.sub("", text),
    lambda text: _ADDRESS.sub(ADDRESS, text),
    lambda text: _MAIL.sub(MAIL, text),
    paths.without_quoted_folders,
    times.without_times,
    ids.without_long_ids,
    hosts.without_numeric_hosts,
    paths.without_folders,
    hosts.without_named_hosts,
    ids.without_ids,
    lambda text: _NUMBER.sub(ids.NUMBER, text),
    lambda text: _ALONE.sub("", _NUMBERS.sub(ids.NUMBER, text)),
    lambda text: _PLURAL.sub(r"\1", text),
)


def normal_words(text: str) -> str:
    """Return the words of ``text``: in lower case, with a mark for each value that is left out.

    >>> normal_words("expected 24 rows for 2026-03-28, got 23")
    'expected <n> row for <time>, got <n>'
    """
    text = text[:MAX_LENGTH]
    for step in STEPS:
        text = step(text)
    return " ".join(text.lower().split())[:MAX_WORDS_LENGTH]
