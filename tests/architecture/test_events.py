"""Every kind of event has a screen that consumes it."""

import re

import pytest

import services.runs.events
import services.runs.follow  # noqa: F401 - declares run_changed
from app.events import catalogue
from tests.architecture.sources import ROOT, named, tracked

# Kinds that a screen takes without looking at their name, because its topic carries no other.
TAKEN_BY_TOPIC = {"run_changed": ("static/src/pages/Home.svelte", 'live.follow("team", refresh)')}
FIRST_KINDS = [
    "training_mode",
    "training_start",
    "epoch_start",
    "epoch_end",
    "batch_metrics",
    "gradient_stats",
    "lr_update",
    "early_stopping",
    "round_start",
    "round_metrics",
    "round_end",
    "client_training_start",
    "client_progress",
    "client_complete",
    "status",
    "error",
    "training_end",
]


def kinds() -> list[str]:
    return [name for name, kind in catalogue().items() if kind.__module__.startswith("services.")]


def consumers(name: str) -> list[str]:
    pattern = re.compile(rf"""["'`]{name}["'`]|\b{name}\s*[:(]""")
    sources = [
        p
        for p in tracked()
        if named(p).startswith("static/src/") and p.suffix in {".ts", ".svelte"}
    ]
    return [named(path) for path in sources if pattern.search(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("name", kinds())
def test_every_kind_of_event_is_consumed_by_a_screen(name):
    if name in TAKEN_BY_TOPIC:
        page, follows = TAKEN_BY_TOPIC[name]
        assert follows in (ROOT / page).read_text(encoding="utf-8")
    else:
        assert consumers(name)


def test_the_catalogue_has_every_kind_that_clients_know():
    assert set(FIRST_KINDS) <= set(kinds())
