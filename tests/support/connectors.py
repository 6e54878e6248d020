"""The servers and the cases of tests/cases/scheduler that speak for Google and Bing."""

import importlib.util
import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from app.clock import now
from services.connections.clients.pacific import today

FOLDER = Path(__file__).parents[1] / "cases" / "scheduler"
CONTENT = json.loads((FOLDER / "connectors.json").read_text(encoding="utf-8"))
CASES = {case["id"]: case for case in CONTENT["cases"]}
SITE = "https://shop.example/"


@cache
def module():
    """Return tests/cases/scheduler/fake_servers.py as a module."""
    spec = importlib.util.spec_from_file_location("fake_servers", FOLDER / "fake_servers.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@cache
def dataset(name):
    return module().Dataset(CONTENT["data"][name]["spec"])


def recent_days(number):
    """Return data of so many days that end yesterday, one of which is empty, three not final."""
    last = today(now())
    start = last - timedelta(days=number)
    spec = CONTENT["data"]["small"]["spec"] | {"today": str(last), "start": str(start)}
    empty = [str(start + timedelta(days=2))]
    return module().Dataset(spec | {"days": number, "empty_days": empty})


@contextmanager
def connector_servers():
    """Yield servers that speak for both services on one port of this machine."""
    with module().FakeServers(sites=FOLDER / "none") as servers:
        yield servers


def prepare(servers, case):
    """Let the servers behave as a case says."""
    servers.reset()
    servers.state.data = dataset(case["data"])
    for switch in case["switch"]:
        servers.switch(**{"times": None, **switch})


def now_in(case):
    """Return noon at the Pacific coast of the day that the data calls today."""
    day = CONTENT["data"][case["data"]]["spec"]["today"]
    return datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(hours=20)


def daily_of(case, state):
    """Return {day: (clicks, impressions)} as the case's data has it."""
    daily = CONTENT["data"][case["data"]]["daily"][state]
    return {day: tuple(values) for day, values in daily.items()}


def is_within(value, limits):
    low, high = limits if isinstance(limits, list) else (limits, limits)
    return low <= value <= high
