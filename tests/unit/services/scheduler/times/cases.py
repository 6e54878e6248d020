"""The cases of tests/cases/scheduler/times.json, and how their times are read."""

import json
from datetime import datetime
from itertools import islice
from pathlib import Path

import pytest

from services.scheduler.times.parse import TimesConfig, make_timetable

FOLDER = Path(__file__).parents[4] / "cases/scheduler"
CASES = json.loads((FOLDER / "times.json").read_text(encoding="utf-8"))["cases"]
START = "2026-01-01T00:00:00Z"


def of_kind(kind):
    """Return a decorator that runs a test once for each case of a kind."""
    some = [case for case in CASES if case["kind"] == kind]
    return pytest.mark.parametrize("case", some, ids=[case["id"] for case in some])


def at(text):
    """Return the moment of a text such as ``2026-03-01T10:00:00Z``."""
    return datetime.fromisoformat(text)


def said(moments):
    """Return moments as the cases write them."""
    return [moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in moments]


def timetable(case):
    """Return the due times of a case's cron expression or interval."""
    names = ("cron", "interval_s", "timezone")
    config = TimesConfig(
        **{name: case[name] for name in names if name in case},
        run_at=at(case["run_at"]) if "run_at" in case else None,
    )
    return make_timetable(config, at(case.get("anchor", START)))


def due(cron, zone, start, number=5, **others):
    """Return the next times of an expression, as texts."""
    table = make_timetable(TimesConfig(cron=cron, timezone=zone, **others), at(START))
    return said(islice(table.times_after(at(start)), number))
