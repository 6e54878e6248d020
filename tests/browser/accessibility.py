"""What the accessibility rules find on a page, and what does not fit its screen."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from app.supervisor.child import ROOT

AXE = Path(ROOT) / "static/node_modules/axe-core/axe.min.js"
TOO_WIDE = """
() => [...document.querySelectorAll('main *, header *, nav *')]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1
    && !one.closest('.tablewrap, .strip, .tabs, .states, [class*=tabs], .sr, pre'))
  .map((one) => `${one.tagName}.${one.className}`)
"""


def faults_of(page: Page) -> list[str]:
    """Return what the accessibility rules find, and what reaches beyond the screen."""
    page.emulate_media(reduced_motion="reduce")  # a colour on its way has no contrast yet
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate("axe.run(document)")
    faults = [
        f"{page.url} {violation['id']}: {node['target']} {node['failureSummary']}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        faults.append(f"{page.url} scrolls sideways: {page.evaluate(TOO_WIDE)}")
    return faults
