"""Screenshots of every page of a real platform with demo data, light and dark, wide and small.

``python -m bench.screens`` (``make screens``) fills docs/screens; names of pictures after it, such
as ``run session-data``, take these alone and leave the others as they are.
"""

import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from app.supervisor.child import ROOT
from bench.screens.benchmarks import served_model
from bench.screens.fill import fill, start_moving
from bench.screens.pages import SCHEMES, SIZES, Shot, shots
from bench.screens.picture import grown, save
from harness.chromium import ChromiumMissingError, chromium
from harness.platform import Platform, running_platform

FOLDER = Path(ROOT) / "docs" / "screens"
BUDGET_BYTES = 5_600_000
IDLE_MS = 2_500
PATIENCE_MS = 60_000  # of a busy machine


def main(names: Sequence[str]) -> None:
    """Take them and say how large all pictures are."""
    chosen = _chosen(names)
    expect.set_options(timeout=PATIENCE_MS)
    os.environ["ROUNDHOUSE_BENCHMARK_PRIVATE_ADDRESSES"] = "1"  # the model is on this machine
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        with (
            served_model() as address,
            running_platform(benchmark_workers=1) as platform,
            chromium() as browser,
        ):
            _take_all(platform, browser, chosen, fill(platform, address), whole=not names)
    except ChromiumMissingError as error:
        sys.exit(str(error))
    _weigh()


def _chosen(names: Sequence[str]) -> Sequence[Shot]:
    known = {shot.name: shot for shot in shots()}
    if unknown := sorted(set(names) - set(known)):
        sys.exit(f"No such picture: {', '.join(unknown)}. There are {', '.join(known)}.")
    return [known[name] for name in names] or list(known.values())


def _weigh() -> None:
    taken = list(FOLDER.glob("*.png"))
    size = sum(one.stat().st_size for one in taken)
    print(f"{len(taken)} screenshots, {size / 1e6:.2f} MB, in {FOLDER.relative_to(ROOT)}")
    if size > BUDGET_BYTES:
        sys.exit(f"They may have {BUDGET_BYTES / 1e6:g} MB together.")


def _take_all(
    platform: Platform,
    browser: Browser,
    chosen: Sequence[Shot],
    shown: dict[str, Any],
    *,
    whole: bool,
) -> None:
    for old in FOLDER.glob("*.png") if whole else ():
        old.unlink()
    shown["moving"] = start_moving(platform)
    state: Any = None
    for size, (width, height) in SIZES.items():
        for scheme in SCHEMES:
            context = browser.new_context(
                base_url=platform.url,
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                reduced_motion="reduce",
                storage_state=state,
            )
            if state is None:
                _sign_in(context, platform.first_link)
                state = context.storage_state()
            taken = [shot for shot in chosen if shot.is_taken(size, scheme)]
            _take(context.new_page(), taken, shown, f"{size}-{scheme}")
            context.close()


def _sign_in(context: BrowserContext, link: str) -> None:
    page = context.new_page()
    page.goto(link)
    expect(page.get_by_label("Account and settings")).to_be_visible()
    page.close()


def _take(page: Page, taken: Sequence[Shot], shown: Mapping[str, Any], suffix: str) -> None:
    for shot in taken:
        page.goto(shot.path.format_map(shown))
        _settle(page)
        if shot.before:
            shot.before(page)
            _settle(page)
        path = FOLDER / f"{shot.name}-{suffix}.png"
        if shot.is_dialog:
            save(page, path)
        else:
            with grown(page):
                save(page, path)


def _settle(page: Page) -> None:
    with suppress(PlaywrightTimeout):  # a live page is never idle
        page.wait_for_load_state("networkidle", timeout=IDLE_MS)
    expect(page.locator("[aria-busy=true]")).to_have_count(0)


if __name__ == "__main__":
    main(sys.argv[1:])
