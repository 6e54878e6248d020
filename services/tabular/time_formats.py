"""A format of times: what it is called, and the pattern that takes it apart."""

import re
from dataclasses import dataclass

from services.tabular.time_shapes import TimeShape

ZONE_MINUTES = {
    "Z": 0,
    "UTC": 0,
    "GMT": 0,
    "WET": 0,
    "WEST": 60,
    "CET": 60,
    "MEZ": 60,
    "CEST": 120,
    "MESZ": 120,
    "EET": 120,
    "EEST": 180,
    "BST": 60,
}
_ZONE = r"\(?(?P<z>[Zz]|[A-Z]{3,4}|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)\)?"
_PARTS = {
    "y4": r"(?P<y>\d{4})",
    "y2": r"(?P<y>\d{2})",
    "m": r"(?P<m>\d{1,2})",
    "d": r"(?P<d>\d{1,2})",
    "m2": r"(?P<m>\d{2})",
    "d2": r"(?P<d>\d{2})",
    "n": r"(?P<n>\p{L}+)\.?",
    "w": r"(?P<w>\d{2})",
    "u": r"(?P<u>[1-7])",
}


NO_SHAPE = TimeShape("")


WALL_CLOCK = "wall_clock"  # as a clock on the wall shows them: 24 hours on every day
TO_MIDNIGHT = "to_midnight"  # counted from 0, and the last one is the end of the day
ELAPSED = "elapsed"  # counted through the day, which has 25 hours when summer time ends


@dataclass(frozen=True)
class TimeFormat:
    """How a column, or two, hold times.

    ``kind`` is "text", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns" or "excel_serial". ``order``
    of a text is "ymd", "dmy" or "mdy". ``language`` is that of names of months. ``decimal`` is
    the mark in serial numbers. ``steps`` says what numbers of steps of the day are (WALL_CLOCK,
    TO_MIDNIGHT, ELAPSED).
    """

    kind: str
    shape: TimeShape = NO_SHAPE
    order: str = "ymd"
    language: str | None = None
    decimal: str = "."
    steps: str = WALL_CLOCK

    @property
    def has_offset(self) -> bool:
        """Whether each time says where it stands against UTC."""
        return self.kind.startswith("epoch") or bool(self.shape.zone)

    @property
    def is_date_only(self) -> bool:
        """Whether there is no time of day."""
        return self.kind == "text" and self.shape.is_date_only

    @property
    def name(self) -> str:
        """The format as strftime writes it, or one of the words for other forms."""
        if self.kind != "text":
            return self.kind
        shape = self.shape
        if shape.zone in ("offset", "name") and shape.date == "ymd" and shape.date_separator == "-":
            return "ISO 8601 with offset"
        text = self._date_name() + (shape.joiner + self._clock_name() if shape.clock else "")
        if shape.interval:
            between, end = shape.interval[:-1], shape.interval[-1]
            text = text + between + (text if end == "d" else self._clock_name())
        return f"{text} ({self.language})" if self.language not in (None, "English") else text

    def _date_name(self) -> str:
        shape, sep = self.shape, self.shape.date_separator
        year = "%Y" if shape.year_digits == 4 else "%y"
        if shape.date == "ym":
            return "%Y-%m"
        if shape.date in ("yw", "ywd"):
            return sep.join(("%G", "W%V", "%u")[: len(shape.date)])
        if shape.date == "ndy":
            return "%b %d %Y"
        if shape.date == "dny":
            return f"%d{sep}%b{sep if sep != '. ' else ' '}{year}"
        return sep.join({"y": year, "m": "%m", "d": "%d"}[part] for part in self.order)

    def _clock_name(self) -> str:
        shape, sep = self.shape, "" if self.shape.clock == "c" else self.shape.clock
        if sep == "#":
            first, minutes = shape.count
            return f"n, {minutes} min each from {first}"
        text = f"{'%I' if shape.half_day else '%H'}{sep}%M" if sep != "H" else "%H"
        text += f"{sep}%S" if shape.seconds else ""
        text += ".%f" if shape.fraction else ""
        text += " %p" if shape.half_day else ""
        return text + {"": "", "Z": "Z", "name": " %Z", "offset": "%z"}[shape.zone]

    def pattern(self) -> str:
        """Return the regular expression of a text form, with groups y m n d w u H M S f p z."""
        shape = self.shape
        pattern = r"^\s*" + (r"(?:\p{L}{2,10}\.?,?\s+)?" if shape.weekday else "")
        pattern += self._date_pattern()
        if shape.clock:
            clock = self._joiner_pattern() + self._clock_pattern() + r"(?:\s*Uhr)?"
            # some programs leave out the time of day at midnight
            always = shape.half_day or shape.zone or shape.clock == "#"
            optional = bool(shape.date) and not always
            pattern += f"(?:{clock})?" if optional else clock
        return pattern + (r"\s*$" if not shape.interval else self._interval_pattern())

    def _interval_pattern(self) -> str:
        between = re.escape(self.shape.interval[:-1].strip())
        return rf"\s*{between}.+$"

    def _date_pattern(self) -> str:
        shape = self.shape
        year = _PARTS["y4" if shape.year_digits == 4 else "y2"]
        sep = re.escape(shape.date_separator)
        if not shape.date:
            return ""
        if shape.date == "ym":
            return _PARTS["y4"] + "-" + _PARTS["m2"]
        if shape.date in ("yw", "ywd"):
            weekday = rf"{sep}{_PARTS['u']}" if shape.date == "ywd" else ""
            return _PARTS["y4"] + rf"{sep}W{_PARTS['w']}" + weekday
        if shape.date == "dny":
            return _PARTS["d"] + r"[ ./-]+" + _PARTS["n"] + r"[ ./-]*" + year
        if shape.date == "ndy":
            return _PARTS["n"] + r"\s+" + _PARTS["d"] + r",?\s+" + year
        two = "" if shape.date_separator else "2"
        pieces = {"y": year, "m": _PARTS["m" + two], "d": _PARTS["d" + two]}
        return sep.join(pieces[part] for part in self.order)

    def _joiner_pattern(self) -> str:
        joiner = self.shape.joiner
        if not self.shape.date or not joiner:
            return ""
        if joiner in ("T", "t") or not joiner.strip():
            return r"(?:[Tt]|\s+)"
        return rf"\s*{re.escape(joiner.strip())}\s*"

    def _clock_pattern(self) -> str:
        shape = self.shape
        if shape.clock == "c":
            text = r"(?P<H>\d{2})(?P<M>\d{2})(?:(?P<S>\d{2})(?:\.(?P<f>\d{1,9}))?)?"
        elif shape.clock in ("H", "#"):
            # 3A and 3B are the two passes through the hour that comes twice
            counted = r"(?P<H>\d{1,3})[AaBb]?"
            text = r"(?P<H>\d{2})" if shape.clock == "H" else counted
        elif shape.clock == " ":
            text = r"(?P<H>\d{1,2})\s+(?P<M>\d{1,2})"
        else:
            sep = re.escape(shape.clock)
            text = rf"(?P<H>\d{{1,2}}){sep}(?P<M>\d{{2}})"
            text += rf"(?:{sep}(?P<S>\d{{2}})(?:[.,](?P<f>\d{{1,9}}))?)?"
        text += r"\s?(?P<p>[AaPp])\.?\s?[Mm]\.?" if shape.half_day else ""
        return text + (rf"\s?{_ZONE}" if shape.zone else "")
