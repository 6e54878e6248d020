"""Every scenario of tests/cases/scheduler/connectors.json, without a database."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest

from services.connections.clients.bing import BingWebmaster
from services.connections.clients.days import Window, next_window
from services.connections.clients.google import SearchConsole
from services.connections.clients.grants import OAuthClient, OAuthTokens
from services.connections.clients.pacific import today
from services.connections.clients.platforms import addresses_of
from services.connections.clients.signed import SignedClient
from services.connections.clients.transport import WebClient
from services.scheduler.codes.codes import RETRIED
from services.scheduler.codes.errors import AttemptFailed
from tests.support.connectors import (
    CASES,
    CONTENT,
    SITE,
    connector_servers,
    daily_of,
    is_within,
    now_in,
    prepare,
)

CLIENT_SECRET = "client secret 93"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
STORED_SIDE = {"callback-state"}  # tests/api/test_connections.py
READ = ["refresh", "list_sites"]


class MemoryStore:
    """The tokens of one connection in this process."""

    def __init__(self):
        self.tokens = OAuthTokens(access="", refresh="refresh-1", expires_at=LONG_AGO)
        self.lock = threading.Lock()

    def load(self):
        return self.tokens

    def save(self, tokens):
        self.tokens = tokens

    @contextmanager
    def renewing(self):
        with self.lock:
            yield


class Trial:
    """One case as it is played: what was stored, and how the attempts ended."""

    def __init__(self, case, servers):
        self.case = case
        self.options = case.get("options", {})
        self.servers = servers
        self.store = MemoryStore()
        self.moment = now_in(case)
        self.days = {}
        self.rows = []
        self.offered = []
        self.errors = []
        self.row_count = None
        self.provisional_from = None

    def clock(self):
        return self.moment

    def play(self):
        for run in range(self.case.get("runs", 1)):
            if run and self.case.get("expire_between"):
                self.servers.expire()
            with ThreadPoolExecutor(self.case.get("parallel", 1)) as pool:
                together = [pool.submit(self.attempt) for _ in range(self.case.get("parallel", 1))]
                for one in together:
                    one.result()
        attempts = self.case["expect"].get("attempts", 1)
        while len(self.errors) == attempts - 1 and self.errors:
            attempts -= 1
            self.retry()

    def retry(self):
        (error,) = self.errors
        assert error.code in RETRIED
        self.errors.clear()
        self.attempt()

    @contextmanager
    def signed(self):
        platform = self.case["connector"]
        client = OAuthClient(
            platform=platform,
            client_id="client",
            client_secret=CLIENT_SECRET,
            addresses=addresses_of(platform, self.servers.base),
        )
        with WebClient(client.service, limit_s=self.options.get("timeout_s", 60)) as web:
            yield SignedClient(web, client, self.store, self.clock)

    def sign_in(self):
        with self.signed() as signed:
            signed.renew()

    def attempt(self):
        """Do what a worker does once."""
        with self.signed() as signed:
            try:
                self.read(signed)
            except AttemptFailed as error:
                self.errors.append(error)

    def read(self, signed):
        is_google = self.case["connector"] == "gsc"
        service = SearchConsole(signed) if is_google else BingWebmaster(signed)
        if self.case["do"] == "list_sites":
            self.offered = [one.site for one in service.properties() if one.usable]
        elif "dimensions" in self.options:
            window = self.window()
            self.rows = service.rows(SITE, window, self.options["dimensions"])
        elif "report" in self.options:
            self.rows = service.report(SITE, self.options["report"])
        else:
            state = self.options.get("data_state", "final")
            given = (state,) if is_google else ()
            part = service.days(SITE, self.window(), *given)
            self.row_count = part.rows
            self.provisional_from = part.provisional_from
            self.days |= {one.day: one for one in part.days}

    def window(self):
        """Return what is next to request; at first that is what the data covers."""
        if self.days:
            return next_window(self.days.values(), today(self.moment))
        spec = CONTENT["data"][self.case["data"]]["spec"]
        window = next_window((), today(self.moment))
        return Window(first=date.fromisoformat(spec["start"]), last=window.last)


@pytest.fixture(scope="module")
def servers():
    with connector_servers() as running:
        yield running


@pytest.fixture
def played(servers, request):
    case = CASES[request.param]
    prepare(servers, case)
    trial = Trial(case, servers)
    if case["connector"] == "bing":  # some of its switches are of the sign-in too
        servers.switch("bing.token", "ok", times=1)
        trial.sign_in()
    trial.play()
    return trial


def cases_with(*names):
    """Return the ids of the cases that expect one of these."""
    return [
        number
        for number, case in CASES.items()
        if case["do"] in READ and (not names or set(names) & set(case["expect"]))
    ]


def test_all_scenarios_are_played_here_or_on_the_stored_side():
    assert set(CASES) == {*cases_with(), *STORED_SIDE}
    assert len(CASES) == 44


@pytest.mark.parametrize("played", cases_with(), indirect=True)
def test_a_scenario_ends_as_expected(played):
    expect = played.case["expect"]
    codes = expect["error_code"]
    if expect["outcome"] == "success":
        assert played.errors == []
    else:
        accepted = codes if isinstance(codes, list) else [codes]
        (error,) = played.errors
        assert error.code in accepted
        if "retried" in expect:
            assert (error.code in RETRIED) is expect["retried"]
        if "retry_after" in expect:
            assert is_within(error.retry_after, expect["retry_after"])
    for scope, number in expect.get("requests", {}).items():
        assert is_within(len(played.servers.log(scope)), number), scope
    check_data(played, expect)
    check_tokens(played, expect)


def check_data(played, expect):
    if "offered" in expect:
        assert played.offered == expect["offered"]
    if "daily" in expect:
        check_days(played, daily_of(played.case, expect["daily"]))
    if "provisional_from" in expect:
        assert str(played.provisional_from) == expect["provisional_from"]
    if "rows" in expect:
        assert (played.row_count, played.days) == (expect["rows"], {})
    if "rows_by_date_query_page" in expect:
        keys = [tuple(row.keys.values()) for row in played.rows]
        number = CONTENT["data"][played.case["data"]]["rows_by_date_query_page"]
        assert len(keys) == len(set(keys)) == number
    if "start_rows" in expect:
        sent = [entry["body"]["startRow"] for entry in played.servers.log("gsc.query")]
        assert sent == expect["start_rows"]
    if "no_click_position_below" in expect:
        positions = [row.extra["click_position"] for row in played.rows]
        assert None in positions
        assert all(one is None or one >= 1 for one in positions)


def check_days(played, expected):
    """Compare day by day; final days after those of the data had no searches."""
    stored = {str(day): (one.clicks, one.impressions) for day, one in played.days.items()}
    assert {day: stored.get(day) for day in expected} == expected
    beyond = {day: values for day, values in stored.items() if day > max(expected)}
    assert set(beyond.values()) <= {(0, 0)}
    assert all(one.position is None for one in played.days.values() if not one.impressions)


def check_tokens(played, expect):
    if "stored_refresh_token" in expect:
        newest = max(played.servers.state.tokens.refresh)
        expected = {"the newest": newest}.get(expect["stored_refresh_token"], "refresh-1")
        assert played.store.tokens.refresh == expected
    for secret in expect.get("nowhere", ()):
        text = repr(played.errors) + str(vars(played.errors[0])) + repr(played.store.tokens)
        assert secret not in text
