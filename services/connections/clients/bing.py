"""Bing Webmaster: its properties and how often they were seen.

Source: IWebmasterApi. Every answer is ``{"d": result}``; each call gives all days that the
service keeps, about half a year. Its statistics by query and by page are of weeks.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from services.connections.clients.days import Day, Window, without_gaps
from services.connections.clients.failures import bing_failure, bing_number, object_of
from services.connections.clients.platforms import BING, NAMES
from services.connections.clients.results import (
    DetailRow,
    FetchedDays,
    Property,
    count_in,
    objects_in,
    position_in,
    text_in,
)
from services.connections.clients.signed import SignedClient
from services.connections.clients.transport import ServiceRequest
from services.scheduler.codes.errors import BadData

SERVICE = NAMES[BING]
REPORTS = {"queries": ("GetQueryStats", "query"), "pages": ("GetPageStats", "page")}
_STAMP = re.compile(r"/Date\((-?[0-9]{1,16})(?:([+-])([0-9]{2})([0-9]{2}))?\)/")
_NO_DATE = -62135596800000  # the year 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class BingWebmaster:
    """One account."""

    def __init__(self, signed: SignedClient) -> None:
        self._signed = signed
        self._api = signed.oauth.addresses.api

    def properties(self) -> list[Property]:
        """Return the sites of the account, as the service writes them. Raises AttemptFailed."""
        return [_property(one) for one in self._ask("GetUserSites")]

    def days(self, site: str, window: Window) -> FetchedDays:
        """Return the days of ``window`` up to the newest that there is. Raises AttemptFailed."""
        rows = self._ask("GetRankAndTrafficStats", siteUrl=site)
        dated = [(day_of(row.get("Date")), row) for row in rows]
        days = [_day(day, row) for day, row in dated if day is not None]
        inside = [one for one in days if window.first <= one.day <= window.last]
        if not inside:
            return FetchedDays(days=(), rows=0)
        first = None if window.is_first else window.first
        return FetchedDays(days=without_gaps(inside, first, None), rows=len(inside))

    def report(self, site: str, name: str) -> list[DetailRow]:
        """Return the weeks by query or by page. Raises AttemptFailed."""
        method, dimension = REPORTS[name]
        rows = self._ask(method, siteUrl=site)
        return [row for row in (_detail(one, dimension) for one in rows) if row is not None]

    def _ask(self, method: str, **params: str) -> list[dict[str, Any]]:
        request = ServiceRequest(method="GET", url=f"{self._api}/{method}", params=params)
        answer = self._signed.send(request)
        if answer.status != 200 or bing_number(answer) is not None:
            raise bing_failure(answer, self._signed.clock())
        content = object_of(answer, SERVICE)
        if "d" not in content:
            raise BadData(f"{SERVICE} answered without a result.")
        return objects_in(content["d"], f"What {SERVICE} calls d")


def day_of(stamp: object) -> date | None:
    """Return the date of a stamp such as ``/Date(1316156400000-0700)/`` in its own offset.

    None for the stamp that means none. Raises BadData for what is no stamp.
    """
    match = _STAMP.fullmatch(stamp) if isinstance(stamp, str) else None
    if match is None:
        raise BadData(f"A row of {SERVICE} has no date.")
    if int(match[1]) == _NO_DATE:
        return None
    hours, minutes = int(match[3] or 0), int(match[4] or 0)
    ahead = timedelta(hours=hours, minutes=minutes) * (-1 if match[2] == "-" else 1)
    try:
        return (_EPOCH + timedelta(milliseconds=int(match[1])) + ahead).date()
    except OverflowError:
        raise BadData(f"A row of {SERVICE} has a date beyond the calendar.") from None


def _property(entry: Mapping[str, Any]) -> Property:
    usable = entry.get("IsVerified") is True
    return Property(site=text_in(entry, "Url", SERVICE), usable=usable)


def _day(day: date, row: Mapping[str, Any]) -> Day:
    clicks = count_in(row, "Clicks", SERVICE)
    return Day(day=day, clicks=clicks, impressions=count_in(row, "Impressions", SERVICE))


def _detail(row: Mapping[str, Any], dimension: str) -> DetailRow | None:
    """Return a week of a query or a page, whose address is in ``Query`` too."""
    day = day_of(row.get("Date"))
    if day is None:
        return None
    return DetailRow(
        keys={"week": day.isoformat(), dimension: text_in(row, "Query", SERVICE)},
        clicks=count_in(row, "Clicks", SERVICE),
        impressions=count_in(row, "Impressions", SERVICE),
        position=position_in(row, "AvgImpressionPosition"),
        extra={"click_position": position_in(row, "AvgClickPosition")},
    )
