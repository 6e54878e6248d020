"""Every step of a forecasting session by keys alone: all controls are reached, and focus is seen."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
TRAINING_MS = 60_000
# The page itself notes what gets the focus and whether that can be seen: on the element, or on the
# field around it. An input for files has a button that opens it.
WATCH = """
() => {
  const CONTROLS = 'a[href], button, input, select, textarea, summary, [tabindex]';
  const CLOSED = 'details:not([open]) > summary';
  const reached = new Set(), unseen = new Set();
  const usable = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled;
  const outlined = (one) => getComputedStyle(one).outlineStyle !== 'none';
  const isSeen = (one) => [one, one.parentElement, one.parentElement?.parentElement].some((at) => at && outlined(at));
  const named = (one) => `${one.localName} ${one.ariaLabel ?? one.labels?.[0]?.innerText ?? one.innerText}`;
  const inGroup = (one) => one.type === 'radio' && [...reached].some((other) => other.name === one.name);
  const stops = () => [...document.querySelectorAll(CONTROLS)].filter((one) => usable(one) && one.tabIndex >= 0);
  addEventListener('focusin', ({ target }) => {
    reached.add(target);
    if (target.tabIndex >= 0 && !isSeen(target)) unseen.add(named(target));
  });
  window.walk = {
    ahead: () => {
      const all = stops(), main = document.querySelector('main'), at = document.activeElement;
      const isAhead = (one) => at.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
      const rest = all.filter((one) => main.contains(one) && isAhead(one));
      return { stops: rest.length || all.length, closed: rest.some((one) => one.matches(CLOSED)) };
    },
    isClosed: () => document.activeElement.matches(CLOSED),
    distance: (target) => {
      const all = stops();
      if (!all.includes(document.activeElement)) return 1; // where the focus was, its element went away
      return (all.indexOf(target) - all.indexOf(document.activeElement) + all.length) % all.length;
    },
    faults: () => {
      const missed = stops().filter((one) => !reached.has(one) && !inGroup(one)).map((one) => `missed ${named(one)}`);
      const untold = [...document.querySelectorAll('main button, main a[href], main select, main summary')]
        .filter((one) => usable(one) && one.tabIndex < 0 && !one.closest('[role]:not([role=dialog])'));
      return [...missed, ...untold.map((one) => `out of order ${named(one)}`), ...[...unseen].map((one) => `unseen ${one}`)];
    },
  };
}
"""


def _press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Go to the target by Tab and press a key on it."""
    expect(target).to_be_enabled()
    for _ in range(8):  # a group of radio buttons is one stop, and a page may change meanwhile
        left = page.evaluate("(one) => walk.distance(one)", target.element_handle())
        if left == 0:
            break
        for _ in range(left):
            page.keyboard.press("Tab")
    expect(target).to_be_focused()
    page.keyboard.press(key)


def _faults(page: Page) -> list[str]:
    """Go around the page, open what is folded, and say what is not reached or not seen."""
    for _ in range(12):  # to the end of the page, however often it grows meanwhile, then around it
        ahead = page.evaluate("walk.ahead()")
        for _ in range(ahead["stops"]):
            page.keyboard.press("Tab")
            if ahead["closed"] and page.evaluate("walk.isClosed()"):
                page.keyboard.press("Enter")
        faults: list[str] = page.evaluate("walk.faults()")
        if not faults:
            break
    step = page.get_by_role("heading", level=2).first.text_content()
    return [f"{step}: {fault}" for fault in faults]


def _step(page: Page, name: str) -> None:
    steps = page.get_by_role("navigation", name="Steps of the session")
    _press(page, steps.get_by_role("link", name=re.compile(f"^(\\d )?{name}")))
    expect(page.get_by_role("heading", level=2, name=name)).to_be_visible()


def test_all_controls_of_all_steps_are_reached_and_used_by_keys(visit: Visit) -> None:
    page = visit().open("/sessions")
    page.keyboard.press("n")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.evaluate(WATCH)
    _press(page, page.get_by_role("button", name="Open a sample session"))
    expect(page.get_by_test_id("step-training")).to_be_visible()
    faults: list[str] = []

    _step(page, "Files")
    expect(page.get_by_test_id("file-input")).to_have_count(4)
    faults += _faults(page)
    _step(page, "Time and calendar")
    day = page.get_by_label("Day", exact=True)
    _press(page, day, "Space")
    expect(day).not_to_be_checked()
    page.keyboard.press("Space")
    faults += _faults(page)
    _step(page, "Split")
    share = page.get_by_label("Training [%]")
    _press(page, share, "Control+a")
    page.keyboard.type("60")
    expect(page.get_by_label("Test [%]")).to_have_value("20")
    faults += _faults(page)

    _step(page, "Data")
    _press(page, page.get_by_role("button", name="Cut samples"))
    expect(page.get_by_test_id("violin").first).to_be_visible(timeout=TRAINING_MS)
    _press(page, page.get_by_label("As a table"), "Space")
    expect(page.get_by_test_id("violin")).to_have_count(0)
    faults += _faults(page)

    _step(page, "Training")
    _press(page, page.get_by_role("button", name="Add Linear"))
    _press(page, page.get_by_role("button", name="Train 1 model"))
    board = page.get_by_test_id("leaderboard")
    expect(board).to_contain_text("succeeded", timeout=TRAINING_MS)
    faults += _faults(page)

    for name, shown in (
        ("Evaluation", page.get_by_test_id("worst-windows")),
        ("Test samples", page.get_by_role("img").first),
        ("Models", page.get_by_test_id("kept-model").first),
        ("Predict", page.get_by_role("button", name=re.compile("[Ff]orecast")).first),
    ):
        _step(page, name)
        expect(shown).to_be_visible()
        faults += _faults(page)
    assert faults == []
