"""One platform and one browser for all journeys; each visitor has a profile for themselves."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from harness.chromium import chromium
from harness.platform import Platform, running_platform
from tests.browser.profiles import PATIENCE_MS, Profiles
from tests.browser.residents import Residents
from tests.browser.visitor import Visitor
from tests.support.connectors import connector_servers, recent_days

Visit = Callable[..., Visitor]
Stay = Callable[..., Visitor]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A real browser. Package scope: its event loop would stand in the way of other tests."""
    expect.set_options(timeout=PATIENCE_MS)
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="package")
def connectors() -> Iterator[Any]:
    """Servers that stand in for Google's, with thirty days that end yesterday."""
    with connector_servers() as servers:
        servers.state.data = recent_days(30)
        yield servers


@pytest.fixture(scope="package")
def platform(connectors: Any) -> Iterator[Platform]:
    """The platform, started once for all journeys; tests/workers trains two runs at once."""
    google = {
        "gsc_client_id": "browser",
        "gsc_client_secret": "browser",
        "gsc_base_url": connectors.base,
        "channel_private_networks": ("127.0.0.0/8",),
    }
    with running_platform(train_workers=1, **google) as running:
        yield running


@pytest.fixture(scope="package")
def profiles(browser: Browser, platform: Platform) -> Profiles:
    """The profiles of the browser."""
    return Profiles(browser, platform)


@pytest.fixture(scope="package")
def residents(profiles: Profiles, platform: Platform) -> Residents:
    """The people who stay."""
    return Residents(profiles, platform)


@pytest.fixture(scope="package")
def finished_run(platform: Platform) -> int:
    """A run that the whole team may read, trained to its end."""
    run_id = platform.start_run("Finished training", num_server_rounds=2, visibility="team")
    platform.wait_for_run(run_id)
    return run_id


@pytest.fixture
def visit(profiles: Profiles, platform: Platform) -> Iterator[Visit]:
    """Let people come, signed in by default; at the end no page may have complained."""
    visitors: list[Visitor] = []

    def come(role: str | None = "member", **profile: Any) -> Visitor:
        visitor = Visitor(profiles, **profile)
        visitors.append(visitor)
        return visitor if role is None else visitor.let_in(platform.add_person(role))

    yield come
    surprises = [told for visitor in visitors for told in visitor.surprises()]
    for visitor in visitors:
        visitor.stop_listening()
    profiles.take_back([visitor.context for visitor in visitors if visitor.has_clock])
    assert surprises == []


@pytest.fixture
def stay(residents: Residents) -> Iterator[Stay]:
    """Call somebody who stays, by role, to look at a page that is loaded already; none may complain."""
    called: list[Visitor] = []

    def call(role: str, **profile: Any) -> Visitor:
        resident = residents.call(role, **profile)
        if resident not in called:
            resident.complaints.clear()  # of what happened between two tests
            called.append(resident)
        return resident

    yield call
    surprises = [told for visitor in called for told in visitor.surprises()]
    residents.let_rest(called)
    assert surprises == []
