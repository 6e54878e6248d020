"""Which pages are taken, in which sizes and colours, and what is pressed on them first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from playwright.sync_api import Page, expect

SCHEMES = ("light", "dark")
SIZES = {"1280": (1280, 800), "360": (360, 740)}
# the pages that are taken in every size and both colours; the others on a desk in light
EVERYWHERE = {
    "home", "runs", "run", "run-charts", "new-run", "study", "compare",
    "sessions", "session-data", "session-evaluation",
    "benchmark", "benchmark-bias",
}  # fmt: skip
TABS = ("charts", "logs", "rounds", "artifacts", "events", "reproduce")
BENCHMARK_TABS = ("bias", "order", "items", "setup")
DESIGN_TABS = ("stability", "pairs", "intersections")
STEPS = ("files", "time", "split", "data", "training", "evaluation", "samples", "models", "predict")


@dataclass(frozen=True, kw_only=True)
class Shot:
    """A page to take: its file's name, its address, and what happens on it before."""

    name: str
    path: str
    before: Callable[[Page], None] | None = None
    is_dialog: bool = False

    def is_taken(self, size: str, scheme: str) -> bool:
        """Return whether there is a picture in this size and these colours."""
        return self.name in EVERYWHERE or (size, scheme) == ("1280", "light")


PLAIN = {
    "home": "/",
    "inbox": "/inbox",
    "runs": "/runs",
    "run-groups": "/runs?group=training_mode",
    "run-columns": "/runs?columns=status,best.global_recall,metrics.global_loss,"
    "params.learning_rate,duration",
    "compare": "/compare?ids={finished},{central}",
    "analytics": "/analytics",
    "new-run": "/new",
    "run-live": "/runs/{moving}",
    "run": "/runs/{finished}",
    **{f"run-{tab}": f"/runs/{{finished}}?tab={tab}" for tab in TABS},
    "run-logged": "/runs/{logged}",
    "run-forecast": "/runs/{network}",
    "studies": "/studies",
    "study": "/studies/{study}",
    "federations": "/federations",
    "federation": "/federations/{federation}",
    "jobs": "/jobs",
    "alerts": "/alerts",
    "flags": "/flags",
    "schedules": "/schedules",
    "schedule-new": "/schedules/new",
    "schedule-events": "/schedules/events",
    "schedule": "/schedules/{schedule}",
    "sessions": "/sessions",
    "benchmarks": "/benchmarks",
    "benchmark-live": "/benchmarks/{asking}",
    "benchmark": "/benchmarks/{bias}",
    **{f"benchmark-{tab}": f"/benchmarks/{{bias}}?tab={tab}" for tab in BENCHMARK_TABS},
    **{f"benchmark-{tab}": f"/benchmarks/{{twins}}?tab={tab}" for tab in DESIGN_TABS},
    "benchmark-refusals": "/benchmarks/{other}?tab=refusals&attribute=origin_region",
    "benchmark-missing": "/benchmarks/{other}?tab=missing",
    "benchmark-compare": "/benchmarks/compare?runs={bias},{other}",
    "benchmark-report": "{report}",
    "personas": "/personas",
    "data": "/datasets",
    "models": "/models",
    "account": "/account",
    "tokens": "/tokens",
    "users": "/users",
    "audit": "/audit",
    "health": "/health",
    "not-found": "/nowhere",
}


def shots() -> Iterator[Shot]:
    """Yield what is taken; addresses name what was filled in."""
    yield Shot(name="sign-in", path="/signin")
    for name, path in PLAIN.items():
        yield Shot(name=name, path=path)
    yield Shot(name="benchmark-new", path="/benchmarks/new", before=_probe)
    for step in STEPS:
        path = f"/sessions/{{session}}?step={step}"
        yield Shot(name=f"session-{step}", path=path, before=BEFORE.get(step))
    for name, key in (("palette", "Control+k"), ("keys", "?")):
        yield Shot(name=name, path="/runs", before=_pressing(key), is_dialog=True)


def _pressing(key: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        page.keyboard.press(key)
        expect(page.locator("dialog[open]")).to_be_visible()

    return press


def _cut_samples(page: Page) -> None:
    """Build the datasets unless they are there, and wait for their violins."""
    violins = page.get_by_role("heading", name="Distributions")
    cut = page.get_by_role("button", name="Cut samples")
    expect(violins.or_(cut)).to_be_visible()
    if cut.is_visible():
        cut.click()
    expect(violins).to_be_visible()


def _forecast(page: Page) -> None:
    """Forecast with the best model from the session's own files."""
    page.get_by_role("button", name="Forecast", exact=True).click()
    expect(page.get_by_text("As a table")).to_be_visible()


def _probe(page: Page) -> None:
    """Choose personas and a model, and let its server be probed."""
    for label in ("Personas", "Model"):
        field = page.get_by_label(label, exact=True)
        option = field.locator("option").filter(has_text=_OFFERED[label])
        field.select_option(value=option.first.get_attribute("value"))
    part = page.get_by_test_id("model-probe")
    part.get_by_role("button").click()
    expect(part.get_by_text("A run may begin")).to_be_visible()


_OFFERED = {"Personas": "Forty adults", "Model": "served-7b"}
BEFORE = {"data": _cut_samples, "predict": _forecast}
