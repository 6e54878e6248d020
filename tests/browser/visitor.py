"""A person at a browser: an empty profile with one page, which remembers what went wrong on it."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import APIResponse, BrowserContext, ConsoleMessage, Page, expect

from harness.platform import Person
from tests.browser.profiles import USUAL, Profiles, look_as_at_first
from tests.browser.scripts import FOLLOW, IN_THE_WAY, RECORD, SETTLE

CONFLICT = 409
MARK = "window.__loadedOnce = true"
# a socket that a busy machine let time out: the page opens another one and catches up
TIMED_OUT = "WebSocket is already in CLOSING"
IS_MARKED = "window.__loadedOnce === true"


class Visitor:
    """A page in a profile that nobody else uses meanwhile."""

    def __init__(self, profiles: Profiles, *, stays: bool = False, **options: Any) -> None:
        self.platform = profiles.platform
        self.context: BrowserContext = profiles.take(stays=stays, **options)
        self.page: Page = self.context.pages[0]
        self._options = USUAL | options
        self._forget()
        self.complaints: list[str] = []
        self.has_clock = False
        self._expected = [TIMED_OUT]
        self._heard_of: dict[Any, Callable[[Any], None]] = {
            "console": self._heard,
            "pageerror": lambda error: self.complaints.append(f"uncaught: {error}"),
            "dialog": self._surprised,
        }
        for event, hear in self._heard_of.items():
            self.page.on(event, hear)

    def stop_listening(self) -> None:
        """Hear no more of the page, which the next visitor gets."""
        for event, hear in self._heard_of.items():
            self.page.remove_listener(event, hear)

    def install_clock(self) -> None:
        """Give the profile a clock that can be put forward; it has it for ever."""
        self.has_clock = True
        self.page.clock.install()

    def let_in(self, person: Person) -> "Visitor":
        """Sign in without a page: use the code of the person's one-time address."""
        self.call("POST", "/api/auth/one-time", {"code": person.link.partition("#code=")[2]})
        return self

    def call(self, method: str, path: str, body: object = None) -> Any:
        """Ask the API as this person's pages do, and return the answer."""
        answer = self._ask(method, path, body)
        assert answer.ok, answer.text()
        return answer.json() if answer.body() else None

    def stop_runs(self, *run_ids: int | str) -> None:
        """Stop runs of this person that nobody waits for, unless they are over already."""
        for run_id in run_ids:
            answer = self._ask("POST", f"/api/runs/{run_id}/stop")
            assert answer.ok or answer.status == CONFLICT, answer.text()

    def _ask(self, method: str, path: str, body: object = None) -> APIResponse:
        headers = {"X-Roundhouse": "1", "Origin": self.platform.url}
        return self.context.request.fetch(path, method=method, data=body, headers=headers)

    def sign_in(self, person: Person) -> "Visitor":
        """Open the person's one-time address."""
        self.page.goto(person.link)
        expect(self.page.get_by_role("banner").get_by_role("link").first).to_be_visible()
        return self

    def open(self, path: str) -> Page:
        """Go to a page of the site and wait for its heading."""
        self.page.goto(path)
        expect(self.page.locator("h1").first).to_be_attached()
        return self.page

    def walk(self, path: str) -> Page:
        """Go on to a page of the site by a link, without a load, and wait for its heading."""
        self.page.evaluate(FOLLOW, path)
        expect(self.page.locator("h1").first).to_be_attached()
        return self.page

    def settle(self) -> Page:
        """Wait until every answer is there and nothing is busy."""
        self.page.evaluate(SETTLE)
        return self.page

    def mark_load(self) -> None:
        """Leave a mark that only a reload would remove."""
        self.page.evaluate(MARK)

    def assert_never_reloaded(self) -> None:
        """Fail when the page was loaded again since the mark."""
        assert self.page.evaluate(IS_MARKED), "The page was reloaded"

    def record(self, test_id: str) -> None:
        """Begin to write down what one element says, without a gap."""
        self.page.evaluate(RECORD, test_id)

    def recorded(self) -> list[str]:
        """Return what was said since, without repetitions."""
        return list(self.page.evaluate("window.__recorded"))

    def open_run(self, run_id: int) -> Page:
        """Go to a run, mark the load and write down its states."""
        page = self.open(f"/runs/{run_id}")
        self.mark_load()
        self.record("run-state")
        return page

    def expect_rounds(self, first: int, last: int, **options: Any) -> None:
        """Expect these rounds on screen as done, each once and in order."""
        numbers = [str(number) for number in range(first, last + 1)]
        done = self.page.locator("[data-testid=round-cell][data-phase=done]")
        expect(done).to_have_count(len(numbers), **options)
        assert [cell.get_attribute("data-round") for cell in done.all()] == numbers

    def expect_trouble(self, *patterns: str) -> None:
        """Say which complaints of the browser belong to this story."""
        self._expected += patterns

    def surprises(self) -> list[str]:
        """Return what the browser complained about and nobody expected."""
        return [
            told
            for told in self.complaints
            if not any(re.search(pattern, told) for pattern in self._expected)
        ]

    def rest(self) -> None:
        """Leave the page, still loaded, as it was before the test; the next one goes on from here."""
        look_as_at_first(self.page, self._options)
        self.page.evaluate(FOLLOW, "/nowhere")
        assert not self.page.evaluate(IN_THE_WAY), "Something is still open"
        self._expected = [TIMED_OUT]

    def _forget(self) -> None:
        """Forget what the last visitor's pages stored."""
        session = self.context.new_cdp_session(self.page)
        everything = {"origin": self.platform.url, "storageTypes": "all"}
        session.send("Storage.clearDataForOrigin", everything)
        session.detach()

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            where = message.location.get("url", "")
            self.complaints.append(f"{message.type}: {message.text} ({where})")

    def _surprised(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()
