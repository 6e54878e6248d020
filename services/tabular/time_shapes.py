"""Recognises what kind of time a cell holds, from its text alone."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from services.tabular.month_names import is_month

_DATE = r"""
 (?P<y1>\d{4})(?P<s1>[-/.])(?P<m1>\d{1,2})(?P=s1)(?P<d1>\d{1,2})
|(?P<a2>\d{1,2})(?P<s2>[-/.])(?P<b2>\d{1,2})(?P=s2)(?P<c2>\d{4}|\d{2})
|(?P<d3>\d{1,2})(?P<s3>\.?[ ]|[-/.])(?P<n3>[^\W\d_]{3,12}\.?)(?P<s3b>[ ]|[-/.])(?P<y3>\d{4}|\d{2})
|(?P<n4>[^\W\d_]{3,12}\.?)[ ](?P<d4>\d{1,2}),?[ ](?P<y4>\d{4})
|(?P<y5>(?:19|20)\d{2})(?P<m5>0[1-9]|1[0-2])(?P<d5>0[1-9]|[12]\d|3[01])
|(?P<y6>(?:19|20)\d{2})-(?P<m6>0[1-9]|1[0-2])
|(?P<y7>(?:19|20)\d{2})(?P<s7>-?)W(?P<w7>\d{2})(?:(?P=s7)(?P<d7>[1-7]))?
"""
_TIME = r"""
 (?P<H>\d{1,2})(?P<ts>[:.h])(?P<M>\d{2})(?:(?P=ts)(?P<S>\d{2})(?:(?P<fs>[.,])(?P<f>\d{1,9}))?)?
   (?P<p0>[ ]?)(?P<p>[AaPp]\.?[ ]?[Mm]\.?)?
