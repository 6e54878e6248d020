"""Every kind of event has somebody who consumes it: a screen, or a test that shows when it comes."""

import re

import pytest

import services.runs.events
import services.runs.follow  # noqa: F401 - declares run_changed
from app.events import catalogue
from tests.architecture.sources import ROOT, named, tracked

# Kinds that no screen draws, with the test that shows when they come.
SHOWN_BY_TEST: dict[str, str] = {}
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
def test_every_kind_of_event_is_consumed_on_screen_or_shown_by_a_test(name):
    if name in SHOWN_BY_TEST:
        assert f'"{name}"' in (ROOT / SHOWN_BY_TEST[name]).read_text()
    else:
        assert consumers(name)


def test_the_catalogue_has_every_kind_that_clients_know():
    assert set(FIRST_KINDS) <= set(kinds())
