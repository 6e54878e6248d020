"""Which days are holidays: the contract's three lists, the ``holidays`` library, one's own days."""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from services.forecasting.windows.errors import InvalidCalendar
from services.forecasting.windows.plan import CalendarPlan

Days = NDArray[np.int64]  # days since 1970-01-01
_SUNDAY, _EPOCH = 6, date(1970, 1, 1)
MIN_YEAR, MAX_YEAR = 1900, 2200

# Contract 3.5: (month, day) of fixed holidays, days after Easter Sunday of the others.
_FIXED_AT = ((1, 1), (1, 6), (5, 1), (8, 15), (10, 26), (11, 1), (12, 8), (12, 25), (12, 26))
_LISTS: dict[str, tuple[tuple[tuple[int, int], ...], tuple[int, ...]]] = {
    "AT": (_FIXED_AT, (1, 39, 50, 60)),
    "DE": (((1, 1), (5, 1), (10, 3), (12, 25), (12, 26)), (-2, 1, 39, 50)),
    "CH": (((1, 1), (8, 1), (12, 25)), (-2, 1, 39, 50)),
}
_NAMES = {
    "österreich": "AT", "austria": "AT", "at": "AT",
    "deutschland": "DE", "germany": "DE", "de": "DE",
    "schweiz": "CH", "switzerland": "CH", "ch": "CH",
}  # fmt: skip


def easter_sunday(year: int) -> date:
    """Return Easter Sunday of the Gregorian calendar.

    The anonymous algorithm of Nature 13, 487 (1876), as in Meeus, Astronomical Algorithms, ch. 8.
    """
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 19 * weekday) // 433
    month = (h + weekday - 7 * m + 90) // 25
    return date(year, month, (h + weekday - 7 * m + 33 * month + 19) % 32)


def country_code(name: str) -> str:
    """Return the ISO code of one of the three named countries, else the name in capitals."""
    return _NAMES.get(name.strip().casefold(), name.strip().upper())


def has_own_list(plan: CalendarPlan) -> bool:
    """Return whether a plan means one of the contract's lists."""
    return country_code(plan.country) in _LISTS and not plan.subdivision and not plan.school


def listed_holidays(country: str, year: int) -> list[date]:
    """Return the contract's holidays of AT, DE or CH in one year, Sundays included, sorted."""
    fixed, moving = _LISTS[country_code(country)]
    easter = easter_sunday(year)
    days = {date(year, month, day) for month, day in fixed}
    return sorted(days | {easter + timedelta(days=after) for after in moving})


def holiday_days(plan: CalendarPlan, first_year: int, last_year: int) -> Days:
    """Return the days since 1970 whose feature is 1, sorted.

    In the contract's lists a listed Sunday is no holiday (a Sunday already is one); the library's
    days and one's own closing days count as they are. Raises InvalidCalendar for an unknown
    country or subdivision and for closing days that are no dates.
    """
    years = range(max(first_year, MIN_YEAR), min(last_year, MAX_YEAR) + 1)
    if has_own_list(plan):
        listed = [day for year in years for day in listed_holidays(plan.country, year)]
        days = {day for day in listed if day.weekday() != _SUNDAY}
    else:
        days = _library_holidays(plan, years)
    days |= {_closing_day(text) for text in plan.closing_days}
    return np.array(sorted((day - _EPOCH).days for day in days), dtype=np.int64)


def check_country(plan: CalendarPlan) -> None:
    """Raise InvalidCalendar unless the country and its subdivision are known."""
    holiday_days(plan, 2024, 2024)


def _library_holidays(plan: CalendarPlan, years: range) -> set[date]:
    import holidays  # loads its countries: not at the start of the web process

    code = country_code(plan.country)
    known = holidays.list_supported_countries()
    if code not in known:
        raise InvalidCalendar("land", plan.country, "a country name or an ISO code such as FR")
    if plan.subdivision is not None and plan.subdivision not in known[code]:
        right = f"one of {', '.join(known[code])}" if known[code] else "left out for this country"
        raise InvalidCalendar("region", plan.subdivision, right)
    days = set(holidays.country_holidays(code, subdiv=plan.subdivision, years=years))
    if plan.school:
        country = holidays.country_holidays(code, subdiv=plan.subdivision)
        if "school" not in country.supported_categories:
            raise InvalidCalendar(
                "schulferien", plan.school, f"off: none are known for {plan.country}"
            )
        school = holidays.country_holidays(
            code, subdiv=plan.subdivision, years=years, categories=("school",)
        )
        days |= set(school)
    return {day for day in days if day.year in years}


def _closing_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as unread:
        right = "a list of dates such as 2024-12-27"
        raise InvalidCalendar("schliesstage", text, right) from unread
