"""Profiles of one browser, which serve one visitor after the other."""

from collections.abc import Collection
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from harness.platform import Platform
from tests.browser.scripts import COUNT_REQUESTS, WATCH_POLICY

PATIENCE_MS = 45_000  # of a busy machine; what never comes fails a little later
# what moves is drawn sixty times a second, and nothing that still moves can be pressed
USUAL: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, "reduced_motion": "reduce"}


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
        free = self._free.get(key_of(options))
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
            self._free.setdefault(key_of(options), []).append(context)

    def _new(self, options: dict[str, Any]) -> BrowserContext:
        context = self._browser.new_context(base_url=self.platform.url, **USUAL | options)
        context.set_default_timeout(PATIENCE_MS)  # of clicks and loads, as of what is expected
        context.add_init_script(WATCH_POLICY + COUNT_REQUESTS)
        context.new_page()
        return context


def key_of(options: dict[str, Any]) -> str:
    """Return what tells profiles with other options apart."""
    return repr(sorted(options.items()))


def _leave(context: BrowserContext, options: dict[str, Any]) -> None:
    """Leave one page, blank and as it was when the profile was new."""
    page, *others = context.pages
    for other in others:
        other.close()
    context.set_offline(False)
    page.unroute_all(behavior="ignoreErrors")
    page.goto("about:blank")
    look_as_at_first(page, options)
    context.clear_cookies()


def look_as_at_first(page: Page, options: dict[str, Any]) -> None:
    """Give a page the size and the looks that it had when its profile was new."""
    page.set_viewport_size(options["viewport"])
    page.emulate_media(
        color_scheme=options.get("color_scheme", "light"),
        reduced_motion=options["reduced_motion"],
    )
