"""Alerts: one fires, rings the bell, is muted with a reason, and an admin sets a rule."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from app.resources import Resources, open_resources
from harness.platform import Platform
from services.domains import OBSERVERS
from tests.browser.accessibility import ALL, faults_of
from tests.browser.conftest import Visit
from tests.factories.alerts import look
from tests.factories.overview import make_schedule

pytestmark = pytest.mark.browser
PHONE = {"width": 360, "height": 780}


@pytest.fixture(scope="module")
def resources(platform: Platform) -> Iterator[Resources]:
    """What the clock has open."""
    opened = open_resources(platform.settings, OBSERVERS, pool_size=2)
    yield opened
    opened.close()


def test_one_fires_rings_the_bell_and_is_muted(
    visit: Visit, platform: Platform, resources: Resources
) -> None:
    person = platform.add_person("member")
    visitor = visit(None).let_in(person)
    page = visitor.open("/alerts")
    expect(page.get_by_test_id("firing")).to_contain_text("Nothing fires.")
    make_schedule(resources, person.id, state="cooling_off", failures=3, name="Nightly")
    look(resources)
    card = page.get_by_test_id("firing").get_by_test_id("alert")
    expect(card).to_contain_text("Nightly rests after failures")
    expect(page.get_by_test_id("bell-count")).to_have_text("1")
    bell = page.locator("summary").filter(has=page.get_by_test_id("bell-count"))
    bell.focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_test_id("bell")
    expect(sheet.get_by_role("link", name="Nightly rests after failures")).to_be_visible()
    expect(sheet).to_contain_text("1 message could not be delivered by any channel.")
    assert not faults_of(page, ALL)
    page.keyboard.press("Escape")
    expect(bell).to_be_focused()

    card.get_by_role("button", name="History").click()
    expect(card.get_by_test_id("history")).to_contain_text("Fires")
    card.get_by_role("button", name="Mute").click()
    card.get_by_label("Why").fill("being repaired")
    assert not faults_of(page, ALL)
    card.get_by_role("button", name="Mute it").click()
    muted = page.get_by_test_id("muted-alerts").get_by_test_id("alert")
    expect(muted.get_by_test_id("muted")).to_contain_text("being repaired")
    expect(page.get_by_test_id("bell-count")).to_have_count(0)
    page.set_viewport_size(PHONE)
    assert not faults_of(page, ALL)
    muted.get_by_role("button", name="Unmute").click()
    expect(card).to_be_visible()
    expect(page.get_by_test_id("rules").get_by_role("button", name="Change")).to_have_count(0)


def test_an_admin_sets_a_rule_and_sees_its_default(visit: Visit, platform: Platform) -> None:
    person = platform.add_person("admin")
    page = visit(None).let_in(person).open("/alerts")
    rule = page.get_by_test_id("rules").locator("[data-rule=error_rate]")
    expect(rule).to_contain_text("Fires above 5 %, recovers at 3 %.")
    expect(rule).to_contain_text("Reminds every 4 hours.")
    rule.get_by_role("button", name="Change").click()
    expect(rule).to_contain_text("Default: 5 %")
    rule.get_by_label("Threshold").fill("10")
    assert not faults_of(page, ALL)
    rule.get_by_role("button", name="Save").click()
    expect(rule).to_contain_text("Fires above 10 %, recovers at 3 %.")
    rule.get_by_role("button", name="Change").click()
    rule.get_by_role("button", name="Use the defaults").click()
    expect(rule).to_contain_text("Fires above 5 %, recovers at 3 %.")
