"""From the contract's German wire settings to plans: values may be text, defaults are filled.

A wrong value raises a subclass of InvalidWindows that names the field as the wire does.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Literal

from services.forecasting.windows.errors import (
    InvalidCalendar,
    InvalidSeriesSetting,
    InvalidSteps,
    InvalidTrainingSplit,
    InvalidWindows,
    StepsMissing,
)
from services.forecasting.windows.holiday_dates import check_country
from services.forecasting.windows.local_time import known_zone
from services.forecasting.windows.plan import (
    CalendarBlock,
    CalendarForm,
    CalendarPlan,
    Form,
    Method,
    Period,
    SeriesPlan,
    SplitPlan,
    Steps,
    WindowPlan,
)
from services.forecasting.windows.wire_values import WireFields, is_nothing

FORMS: dict[str, Form] = {
    "Historische Daten": "historical",
    "Historische Prognosen": "forecasts",
    "Aktueller Wert": "current",
}
METHODS: dict[str, Method] = {
    "Lineare Interpolation": "linear",
    "Mittelwertbildung": "mean",
    "Nächster Wert": "nearest",
}
CALENDAR_FORMS: dict[str, CalendarForm] = {"Zeithorizont": "horizon", "Aktuelle Zeit": "current"}
CATEGORIES = {
    "jahr": "year",
    "monat": "month",
    "woche": "week",
    "tag": "day",
    "feiertag": "holiday",
}
# contract 3.5 with Q46: year, week and day -24..0 h, month -1..0, holiday -100..0
CALENDAR_STARTS = {"jahr": -24, "monat": -1, "woche": -24, "tag": -24, "feiertag": -100}
BLOCK_FIELDS = (
    "detaillierteBerechnung", "datenform", "zeithorizontStart", "zeithorizontEnd",
    "skalierung", "skalierungMin", "skalierungMax", "land",
)  # fmt: skip
DEFAULT_COUNTRY, DEFAULT_ZONE = "Deutschland", "UTC"
# horizons of a file that says none: the day before and the day after, as the page prefills them
HORIZONS = {"input": (-24, 0), "output": (0, 24)}
MAX_SEED = 2**63 - 1
# n_train, n_val and n_test are what the contract's page counts; the shares make them here
SPLIT_FIELDS = (
    "trainPercentage", "valPercentage", "testPercentage", "n_train", "n_val", "n_test", "shuffle",
    "random_dat", "seed", "gap", "leaky", "excluded_periods",
)  # fmt: skip

WIRE_NAMES = {  # of what a plan refuses
    "input_steps": "eingabe",
    "output_steps": "ausgabe",
    "step_minutes": "zeitschrittweite",
    "offset_minutes": "offset",
    "horizon_start": "zeithorizont_start",
    "horizon_end": "zeithorizont_end",
    "max_gap_minutes": "max_gap_min",
    "lower": "untergrenze",
    "train": "trainPercentage",
    "validation": "valPercentage",
    "test": "testPercentage",
    "train + validation + test": "trainPercentage + valPercentage + testPercentage",
    "excluded": "excluded_periods",
}


def steps_from_wire(zeitschritte: object) -> Steps:
    """Return the steps of a session; raise StepsMissing where nothing is set (Q49)."""
    if is_nothing(zeitschritte):
        raise StepsMissing("zeitschritte", None, "set: eingabe, ausgabe and zeitschrittweite")
    fields = WireFields(zeitschritte, "zeitschritte", InvalidSteps)
    for name in ("eingabe", "ausgabe", "zeitschrittweite"):
        if not fields.has(name):
            raise StepsMissing(name, fields.get(name), "set before a dataset is built")
    offset = "offset" if fields.has("offset") else "offsett"
    with _wire_names(InvalidSteps):
        return Steps(
            input_steps=fields.whole("eingabe") or 0,
            output_steps=fields.whole("ausgabe") or 0,
            step_minutes=fields.required_number("zeitschrittweite", 0),
            offset_minutes=fields.required_number(offset, 0),
        )


def series_from_wire(file: object, direction: Literal["input", "output"]) -> SeriesPlan:
    """Return how a file becomes a column."""
    fields = WireFields(file, "file", InvalidSeriesSetting)
    label = fields.text("bezeichnung")
    if label is None:
        raise InvalidSeriesSetting("bezeichnung", label, "a name for the series")
    start, end = HORIZONS[direction]
    with _wire_names(InvalidSeriesSetting, label):
        return SeriesPlan(
            label=label,
            horizon_start=fields.required_number("zeithorizont_start", start),
            horizon_end=fields.required_number("zeithorizont_end", end),
            form=fields.choice("datenform", FORMS, "historical"),
            method=fields.choice("datenanpassung", METHODS, "linear"),
            average=fields.switch("mittelwertbildung_uber_den_zeithorizont", default=False),
            scale=fields.switch("skalierung", default=False),
            scale_min=float(fields.required_number("skalierung_min", 0)),
            scale_max=float(fields.required_number("skalierung_max", 1)),
            max_gap_minutes=fields.number("max_gap_min"),
            lower=_maybe_float(fields.number("untergrenze")),
            upper=_maybe_float(fields.number("obergrenze")),
        )


def calendar_from_wire(time_info: object) -> CalendarPlan:
    """Return the calendar of a session: blocks of categories that are switched on.

    The old flat form, in which one set of fields stands for all categories, is read as well.
    Beside the contract's fields: ``region`` (a subdivision such as BY), ``schulferien`` and
    ``schliesstage`` (a list of ISO dates).
    """
    if is_nothing(time_info):
        return CalendarPlan()
    fields = WireFields(time_info, "timeInfo", InvalidCalendar)
    stored = fields.get("category_data")
    data = WireFields({} if is_nothing(stored) else stored, "category_data", InvalidCalendar)
    blocks = {
        CATEGORIES[name]: _block(name, _block_fields(name, data, fields))
        for name in CATEGORIES
        if fields.flag(name)
    }
    holiday = _block_fields("feiertag", data, fields)
    plan = CalendarPlan(
        zone=fields.text("zeitzone", DEFAULT_ZONE) or DEFAULT_ZONE,
        country=holiday.text("land", fields.text("land", DEFAULT_COUNTRY)) or DEFAULT_COUNTRY,
        subdivision=holiday.text("region", fields.text("region")),
        school=holiday.switch("schulferien", default=False),
        closing_days=_closing_days(holiday),
        **blocks,
    )
    known_zone(plan.zone)
    if plan.holiday:
        check_country(plan)
    return plan


def split_from_wire(training_split: object) -> SplitPlan:
    """Return the split: 70/20/10 in order of time where nothing is said.

    ``shuffle`` true shuffles the order of the training samples; ``random_dat`` says the same where
    ``shuffle`` is absent. ``leaky`` is the compatibility option.
    """
    if is_nothing(training_split):
        return SplitPlan()
    fields = WireFields(training_split, "training_split", InvalidTrainingSplit)
    fields.only(SPLIT_FIELDS)
    names = ("trainPercentage", "valPercentage", "testPercentage")
    shares = [fields.number(name) for name in names]
    if shares == [None, None, None]:
        shares = [Fraction(70), Fraction(20), Fraction(10)]
    for name, share in zip(names, shares, strict=True):
        if share is None:
            raise InvalidTrainingSplit(name, fields.get(name), "a percentage above 0")
    seed = fields.whole("seed", 0) or 0
    if not 0 <= seed <= MAX_SEED:
        raise InvalidTrainingSplit("seed", seed, f"from 0 to {MAX_SEED}")
    train, validation, test = (share or Fraction(0) for share in shares)
    with _wire_names(InvalidTrainingSplit):
        return SplitPlan(
            train=train,
            validation=validation,
            test=test,
            shuffle=fields.switch("shuffle", default=fields.switch("random_dat", default=False)),
            seed=seed,
            gap=fields.switch("gap", default=False),
            leaky=fields.switch("leaky", default=False),
            excluded=tuple(_period(one) for one in fields.sequence("excluded_periods")),
        )


def plan_from_wire(
    zeitschritte: object,
    inputs: Sequence[Mapping[str, object]],
    outputs: Sequence[Mapping[str, object]],
    time_info: object = None,
    training_split: object = None,
) -> WindowPlan:
    """Return the plan of a session from its stored settings; files in upload order."""
    with _wire_names(InvalidSeriesSetting):
        return WindowPlan(
            steps=steps_from_wire(zeitschritte),
            inputs=tuple(series_from_wire(one, "input") for one in inputs),
            outputs=tuple(series_from_wire(one, "output") for one in outputs),
            calendar=calendar_from_wire(time_info),
            split=split_from_wire(training_split),
        )


@contextmanager
def _wire_names(error: type[InvalidWindows], label: str = "") -> Iterator[None]:
    """Raise what a plan refuses with the names of the wire."""
    try:
        yield
    except InvalidWindows as wrong:
        prefix = f"{label}: " if label else ""
        name = wrong.field.removeprefix(prefix)
        kind = error if type(wrong) is InvalidWindows else type(wrong)
        raise kind(f"{prefix}{WIRE_NAMES.get(name, name)}", wrong.value, wrong.right) from wrong


def _block_fields(name: str, data: WireFields, time_info: WireFields) -> WireFields:
    """Return the fields of one category: its own block, or the flat ones."""
    own = data.get(name)
    if not is_nothing(own):
        return WireFields(own, f"category_data.{name}", InvalidCalendar)
    names = (*BLOCK_FIELDS, "region", "schulferien", "schliesstage")
    flat = {one: data.get(one) if data.has(one) else time_info.get(one) for one in names}
    return WireFields(flat, "timeInfo", InvalidCalendar)


def _block(name: str, fields: WireFields) -> CalendarBlock:
    with _wire_names(InvalidCalendar, name):
        return CalendarBlock(
            form=fields.choice("datenform", CALENDAR_FORMS, "horizon"),
            horizon_start=fields.required_number("zeithorizontStart", CALENDAR_STARTS[name]),
            horizon_end=fields.required_number("zeithorizontEnd", 0),
            local=fields.switch("detaillierteBerechnung", default=False),
            scale=fields.switch("skalierung", default=False),
            scale_min=float(fields.required_number("skalierungMin", 0)),
            scale_max=float(fields.required_number("skalierungMax", 1)),
        )


def _closing_days(fields: WireFields) -> tuple[str, ...]:
    days = fields.sequence("schliesstage")
    for day in days:
        try:
            date.fromisoformat(str(day))
        except ValueError as unread:
            right = "a list of dates such as 2024-12-27"
            raise InvalidCalendar("schliesstage", day, right) from unread
    return tuple(str(day) for day in days)


def _period(body: object) -> Period:
    fields = WireFields(body, "excluded_periods", InvalidTrainingSplit)
    fields.only(("start", "end", "note"))
    start, end = _instant(fields, "start"), _instant(fields, "end")
    if start >= end:
        said = f"{fields.text('start')} to {fields.text('end')}"
        raise InvalidTrainingSplit("excluded_periods", said, "a start before its end")
    return Period(start=start, end=end, note=fields.text("note", "") or "")


def _instant(fields: WireFields, name: str) -> int:
    """Return an ISO 8601 time in microseconds; one without a zone is in UTC."""
    text = fields.text(name)
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError as unread:
        right = "a time such as 2024-12-27T00:00:00Z"
        raise InvalidTrainingSplit(f"excluded_periods.{name}", text, right) from unread
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1_000_000


def _maybe_float(number: Fraction | None) -> float | None:
    return None if number is None else float(number)
