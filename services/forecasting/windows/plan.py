"""What a person has set: steps, series, calendar and split, as one immutable plan per session.

Horizons are hours relative to the reference time, widths are minutes. Numbers may be floats:
they are taken for the decimals that they print as, so that 0.1 is one tenth.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from services.forecasting.windows.errors import (
    InvalidCalendar,
    InvalidSeriesSetting,
    InvalidSteps,
    InvalidTrainingSplit,
    InvalidWindows,
)

Number = int | float | Fraction
Form = Literal["historical", "forecasts", "current"]
Method = Literal["linear", "mean", "nearest"]
CalendarForm = Literal["horizon", "current"]

MAX_STEPS = 4096
MAX_STEP_MINUTES = 366 * 24 * 60
MAX_HORIZON_HOURS = 10 * 366 * 24
FORMS: tuple[Form, ...] = ("historical", "forecasts", "current")
METHODS: tuple[Method, ...] = ("linear", "mean", "nearest")


def exact(number: Number) -> Fraction:
    """Return a number as the decimal that people read: 0.1 as one tenth."""
    return number if isinstance(number, Fraction) else Fraction(str(number))


@dataclass(frozen=True, kw_only=True)
class Steps:
    """The grid of a session: points per window, width and offset of the reference times in min."""

    input_steps: int
    output_steps: int
    step_minutes: Number
    offset_minutes: Number = 0

    def __post_init__(self) -> None:
        for name in ("input_steps", "output_steps"):
            value = getattr(self, name)
            if not 1 <= value <= MAX_STEPS:
                raise InvalidSteps(name, value, f"a whole number from 1 to {MAX_STEPS}")
        step, offset = exact(self.step_minutes), exact(self.offset_minutes)
        if not 0 < step <= MAX_STEP_MINUTES or (step * 60_000_000).denominator != 1:
            right = f"above 0 and at most {MAX_STEP_MINUTES} minutes, in whole microseconds"
            raise InvalidSteps("step_minutes", self.step_minutes, right)
        if not 0 <= offset < step or (offset * 60_000_000).denominator != 1:
            right = f"at least 0 and below the step width of {float(step):g} minutes"
            raise InvalidSteps("offset_minutes", self.offset_minutes, right)


@dataclass(frozen=True, kw_only=True)
class SeriesPlan:
    """How one series becomes one column.

    ``average`` replaces the window by its mean. ``max_gap_minutes`` is the longest distance of two
    neighbouring rows that is still bridged, inclusive; of a current value its highest age.
    ``lower`` and ``upper`` are physical bounds that every forecast keeps.
    """

    label: str
    horizon_start: Number
    horizon_end: Number
    form: Form = "historical"
    method: Method = "linear"
    average: bool = False
    scale: bool = True
    scale_min: float = 0.0
    scale_max: float = 1.0
    max_gap_minutes: Number | None = None
    lower: float | None = None
    upper: float | None = None

    def __post_init__(self) -> None:
        for name, allowed in (("form", FORMS), ("method", METHODS)):
            if getattr(self, name) not in allowed:
                raise self._wrong(name, f"one of {', '.join(allowed)}")
        try:
            check_horizon(self.horizon_start, self.horizon_end)
        except InvalidWindows as wrong:
            raise InvalidSeriesSetting(
                f"{self.label}: {wrong.field}", wrong.value, wrong.right
            ) from wrong
        if self.max_gap_minutes is not None and self.max_gap_minutes <= 0:
            raise self._wrong("max_gap_minutes", "above 0, or nothing")
        if self.lower is not None and self.upper is not None and self.lower >= self.upper:
            raise self._wrong("lower", f"below the upper bound of {self.upper:g}")

    def _wrong(self, name: str, right: str) -> InvalidSeriesSetting:
        return InvalidSeriesSetting(f"{self.label}: {name}", getattr(self, name), right)


def check_horizon(start: Number, end: Number) -> None:
    """Raise InvalidWindows unless the horizon runs forward and is of a sensible length."""
    ends: dict[str, Number] = {"horizon_start": start, "horizon_end": end}
    for name, value in ends.items():
        if not -MAX_HORIZON_HOURS <= value <= MAX_HORIZON_HOURS:
            right = f"between -{MAX_HORIZON_HOURS} and {MAX_HORIZON_HOURS} hours"
            raise InvalidWindows(name, value, right)
    if start > end:
        right = f"at most the end of the horizon, {float(end):g} h"
        raise InvalidWindows("horizon_start", start, right)


@dataclass(frozen=True, kw_only=True)
class CalendarBlock:
    """One calendar feature: over a horizon of its own, or the value at the reference time.

    ``local`` computes it by the wall clock of the plan's zone instead of UTC.
    """

    form: CalendarForm = "horizon"
    horizon_start: Number = -24
    horizon_end: Number = 0
    local: bool = False
    scale: bool = False
    scale_min: float = 0.0
    scale_max: float = 1.0

    def __post_init__(self) -> None:
        if self.form not in ("horizon", "current"):
            raise InvalidCalendar("form", self.form, "one of horizon, current")
        try:
            check_horizon(self.horizon_start, self.horizon_end)
        except InvalidWindows as wrong:
            raise InvalidCalendar(wrong.field, wrong.value, wrong.right) from wrong


@dataclass(frozen=True, kw_only=True)
class CalendarPlan:
    """Which calendar features stand beside the series; a block that is None is off.

    ``country`` alone names one of the contract's three lists (Österreich, Deutschland, Schweiz, or
    AT, DE, CH); with ``subdivision``, or for any other country, the ``holidays`` library is asked.
    ``school`` adds its school holidays, ``closing_days`` (ISO dates) are days off of one's own.
    """

    zone: str = "UTC"
    country: str = "Deutschland"
    subdivision: str | None = None
    school: bool = False
    closing_days: tuple[str, ...] = ()
    year: CalendarBlock | None = None
    month: CalendarBlock | None = None
    week: CalendarBlock | None = None
    day: CalendarBlock | None = None
    holiday: CalendarBlock | None = None


@dataclass(frozen=True, kw_only=True)
class Period:
    """A time that is left out: from ``start`` to before ``end``, microseconds since 1970 in UTC."""

    start: int
    end: int
    note: str = ""

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise InvalidTrainingSplit("excluded", (self.start, self.end), "a start before its end")


@dataclass(frozen=True, kw_only=True)
class SplitPlan:
    """How samples become blocks: percentages, order of the training samples, gap, exclusions.

    ``gap`` leaves out samples at the end of a block that share an instant or a raw row with the
    next. ``leaky`` is the reference's behaviour, for comparison only: scalers are fitted on all
    samples, and with ``shuffle`` all samples are permuted before they are split.
    """

    train: Number = 70
    validation: Number = 20
    test: Number = 10
    shuffle: bool = False
    seed: int = 0
    gap: bool = False
    leaky: bool = False
    excluded: tuple[Period, ...] = ()

    def __post_init__(self) -> None:
        for name in ("train", "validation", "test"):
            if not 0 < getattr(self, name) < 100:
                raise InvalidTrainingSplit(name, getattr(self, name), "above 0 and below 100")
        total = exact(self.train) + exact(self.validation) + exact(self.test)
        if total != 100:
            right = "percentages that sum to 100"
            raise InvalidTrainingSplit("train + validation + test", float(total), right)
        if self.leaky and self.gap:
            raise InvalidTrainingSplit("gap", self.gap, "off with the leaky compatibility option")


@dataclass(frozen=True, kw_only=True)
class WindowPlan:
    """Everything that decides windows. Labels are unique on each side."""

    steps: Steps
    inputs: tuple[SeriesPlan, ...]
    outputs: tuple[SeriesPlan, ...]
    calendar: CalendarPlan = field(default_factory=CalendarPlan)
    split: SplitPlan = field(default_factory=SplitPlan)

    def __post_init__(self) -> None:
        if not self.outputs:
            raise InvalidSeriesSetting("outputs", (), "at least one output series")
        for name, side in (("inputs", self.inputs), ("outputs", self.outputs)):
            labels = [one.label for one in side]
            twice = sorted({one for one in labels if labels.count(one) > 1})
            if twice:
                raise InvalidSeriesSetting(name, twice, "labels that occur once")
