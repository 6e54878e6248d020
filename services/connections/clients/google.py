"""Google Search Console: its properties and how often they were seen, by day or by more.

Sources: Search Console API, Sites: list and Search Analytics: query. Totals of days come from the
dimension ``date`` alone: rows by query leave out what was searched by few people.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from services.connections.clients import pacific
from services.connections.clients.days import (
    ALL,
    FINAL,
    FINAL_AFTER_DAYS,
    Day,
    Window,
    without_gaps,
)
from services.connections.clients.failures import google_failure, object_of
from services.connections.clients.platforms import GSC, NAMES
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

SERVICE = NAMES[GSC]
ROWS_PER_PAGE = 25_000
MAX_PAGES = 40  # a million rows
_UNUSABLE = "siteUnverifiedUser"
_INCOMPLETE = ("first_incomplete_date", "firstIncompleteDate")  # both are seen


class SearchConsole:
    """One account. ``quota_was_hit`` is of an earlier attempt of the same execution."""

    def __init__(self, signed: SignedClient, *, quota_was_hit: bool = False) -> None:
        self._signed = signed
        self._quota_was_hit = quota_was_hit
        self._api = signed.oauth.addresses.api

    def properties(self) -> list[Property]:
        """Return the sites of the account, as the service writes them. Raises AttemptFailed."""
        content = self._ask(ServiceRequest(method="GET", url=f"{self._api}/sites"))
        return [_property(one) for one in objects_in(content.get("siteEntry"), SERVICE)]

    def days(self, site: str, window: Window, data_state: str = FINAL) -> FetchedDays:
        """Return the days of ``window`` as far as there are any. Raises AttemptFailed.

        A day that is not later than the last final one and has no row had no searches. With
        ``ALL`` the days that are not final come too, as provisional ones.
        """
        answers = list(self._pages(site, window, ("date",), data_state))
        rows = [row for answer in answers for row in _rows(answer)]
        days = {one.day: one for one in (_day(row, window) for row in rows)}
        if not days:
            return FetchedDays(days=(), rows=0)
        final = self._last_final(window, max(days))
        incomplete = next(filter(None, map(_first_incomplete, answers)), None)
        if data_state == ALL:
            final = incomplete - timedelta(days=1) if incomplete else self._last_final(window)
        marked = [_marked(one, is_provisional=one.day > final) for one in days.values()]
        first = None if window.is_first else window.first
        filled = without_gaps(marked, first, min(final, window.last))
        later = next((one.day for one in filled if one.provisional), None)
        return FetchedDays(days=filled, rows=len(rows), provisional_from=later)

    def rows(
        self, site: str, window: Window, dimensions: Sequence[str], data_state: str = FINAL
    ) -> list[DetailRow]:
        """Return every row of ``window`` by ``dimensions``, none twice. Raises AttemptFailed."""
        rows: dict[tuple[str, ...], DetailRow] = {}
        for answer in self._pages(site, window, dimensions, data_state):
            for row in _rows(answer):
                keys = _keys(row, len(dimensions))
                rows[keys] = _detail(row, dict(zip(dimensions, keys, strict=True)))
        return list(rows.values())

    def _last_final(self, window: Window, newest: date | None = None) -> date:
        """Return the last day that is final by its age, or because a final answer has it."""
        today = pacific.today(self._signed.clock())
        by_age = min(window.last, today - timedelta(days=FINAL_AFTER_DAYS))
        return max(by_age, newest) if newest else by_age

    def _pages(
        self, site: str, window: Window, dimensions: Sequence[str], data_state: str
    ) -> Iterator[dict[str, Any]]:
        """Yield the answers until a page is not full."""
        url = f"{self._api}/sites/{quote(site, safe='')}/searchAnalytics/query"
        body = {
            "startDate": window.first.isoformat(),
            "endDate": window.last.isoformat(),
            "dimensions": list(dimensions),
            "type": "web",
            "dataState": data_state,
            "rowLimit": ROWS_PER_PAGE,
        }
        for page in range(MAX_PAGES):
            sent = {**body, "startRow": page * ROWS_PER_PAGE}
            answer = self._ask(ServiceRequest(method="POST", url=url, json=sent))
            yield answer
            if len(_rows(answer)) < ROWS_PER_PAGE:
                return
        raise BadData(f"{SERVICE} has over {MAX_PAGES * ROWS_PER_PAGE} rows for these days.")

    def _ask(self, request: ServiceRequest) -> dict[str, Any]:
        answer = self._signed.send(request)
        content = object_of(answer, SERVICE) if answer.status == 200 else {}
        if answer.status != 200 or "error" in content:
            at = self._signed.clock()
            raise google_failure(answer, at, quota_was_hit=self._quota_was_hit)
        return content


def _property(entry: Mapping[str, Any]) -> Property:
    permission = str(entry.get("permissionLevel", ""))[:60]
    site = text_in(entry, "siteUrl", SERVICE)
    return Property(site=site, usable=permission != _UNUSABLE, permission=permission)


def _rows(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    return objects_in(answer.get("rows"), f"What {SERVICE} calls rows")


def _keys(row: Mapping[str, Any], number: int) -> tuple[str, ...]:
    keys = row.get("keys")
    is_right = isinstance(keys, list) and len(keys) == number
    if not is_right or not all(isinstance(key, str) for key in keys or ()):
        raise BadData(f"A row of {SERVICE} has other keys than were requested.")
    return tuple(keys or ())


def _day(row: Mapping[str, Any], window: Window) -> Day:
    (text,) = _keys(row, 1)
    day = _date(text)
    if day is None or not window.first <= day <= window.last:
        raise BadData(f"A row of {SERVICE} is not of a day that was requested.")
    return Day(
        day=day,
        clicks=count_in(row, "clicks", SERVICE),
        impressions=count_in(row, "impressions", SERVICE),
        position=position_in(row, "position"),
    )


def _detail(row: Mapping[str, Any], keys: Mapping[str, str]) -> DetailRow:
    return DetailRow(
        keys=keys,
        clicks=count_in(row, "clicks", SERVICE),
        impressions=count_in(row, "impressions", SERVICE),
        position=position_in(row, "position"),
    )


def _marked(day: Day, *, is_provisional: bool) -> Day:
    return Day(
        day=day.day,
        clicks=day.clicks,
        impressions=day.impressions,
        position=day.position,
        provisional=is_provisional,
    )


def _first_incomplete(answer: Mapping[str, Any]) -> date | None:
    value = answer.get("metadata")
    metadata = value if isinstance(value, dict) else {}
    texts = (metadata.get(name) for name in _INCOMPLETE)
    return next(filter(None, (_date(text) for text in texts)), None)


def _date(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) and len(text) == 10 else None
    except ValueError:
        return None
