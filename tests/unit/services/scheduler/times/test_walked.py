import re
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import version
from itertools import islice, pairwise, takewhile
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.scheduler.times.errors import BadZone, NeverFires
from services.scheduler.times.zones import make_zone, tzdata_version, zone_names
from tests.architecture.sources import ROOT
from tests.support.depth import deep, examples
from tests.unit.services.scheduler.times.cases import timetable
from tests.unit.services.scheduler.times.walker import EXPRESSIONS, changes, moment_of, walk

ODD = (
    "Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Antarctica/Troll", "Pacific/Apia",
    "Africa/Cairo", "Asia/Beirut", "America/Asuncion", "Africa/Casablanca", "Asia/Gaza",
    "America/Sao_Paulo", "Asia/Pyongyang", "America/Caracas", "Antarctica/Casey", "Europe/Volgograd",
)  # fmt: skip
WHOLE_MINUTES = 1973 * 31556952 - 62167219200  # the last offset with seconds ended in 1972
SPAN = re.compile(r"(\d+)-(\d+)")
REQUIREMENTS = ROOT / "requirements.txt"
BY_DAY = ODD[: deep(6, len(ODD))]


@cache
def recent_changes():
    zones = deep(ODD, sorted(zone_names()))
    dated = [(zone, change[0]) for zone in zones for change in changes(zone)]
    return [(zone, instant) for zone, instant in dated if instant > WHOLE_MINUTES]


def firing(expression, zone):
    """Return the times of an expression; one that never fires is no example."""
    try:
        return timetable({"cron": expression.text, "timezone": zone})
    except NeverFires:
        return assume(False)


@settings(max_examples=examples(12))
@given(
    expression=EXPRESSIONS,
    pick=st.integers(0, 10**6),
    hours=st.integers(-30, 3),
)
def test_near_changes_due_times_are_those_that_an_observer_notes_down(expression, pick, hours):
    some = recent_changes()
    zone, change = some[pick % len(some)]
    start = moment_of(change) + timedelta(hours=hours, minutes=pick % 60)
    until = moment_of(change) + timedelta(hours=12)
    table = firing(expression, zone)
    expected = list(walk(expression, make_zone(zone).info, start, until))
    actual = list(takewhile(lambda moment: moment <= until, table.times_after(start)))
    assert actual == expected
    assert table.count(start, until) == len(expected)


def test_every_change_of_the_clock_in_tzdata_is_seen():
    for name in deep(BY_DAY, sorted(zone_names())):
        zone = make_zone(name)
        for instant, before, after in changes(name):
            first, second = zone.pieces(instant - 1), zone.pieces(instant)
            assert next(first)[1:] == (instant, before), (name, instant)
            piece = next(second)
            assert (piece.start, piece.offset) == (instant, after), (name, instant)


def test_no_clock_changes_twice_in_two_days_or_by_more_than_one():
    for name in deep(BY_DAY, sorted(zone_names())):
        all_of_it = changes(name)
        pairs = pairwise(change[0] for change in all_of_it)
        assert all(later - earlier > 4 * 86400 for earlier, later in pairs)
        assert all(abs(after - before) <= 86400 for _, before, after in all_of_it)


def test_zones_come_from_the_wheel_and_not_from_the_host():
    """A host's own files give ``ZoneInfo(name)``; the same object would be taken from its cache."""
    vienna = make_zone("Europe/Vienna")
    assert vienna.info is not ZoneInfo("Europe/Vienna")
    assert "localtime" not in zone_names()
    assert len(zone_names()) > 590
    assert tzdata_version() == version("tzdata")
    assert f"tzdata=={tzdata_version()}" in REQUIREMENTS.read_text().splitlines()


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("Europe/Viena", "name is Europe/Vienna."),
        ("europe/vienna", "name is Europe/Vienna."),
        ("UTC+2", "or Etc/GMT-2, whose sign"),
        ("-05:00", "or Etc/GMT+5, whose sign"),
        ("+05:30", "Write the name of a place such as Europe/Vienna, or UTC."),
        ("", "Write the name of a place such as Europe/Vienna, or UTC."),
        (None, "Write the name of a place such as Europe/Vienna, or UTC."),
        ("Europe", "name is Europe/"),
        ("zones", "Write the name"),
        ("__init__.py", "Write the name"),
        ("Europe/Vienna\x00", "name is Europe/Vienna."),
    ],
)
def test_a_name_that_is_no_zone_is_refused_with_the_nearest(name, advice):
    with pytest.raises(BadZone) as caught:
        make_zone(name)
    assert advice in caught.value.detail
    assert list(caught.value.errors) == ["timezone"]


@settings(max_examples=examples(10))
@given(
    expression=EXPRESSIONS,
    start=st.datetimes(
        moment_of(0).replace(tzinfo=None), moment_of(4 * 10**9).replace(tzinfo=None)
    ),
)
def test_plain_expressions_in_utc_have_the_times_of_croniter(expression, start):
    """Without clock changes; left out is what croniter reads in another way than crontab(5)."""
    day, weekday = expression.fields[2].text, expression.fields[4].text
    assume("*/" not in day + weekday)
    assume(not any(low == high for low, high in SPAN.findall(expression.text)))
    table, start = firing(expression, "UTC"), start.replace(tzinfo=UTC)
    theirs = croniter(expression.text, start, ret_type=datetime)
    assert list(islice(table.times_after(start), 5)) == [theirs.get_next() for _ in range(5)]