|(?P<Hc>\d{2})(?P<Mc>\d{2})(?:(?P<Sc>\d{2})(?:[.](?P<fc>\d{1,9}))?)?
"""
_HOUR = r"(?P<Hh>[01]\d|2[0-4])"  # hours alone, as weather services write: 2024010123
_ZONE = (
    r"(?P<z0>[ ]?)\(?(?P<z>Z|z|UTC|GMT|CET|CEST|MEZ|MESZ|WET|WEST|EET|EEST|BST|"
    r"(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)\)?"
)
_WEEKDAY = r"(?P<w>[^\W\d_]{2,10}\.?,?[ ]+)?"
_JOINER = r"(?P<j>T|t|[ ]+|,[ ]*|_|-|:|[ ]-[ ]|[ ]um[ ])"
_CELL = re.compile(
    rf"{_WEEKDAY}(?:{_DATE})(?:{_JOINER}?(?:{_TIME}|{_HOUR})(?:{_ZONE})?(?:[ ]Uhr)?)?", re.VERBOSE
)
_TIME_ONLY = re.compile(rf"(?:{_TIME})(?:{_ZONE})?(?:[ ]Uhr)?", re.VERBOSE)
_INTERVAL = re.compile(r"\s+(?:-|–|—|bis|to|/)\s+|(?<=\d)–(?=\d)|(?<=[\dZ])/(?=\d{4}-)")


@dataclass(frozen=True)
class TimeShape:
    """The form of a time: which parts, in which order, with which signs between.

    ``date`` is "ymd", "abc" (day and month in an order that the shape cannot say), "dny" and
    "ndy" (month by name), "ym", "ywd" and "yw" (weeks of ISO 8601), or "" for a time of day.
    ``date_separator`` is "" for digits alone. ``clock`` is ":", ".", "h", " ", "c" (digits
    alone), "H" (hours alone), "#" (the number of a step of the day) or "" for a date alone;
    ``count`` has the first such number and the minutes of a step. ``zone`` is "", "Z", "name" or
    "offset".
    """

    date: str
    date_separator: str = ""
    year_digits: int = 4
    joiner: str = ""
    clock: str = ""
    seconds: bool = False
    fraction: bool = False
    half_day: str = ""
    zone: str = ""
    weekday: bool = False
    interval: str = ""
    month: str = ""
    count: tuple[int, int] = (0, 0)

    @property
    def is_date_only(self) -> bool:
        """Whether there is a date and no time of day."""
        return bool(self.date) and not self.clock

    @property
    def is_time_only(self) -> bool:
        """Whether there is a time of day and no date."""
        return not self.date

    @property
    def family(self) -> "TimeShape":
        """The shape without what may differ from row to row in one format."""
        return replace(
            self,
            seconds=False,
            fraction=False,
            zone="x" if self.zone else "",
            weekday=False,
            half_day="x" if self.half_day else "",
            month="",
        )


def shape_of(cell: str) -> TimeShape | None:
    """Return the shape of the time in a cell; None if it holds none."""
    cell = cell.strip()
    if not 4 <= len(cell) <= 80 or not any(letter.isdigit() for letter in cell):
        return None
    return _shape(cell)


@lru_cache(maxsize=4096)
def _shape(cell: str) -> TimeShape | None:
    if match := _CELL.fullmatch(cell):
        return _from_match(match)
    if match := _TIME_ONLY.fullmatch(cell):
        return _time_of_day(match)
    return _interval(cell)


def _interval(cell: str) -> TimeShape | None:
    for match in _INTERVAL.finditer(cell):
        start, end = _plain(cell[: match.start()]), _plain(cell[match.end() :])
        if start and end and start.date and (end.is_time_only or end.family == start.family):
            return replace(start, interval=match[0] + ("t" if end.is_time_only else "d"))
        if start and end and start.is_time_only and end.is_time_only:
            return replace(start, interval=match[0] + "t")
    return None


def _plain(cell: str) -> TimeShape | None:
    if match := _CELL.fullmatch(cell):
        return _from_match(match)
    match = _TIME_ONLY.fullmatch(cell)
    return _time_of_day(match) if match else None


def _from_match(match: "re.Match[str]") -> TimeShape | None:
    part = match.groupdict()
    weekday = bool(part["w"])
    if part["y1"]:
        date = TimeShape("ymd", part["s1"])
    elif part["a2"]:
        date = TimeShape("abc", part["s2"], len(part["c2"]))
    elif part["n3"] and is_month(part["n3"]):
        date = TimeShape("dny", part["s3"], len(part["y3"]), month=part["n3"])
    elif part["n4"] and is_month(part["n4"]):
        date = TimeShape("ndy", " ", month=part["n4"])
    elif part["y5"]:
        date = TimeShape("ymd", "")
    elif part["y6"]:
        date = TimeShape("ym", "-")
    elif part["y7"]:
        date = TimeShape("ywd" if part["d7"] else "yw", part["s7"])
    else:
        return None
    clock = _hour_of(part) if part["Hh"] else _clock_of(part)
    if clock is None:
        return None
    return replace(
        clock,
        date=date.date,
        date_separator=date.date_separator,
        month=date.month,
        year_digits=date.year_digits,
        joiner=part["j"] or "",
        weekday=weekday,
    )


def _hour_of(part: dict[str, str | None]) -> TimeShape | None:
    """Return the shape of hours alone: behind digits alone, or behind a blank or T."""
    joiner = (part["j"] or "").strip().upper()
    if part["y6"] or not (part["y5"] or (part["j"] and joiner in ("", "T"))):
        return None
    return TimeShape("", clock="H", zone=_zone_kind(part["z"]))


def _clock_of(part: dict[str, str | None]) -> TimeShape | None:
    """Return the shape of the time of day alone; None if the parts do not fit together."""
    zone = _zone_kind(part["z"])
    if part["H"]:
        return TimeShape(
            "",
            clock=part["ts"] or "",
            seconds=bool(part["S"]),
            fraction=bool(part["f"]),
            half_day=_half_day(part),
            zone=zone,
        )
    if part["Hc"]:
        return TimeShape(
            "", clock="c", seconds=bool(part["Sc"]), fraction=bool(part["fc"]), zone=zone
        )
    return TimeShape("") if not part["j"] else None


def _half_day(part: dict[str, str | None]) -> str:
    return (part["p0"] or "") + "p" if part["p"] else ""


def _zone_kind(zone: str | None) -> str:
    if not zone:
        return ""
    if zone in ("Z", "z"):
        return "Z"
    return "offset" if any(letter.isdigit() for letter in zone) else "name"


def _time_of_day(match: "re.Match[str]") -> TimeShape | None:
    part = match.groupdict()
    if part["Hc"]:
        return TimeShape("", clock="c", seconds=bool(part["Sc"]), zone=_zone_kind(part["z"]))
    if part["ts"] == ".":
        return None  # 12.30 is a number before it is a time
    return _clock_of({**part, "j": None})
