"""Tokens, sessions, and who may see what of whom."""

import httpx
import pytest
from playwright.sync_api import expect

from harness.eventually import PATIENCE_SECONDS
from harness.platform import Platform
from tests.browser.conftest import Stay, Visit

pytestmark = pytest.mark.browser


def test_a_token_is_shown_once_and_works_until_it_is_revoked(
    visit: Visit, platform: Platform
) -> None:
    page = visit().open("/account")
    page.get_by_label("Name").fill("notebook")
    page.get_by_role("button", name="Create token").click()
    token = page.get_by_test_id("new-token").locator("code").inner_text()

    def asked() -> int:
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.get(
            platform.url + "/api/auth/me", headers=headers, timeout=PATIENCE_SECONDS
        ).status_code

    assert asked() == 200
    page.reload()
    expect(page.get_by_role("rowheader", name="notebook")).to_be_visible()
    assert token not in page.content()
    page.get_by_role("button", name="Revoke notebook").click()
    expect(page.get_by_role("rowheader", name="notebook")).to_be_hidden()
    assert asked() == 401


def test_an_admin_sees_everybodys_tokens_and_revokes_one_after_confirming(
    stay: Stay, platform: Platform
) -> None:
    owner = stay("member")
    body = {"name": "night job", "expires_in_days": 7}
    made = owner.call("POST", "/api/auth/tokens", body)
    person = owner.call("GET", "/api/auth/me")["user"]
    page = stay("admin").walk("/tokens")
    row = page.get_by_test_id("tokens").get_by_role("row").filter(has_text=person["email"])
    expect(row).to_contain_text("read, write")
    expect(row).to_contain_text(made["prefix"])
    assert made["token"] not in page.content()
    revoke = row.get_by_role("button", name=f"Revoke night job of {person['name']}")
    revoke.click()
    page.get_by_role("dialog").get_by_role("button", name="Keep it").click()
    expect(row).to_be_visible()
    revoke.click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    expect(row).to_be_hidden()
    bearer = {"Authorization": f"Bearer {made['token']}"}
    assert (
        httpx.get(
            platform.url + "/api/auth/me", headers=bearer, timeout=PATIENCE_SECONDS
        ).status_code
        == 401
    )


def test_a_session_that_is_ended_elsewhere_is_out(visit: Visit, platform: Platform) -> None:
    person = platform.add_person()
    here, there = visit(None).sign_in(person), visit(None)
    again = platform.call("POST", f"/api/users/{person.id}/signin-link", json={})["url"]
    there.page.goto(again)
    expect(there.page.get_by_text("Live", exact=True)).to_be_visible()
    there.expect_trouble("status of 401", "WebSocket")
    page = here.open("/account")
    page.get_by_role("button", name="End all others").click()
    expect(page.get_by_text("All other sessions were ended.")).to_be_visible()
    # how soon: tests/realtime/test_cutting.py
    expect(there.page.get_by_test_id("signin-form")).to_be_visible()


def test_an_admin_adds_a_person_who_signs_in_by_the_link(stay: Stay, visit: Visit) -> None:
    page = stay("admin").walk("/users")
    page.get_by_label("Name", exact=True).fill("Newcomer")
    page.get_by_label("E-mail").fill("newcomer@example.org")
    page.get_by_role("button", name="Add and create a link").click()
    link = page.get_by_test_id("signin-link").locator("code").inner_text()
    visitor = visit(None)
    newcomer = visitor.page
    newcomer.goto(link)
    expect(newcomer.get_by_label("Account and settings")).to_be_visible()
    visitor.walk("/account")
    expect(newcomer.get_by_role("heading", name="Newcomer")).to_be_visible()


def test_a_member_sees_the_teams_runs_and_nothing_of_a_private_one(
    stay: Stay, platform: Platform, finished_run: int
) -> None:
    private = platform.call("POST", "/api/runs", json={"name": "Nobody else's"})["id"]
    visitor = stay("member")
    visitor.expect_trouble("status of 404")
    page = visitor.walk(f"/runs/{private}")
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    page.get_by_role("link", name="See all runs").click()
    expect(page.get_by_role("link", name="Finished training")).to_be_visible()
    expect(page.get_by_role("link", name="Nobody else's")).to_have_count(0)
    page.get_by_role("link", name="Finished training").click()
    expect(page.get_by_test_id("run-state")).to_have_text("succeeded")
    expect(page.get_by_role("button", name="Edit")).to_have_count(0)


def test_a_viewer_is_offered_nothing_that_trains(stay: Stay, finished_run: int) -> None:
    visitor = stay("viewer")
    for path in ("/", "/runs", "/datasets", "/new", f"/runs/{finished_run}"):
        visitor.walk(path)
        page = visitor.settle()
        expect(page.get_by_role("link", name="New run")).to_have_count(0)
        expect(page.get_by_role("link", name="Clone run")).to_have_count(0)
        expect(page.get_by_role("link", name="Train on it")).to_have_count(0)
        expect(page.get_by_test_id("start-run")).to_have_count(0)
    for path in ("/users", "/tokens"):
        shown = visitor.walk(path).get_by_text(f"{path} was not found")
        expect(shown).to_be_visible()
