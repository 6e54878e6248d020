"""A person at a browser: an empty profile with one page, which remembers what went wrong on it."""

import re
from collections.abc import Callable, Collection
from typing import Any

from playwright.sync_api import (
    APIResponse,
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
)
from playwright.sync_api import Error as PlaywrightError

from harness.platform import Person, Platform

CONFLICT = 409
PATIENCE_MS = 45_000  # of a busy machine; what never comes fails a little later
USUAL: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
MARK = "window.__loadedOnce = true"
IS_MARKED = "window.__loadedOnce === true"
# Told by the browser before any page runs: policies that were broken reach the console only in part.
WATCH_POLICY = """
addEventListener('securitypolicyviolation', (event) =>
  console.error(`policy broken: ${event.violatedDirective} by ${event.blockedURI}`));
"""

# Run before any page does, so that a test may wait for the last answer.
COUNT_REQUESTS = """
window.__asked = { open: 0, last: 0 };
const ask = window.fetch;
window.fetch = async (...request) => {
  window.__asked.open += 1;
  try {
    return await ask(...request);
  } finally {
    window.__asked.open -= 1;
    window.__asked.last = performance.now();
  }
};
"""
SETTLE = """
() => new Promise((settled) => {
  window.__asked.last = performance.now();
  const look = () => {
    const { open, last } = window.__asked;
    const busy = open > 0 || performance.now() - last < 150;
    if (busy || document.querySelector('[aria-busy=true]')) setTimeout(look, 30);
    else settled();
  };
  look();
})
"""
# A load costs half a second of computing and starts every script cold; links lead on in one load. The
# way goes by an address without a page, so that nothing of the page before is taken for the next one.
FOLLOW = """
async (path) => {
  for (const to of ['/nowhere', path]) {
    const link = document.createElement('a');
    link.href = to;
    document.body.append(link);
    link.click();
    link.remove();
    await new Promise((drawn) => setTimeout(drawn));
  }
}
"""
IN_THE_WAY = "document.querySelector('dialog[open], [role=dialog]') !== null"

RECORD = """
(id) => {
  const told = (window.__recorded = []);
  const look = () => {
    const text = document.querySelector(`[data-testid="${id}"]`)?.textContent;
    if (text && told.at(-1) !== text) told.push(text);
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
  look();
}
"""


class Profiles:
    """Profiles of one browser, each with one page, for one visitor at a time.

    A new profile costs a second of computing, and loads and compiles every script again; a new page
    starts a process. So both serve the next visitor, emptied of all but the cached files of the pages.
    """

    def __init__(self, browser: Browser, platform: Platform) -> None:
        self.platform = platform
        self._browser = browser
        self._free: dict[str, list[BrowserContext]] = {}
        self._taken: list[tuple[dict[str, Any], BrowserContext]] = []

    def take(self, *, stays: bool = False, **options: Any) -> BrowserContext:
        """Return a profile with these options of Playwright that nobody uses, and its one page.

        Who stays is not sent away with the visitors of a test.
        """
        free = self._free.get(_key(options))
        context = free.pop() if free else self._new(options)
        if not stays:
            self._taken.append((options, context))
        return context

    def take_back(self, spoiled: Collection[BrowserContext] = ()) -> None:
        """Empty the profiles of all visitors, who have left; end those that cannot be emptied."""
        while self._taken:
            options, context = self._taken.pop()
            if context in spoiled or not context.pages:  # somebody closed the page
                context.close()
                continue
            _leave(context, USUAL | options)
            self._free.setdefault(_key(options), []).append(context)

    def _new(self, options: dict[str, Any]) -> BrowserContext:
        context = self._browser.new_context(base_url=self.platform.url, **USUAL | options)
        context.set_default_timeout(PATIENCE_MS)  # of clicks and loads, as of what is expected
        context.add_init_script(WATCH_POLICY + f"(() => {{{COUNT_REQUESTS}}})();")
        context.new_page()
        return context


def _key(options: dict[str, Any]) -> str:
    return repr(sorted(options.items()))


def _leave(context: BrowserContext, options: dict[str, Any]) -> None:
    """Leave one page, blank and as it was when the profile was new."""
    page, *others = context.pages
    for other in others:
        other.close()
    context.set_offline(False)
    page.unroute_all(behavior="ignoreErrors")
    page.goto("about:blank")
    _look_as_at_first(page, options)
    context.clear_cookies()


def _look_as_at_first(page: Page, options: dict[str, Any]) -> None:
    page.set_viewport_size(options["viewport"])
    page.emulate_media(
        color_scheme=options.get("color_scheme", "light"),
        reduced_motion=options.get("reduced_motion", "no-preference"),
    )


class Residents:
    """People who stay from test to test, each with a page that is loaded once.

    For what only looks: they keep their settings, and see what the whole team may see.
    """

    def __init__(self, profiles: Profiles, platform: Platform) -> None:
        self._profiles = profiles
        self._platform = platform
        self._at_home: dict[str, Visitor] = {}

    def call(self, role: str, **profile: Any) -> "Visitor":
        """Return the resident of a role and a profile, who moves in when needed."""
        key = f"{role} {_key(profile)}"
        if key not in self._at_home:
            resident = Visitor(self._profiles, stays=True, **profile)
            self._at_home[key] = resident.let_in(self._platform.add_person(role))
            resident.open("/nowhere")
        resident = self._at_home[key]
        resident.complaints.clear()  # of what happened between two tests
        return resident

    def let_rest(self, called: Collection["Visitor"]) -> None:
        """Let residents rest until the next test; one whose page cannot go on moves out."""
        for resident in called:
            try:
                resident.rest()
            except (AssertionError, PlaywrightError):
                self._at_home = {k: v for k, v in self._at_home.items() if v is not resident}
                resident.context.close()


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
        self._expected: list[str] = []
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
        _look_as_at_first(self.page, self._options)
        self.page.evaluate(FOLLOW, "/nowhere")
        assert not self.page.evaluate(IN_THE_WAY), "Something is still open"
        self._expected.clear()

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
