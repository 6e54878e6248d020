"""What the accessibility rules find on a page, and what does not fit its screen."""

from pathlib import Path

from playwright.sync_api import Page

from app.supervisor.child import ROOT

AXE = Path(ROOT) / "static/node_modules/axe-core/axe.min.js"
TOO_WIDE = """
() => [...document.querySelectorAll('main *, header *, nav *')]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1
    && !one.closest('.tablewrap, .strip, .tabs, .states, [class*=tabs], .sr, pre'))
  .map((one) => `${one.tagName}.${one.className}`)
"""
# Only what is wrong comes back: axe would describe every element that is right too, and all of that
# would travel to us, which costs twice as much as looking.
FAULTS = """
async (rules) => {
  // what follows from a new size, as a place for the keyboard, is noted with the next frame
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const chosen = rules.length ? { runOnly: rules } : {};
  // no rule that is looked at needs the style sheets parsed once more
  const found = await axe.run(document, { resultTypes: ['violations'], preload: { assets: ['media'] }, ...chosen });
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target} ${node.failureSummary}`));
}
"""
COLOURS = ("color-contrast", "link-in-text-block")  # the rules that look at a colour
ALL: tuple[str, ...] = ()


def faults_of(page: Page, rules: tuple[str, ...] = ALL) -> list[str]:
    """Return what the accessibility rules find, and what reaches beyond the screen.

    A second look at the same page in other colours needs only ``COLOURS``.
    """
    page.emulate_media(reduced_motion="reduce")  # a colour on its way has no contrast yet
    # what answers an earlier question is pale until the answer to this one is there
    page.wait_for_function("() => !document.querySelector('.stale')")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    faults = [f"{page.url} {fault}" for fault in page.evaluate(FAULTS, rules)]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        faults.append(f"{page.url} scrolls sideways: {page.evaluate(TOO_WIDE)}")
    return faults
