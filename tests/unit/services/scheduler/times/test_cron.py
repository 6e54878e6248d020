import pytest

from services.scheduler.times.cron import parse_cron
from services.scheduler.times.errors import InvalidTimes
from services.scheduler.times.parse import parse_interval
from tests.unit.services.scheduler.times.cases import due, of_kind, timetable


@of_kind("error")
def test_what_is_refused_says_which_part(case):
    with pytest.raises(InvalidTimes) as caught:
        timetable(case)
    error = caught.value
    assert (error.code, error.part, error.status) == (case["error"], case["part"], case["status"])
    field = "timezone" if case["part"] == "timezone" else "cron" if "cron" in case else "interval_s"
    assert error.errors == {field: [error.detail]}
    assert (case["part"] or "") in error.detail


@pytest.mark.parametrize(
    ("cron", "code", "part", "column", "advice"),
    [
        ("0 22-2 * * *", "bad_syntax", "hour", 3, "write 22-23,0-2."),
        ("0 22-2/2 * * *", "bad_syntax", "hour", 3, "write 22,0,2."),
        ("0 0 * * FRI-SUN", "bad_syntax", "day_of_week", 9, "write 5-6,0."),
        ("0 0 * * 7-2", "bad_syntax", "day_of_week", 9, "write 0-2."),
        ("0 0 * nov-jan *", "bad_syntax", "month", 7, "write 11-12,1."),
        ("0 0 L-3 * *", "bad_syntax", "day_of_month", 5, "L alone is"),
        ("0 0 15W * *", "bad_syntax", "day_of_month", 5, "1-5 as day_of_week"),
        ("0 0 * * L5", "bad_syntax", "day_of_week", 9, "Write 5L"),
        ("0 0 * * L", "bad_syntax", "day_of_week", 9, "6 for every Saturday"),
        ("0 0 * * ?", "bad_syntax", "day_of_week", 9, "Write *"),
        ("R * * * *", "bad_syntax", "minute", 1, "jitter_s"),
        ("0 0 * * 5#", "bad_syntax", "day_of_week", 9, "5#2"),
        ("0 0 * * 1-5#2", "bad_syntax", "day_of_week", 9, "MON"),
        ("0 0 * * monday", "bad_syntax", "day_of_week", 9, "MON"),
        ("0 0 * mon *", "bad_syntax", "month", 7, "FEB"),
        ("0 0 * * ſun", "bad_syntax", "day_of_week", 9, "Write *"),
        ("*/x * * * *", "bad_syntax", "minute", 1, "0-59/2"),
        ("*-5 * * * *", "bad_syntax", "minute", 1, "0-59"),
        ("-5 * * * *", "bad_syntax", "minute", 1, "0-59"),
        ("+5 * * * *", "bad_syntax", "minute", 1, "0-59"),
        ("1-2-3 * * * *", "bad_syntax", "minute", 1, "0-59"),
        ("1/2/3 * * * *", "bad_syntax", "minute", 1, "whole number"),
        ("/5 * * * *", "bad_syntax", "minute", 1, "0-59"),
        ("5, * * * *", "bad_syntax", "minute", 3, "comma"),
        ("0  5,24  * * *", "out_of_range", "hour", 6, "0 to 23"),
        ("0 0 * * 5#0", "out_of_range", "day_of_week", 9, "1 to 5"),
        ("0 0 * * 8L", "out_of_range", "day_of_week", 9, "0 to 7"),
        ("0 0 * * 6-8", "out_of_range", "day_of_week", 9, "0 to 7"),
        ("9" * 900 + " * * * *", "out_of_range", "minute", 1, "0 to 59"),
        ("0 0 */15 * 1#2", "never_fires", "day_of_month", None, "1#2"),
    ],
)
def test_a_refusal_says_where_and_how_to_write_it(cron, code, part, column, advice):
    with pytest.raises(InvalidTimes) as caught:
        parse_cron(cron)
    error = caught.value
    assert (error.code, error.part, error.facts.get("column")) == (code, part, column)
    assert advice in error.detail


@pytest.mark.parametrize(
    ("cron", "code", "advice"),
    [
        ("0 0 0 1 1 ? 2030", "bad_syntax", "Seconds and years"),
        (" ", "bad_syntax", "five fields"),
        (None, "bad_syntax", "five fields"),
        (5, "bad_syntax", "five fields"),
        ("* " * 600, "bad_syntax", "1000"),
        ("@dayly", "bad_syntax", "@daily"),
        ("@ daily", "bad_syntax", "@daily"),
        ("@daily 5", "bad_syntax", "@daily"),
        ("@Reboot", "unsupported", "machine"),
        ("@EVERY 1h", "unsupported", "interval_s"),
    ],
)
def test_what_is_no_expression_at_all_names_no_part(cron, code, advice):
    with pytest.raises(InvalidTimes) as caught:
        parse_cron(cron)
    assert (caught.value.code, caught.value.part) == (code, None)
    assert advice in caught.value.detail


@pytest.mark.parametrize(
    ("one", "same"),
    [
        ("@yearly", "0 0 1 1 *"),
        ("@Annually", "0 0 1 1 *"),
        ("@MONTHLY", "0 0 1 * *"),
        ("@midnight", "0 0 * * *"),
        ("@hourly", "0 * * * *"),
        ("0 0 * * 7L", "0 0 * * 0l"),
        ("0 0 * * sunL", "0 0 * * 0L"),
        ("0 0 * * fri#2", "0 0 * * 5#2"),
        ("0 0 l * *", "0 0 L * *"),
        ("0 0 * * 7-7", "0 0 * * 0"),
        ("0 0 * * 1/2", "0 0 * * 1,3,5,7"),
        ("10/20 * * * *", "10,30,50 * * * *"),
        ("0 0 * jan/3 *", "0 0 * 1,4,7,10 *"),
        ("5-5/10 * * * *", "5 * * * *"),
        ("0 0 15,L * *", "0 0 L,15 * *"),
        ("9 */75 * * *", "9 0 * * *"),
    ],
)
def test_two_ways_to_write_the_same(one, same):
    assert due(one, "Europe/Vienna", "2026-03-01T00:00:00Z") == due(
        same, "Europe/Vienna", "2026-03-01T00:00:00Z"
    )


@pytest.mark.parametrize(
    "given", [0, -60, 14, 3654 * 86400, 10**400, 900.0, True, "900", None, float("nan")]
)
def test_an_interval_is_a_whole_number_of_seconds_in_its_range(given):
    with pytest.raises(InvalidTimes) as caught:
        parse_interval(given)
    assert (caught.value.code, caught.value.part) == ("bad_interval", "interval_s")
    assert len(caught.value.detail) < 120
