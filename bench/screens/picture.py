"""One picture of one page: as tall as the page, in as few colours as it needs."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

COLOURS = 48  # of each kind: the most frequent, kept as they are, and the most different
TALLEST = 1900


@contextmanager
def grown(page: Page) -> Iterator[None]:
    """Make the window as tall as its page: what is fixed to its edge stays at the edge."""
    usual = page.viewport_size
    if usual is None:
        raise ValueError("A page without a size cannot grow.")
    tall = int(page.evaluate("document.documentElement.scrollHeight"))
    height = max(usual["height"], min(tall, TALLEST))
    page.set_viewport_size({"width": usual["width"], "height": height})
    yield
    page.set_viewport_size(usual)


def save(page: Page, path: Path) -> None:
    """Store it with few colours: a page of text and lines needs no more."""
    raw = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    few = raw.quantize(palette=_palette(raw), dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def _palette(raw: Image.Image) -> Image.Image:
    counted = sorted(raw.getcolors(raw.width * raw.height) or [], reverse=True)
    frequent = [part for _, colour in counted[:COLOURS] for part in colour]
    different = raw.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette(frequent + different[: 3 * COLOURS])
    return palette
