"""Screenshots of every page of a real platform with demo data, light and dark, wide and small.

Run as ``python -m bench.screens`` (``make screens``); it fills docs/screens.
"""

import io
import math
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from app.supervisor.child import ROOT
from harness.archives import csv_bytes, image_rows, image_zip
from harness.chromium import ChromiumMissingError, chromium
from harness.eventually import eventually
from harness.platform import Platform, running_platform

FOLDER = Path(ROOT) / "docs" / "screens"
BUDGET_BYTES = 4_000_000
COLOURS = 48  # of each kind: the most frequent, kept as they are, and the most different
TALLEST = 1900
IDLE_MS = 2_500
STUDY_SECONDS = 240.0
SIZES = {"1280": (1280, 800), "360": (360, 740)}
SCHEMES = ("light", "dark")
GROUPS = "/runs?group=training_mode"
COLUMNS = (
    "/runs?columns=status,best.global_recall,metrics.global_loss,params.learning_rate,duration"
)
LONG = {"local_epochs": 30, "batch_size": 8, "num_clients": 4}
# No client can be ready in time, so that a failed run is to be seen.
HOPELESS = {"num_clients": 3, "quorum": 3, "round_deadline_seconds": 0.001}


def main() -> None:
    """Take them all and say how large they are."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        with running_platform() as platform, chromium() as browser:
            runs = _fill(platform)
            for old in FOLDER.glob("*.png"):
                old.unlink()
            _take_all(platform, browser, runs)
    except ChromiumMissingError as error:
        sys.exit(str(error))
    taken = list(FOLDER.glob("*.png"))
    size = sum(one.stat().st_size for one in taken)
    print(f"{len(taken)} screenshots, {size / 1e6:.2f} MB, in {FOLDER.relative_to(ROOT)}")
    if size > BUDGET_BYTES:
        sys.exit(f"They may have {BUDGET_BYTES / 1e6:g} MB together.")


def _fill(platform: Platform) -> dict[str, int]:
    """Bring data and people, and train the demo; return the runs to show."""
    for role in ("member", "viewer"):
        platform.add_person(role)
    _upload(platform, "table", "ward.csv", _table(), "Blood values of one ward")
    _upload(platform, "images", "scans.zip", image_zip(image_rows(24)), "Small scans")
    schema = platform.call("GET", "/api/experiments/schema")
    for preset in schema["presets"]:
        run_id = _start(platform, preset)
        if preset["name"] == "demo_federated":
            finished = run_id
        if preset["name"] == "demo_central":
            central = run_id
        platform.wait_for_run(run_id)
    study = _study(platform)
    failing = platform.start_run("A deadline that nobody can meet", config=HOPELESS)
    platform.wait_for_run(failing, "failed")
    moving = platform.start_run(
        "Four sites, many rounds", num_server_rounds=120, visibility="team", config=LONG
    )
    shown = {"finished": finished, "central": central, "moving": moving}
    shown |= {"logged": _log(platform), "federation": _federation(platform)}
    return shown | {"study": study}


def _study(platform: Platform) -> int:
    """Compare the ways to train two sites, over three seeds."""
    config = {"num_clients": 2, "num_rounds": 3, "local_epochs": 2, "epochs": 4}
    request = {"name": "Is it worth it?", "dataset": "breast_cancer", "seeds": 3, "config": config}
    study = int(platform.call("POST", "/api/studies", json=request)["id"])

    def is_over() -> bool:
        trainings = platform.call("GET", f"/api/studies/{study}")["trainings"]
        return all(one["status"] in ("completed", "failed") for one in trainings)

    eventually(is_over, STUDY_SECONDS)
    return study


def _federation(platform: Platform) -> int:
    """Make a federation with two sites that are invited."""
    request = {"name": "Northern hospitals", "host": "127.0.0.1", "visibility": "team"}
    federation = int(platform.call("POST", "/api/federations", json=request)["id"])
    for name in ("City hospital", "Harbour clinic"):
        platform.call("POST", f"/api/federations/{federation}/sites", json={"name": name})
    return federation


def _log(platform: Platform) -> int:
    """Log a run of an external program: a noisy curve with one spike and a gap."""
    draw = random.Random(7)
    loss = [math.exp(-step / 600) + draw.gauss(0, 0.04) for step in range(3_000)]
    loss[1_700] = 2.5
    recall = [round(1 - math.exp(-step / 8), 4) for step in range(30)]
    series = [
        {"name": "train/loss", "steps": list(range(3_000)), "values": loss},
        {"name": "val/recall", "steps": list(range(0, 3_000, 100)), "values": [*recall]},
    ]
    request = {"name": "Chest X-rays, another crop", "params": {"lr": 0.01, "optimizer": "adamw"}}
    request |= {"tags": {"site": "north"}, "visibility": "team", "heartbeat_seconds": None}
    run_id = int(platform.call("POST", "/api/runs", json=request)["id"])
    batch = {"batch_id": "all", "series": series}
    platform.call("POST", f"/api/runs/{run_id}/series", json=batch)
    done = {"status": "completed", "notes": "The **spike** at step 1,700 is one corrupt image."}
    platform.call("PATCH", f"/api/runs/{run_id}", json=done)
    return run_id


def _start(platform: Platform, preset: dict[str, Any]) -> int:
    request = {"dataset": preset["dataset"], "config": preset["config"], "visibility": "team"}
    return platform.start_run(preset["title"], mode=preset["mode"], **request)


def _upload(platform: Platform, kind: str, file: str, content: bytes, name: str) -> None:
    fields = {"kind": kind, "name": name}
    platform.call("POST", "/api/datasets", data=fields, files={"file": (file, content)})


def _table() -> bytes:
    draw = random.Random(5)
    rows = [
        {"iron": f"{draw.gauss(90, 20):.1f}", "age": draw.randint(18, 90), "Target": word}
        for word in ("healthy", "healthy", "deficient") * 40
    ]
    return csv_bytes(rows)


def _pages(runs: dict[str, int]) -> Iterator[tuple[str, str, str]]:
    """Yield name, address and the key to press on each."""
    yield from (("home", "/", ""), ("runs", "/runs", ""), ("new-run", "/new", ""))
    yield from (("data", "/datasets", ""), ("account", "/account", ""), ("users", "/users", ""))
    yield from (("audit", "/audit", ""), ("health", "/health", ""), ("not-found", "/nowhere", ""))
    yield from (("inbox", "/inbox", ""), ("models", "/models", ""))
    yield from (("analytics", "/analytics", ""), ("federations", "/federations", ""))
    yield from (("run-groups", GROUPS, ""), ("run-columns", COLUMNS, ""))
    yield "compare", f"/compare?ids={runs['finished']},{runs['central']}", ""
    yield from (("studies", "/studies", ""), ("run-logged", f"/runs/{runs['logged']}", ""))
    yield "study", f"/studies/{runs['study']}", ""
    yield "federation", f"/federations/{runs['federation']}", ""
    yield "run-live", f"/runs/{runs['moving']}", ""
    yield "run", f"/runs/{runs['finished']}", ""
    for tab in ("charts", "logs", "rounds", "artifacts", "events", "reproduce"):
        yield f"run-{tab}", f"/runs/{runs['finished']}?tab={tab}", ""
    yield from (("palette", "/runs", "Control+k"), ("keys", "/runs", "?"))


def _take_all(platform: Platform, browser: Browser, runs: dict[str, int]) -> None:
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
            _take(context, runs, f"{size}-{scheme}")
            context.close()


def _sign_in(context: BrowserContext, link: str) -> None:
    page = context.new_page()
    page.goto(link)
    expect(page.get_by_label("Account and settings")).to_be_visible()
    page.close()


def _take(context: BrowserContext, runs: dict[str, int], suffix: str) -> None:
    page = context.new_page()
    page.goto("/signin")
    _save(page, f"sign-in-{suffix}")
    for name, path, key in _pages(runs):
        page.goto(path)
        with suppress(PlaywrightTimeout):  # a live page is never idle
            page.wait_for_load_state("networkidle", timeout=IDLE_MS)
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        if key:
            page.keyboard.press(key)
            expect(page.locator("dialog[open]")).to_be_visible()
            _save(page, f"{name}-{suffix}")
            continue
        with _grown(page):
            _save(page, f"{name}-{suffix}")


@contextmanager
def _grown(page: Page) -> Iterator[None]:
    """Make the window as tall as its page: what is fixed to its edge stays at the edge."""
    usual = page.viewport_size
    if usual is None:
        raise ValueError("A page without a size cannot grow.")
    tall = int(page.evaluate("document.documentElement.scrollHeight"))
    height = max(usual["height"], min(tall, TALLEST))
    page.set_viewport_size({"width": usual["width"], "height": height})
    yield
    page.set_viewport_size(usual)


def _save(page: Page, name: str) -> None:
    """Store it with few colours: a page of text and lines needs no more."""
    raw = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    few = raw.quantize(palette=_palette(raw), dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}.png", optimize=True)


def _palette(raw: Image.Image) -> Image.Image:
    counted = sorted(raw.getcolors(raw.width * raw.height) or [], reverse=True)
    frequent = [part for _, colour in counted[:COLOURS] for part in colour]
    different = raw.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette(frequent + different[: 3 * COLOURS])
    return palette


if __name__ == "__main__":
    main()
