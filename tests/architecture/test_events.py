"""Every kind of event has a screen that consumes it, by the names that the wire has."""

import ast
import re
from dataclasses import fields
from functools import cache

import pytest

from app.events import catalogue
from services.domains import AUDIT_ACTIONS, DOMAINS
from tests.architecture.sources import ROOT, named, python_files, tree

# Kinds that a screen takes without looking at their name, because its topic carries no other.
TAKEN_BY_TOPIC = (
    dict.fromkeys(
        ("run_changed", "run_deleted", "runs_changed"),
        ("static/src/features/runs/list/Runs.svelte", "followRuns(news)"),
    )
    | dict.fromkeys(
        ("job_changed",),
        ("static/src/features/jobs/Jobs.svelte", "followRuns(look)"),
    )
    | dict.fromkeys(
        ("import_changed", "import_progress"),
        (
            "static/src/features/runs/list/ImportRuns.svelte",
            "live.followNews(`user:${session.user?.id}`, news)",
        ),
    )
    | dict.fromkeys(
        ("dataset_status_update",),
        (
            "static/src/features/forecasting/sessionpage.svelte.ts",
            "this.follow(`forecast_session:${this.session.id}`",
        ),
    )
    | dict.fromkeys(
        (
            "benchmark_answers",
            "benchmark_probed",
            "benchmark_progress",
            "benchmark_state_changed",
            "benchmark_warm_up",
        ),
        (
            "static/src/features/benchmarks/run/benchmarkpage.svelte.ts",
            "live.follow(this.topic, (events) => this.take(events))",
        ),
    )
    | dict.fromkeys(
        ("attribute_generation_state_changed", "attribute_generation_progress"),
        (
            "static/src/features/benchmarks/texts/GenerationRow.svelte",
            "live.follow(topic, (events) => {",
        ),
    )
    | dict.fromkeys(
        ("benchmark_queue_changed",),
        (
            "static/src/features/benchmarks/queue/Queue.svelte",
            "live.followNews(`user:${session.user?.id}`, soon)",
        ),
    )
    | dict.fromkeys(
        ("alert_changed",),
        ("static/src/features/alerts/Alerts.svelte", "followRuns(soon)"),
    )
    | dict.fromkeys(
        ("backtest_progress",),
        (
            "static/src/features/forecasting/evaluation/backtest/Backtests.svelte",
            "live.followNews(`forecast_session:${untrack(() => page.session?.id)}`, soon)",
        ),
    )
)
# The page of a run tells each kind in a sentence of its own.
SENTENCE = re.compile(r"^  (\w+): \(d\) =>(.*?)(?=^  \w+: \(d\) =>|^\};)", re.MULTILINE | re.DOTALL)
FIRST_KINDS = {
    "training_mode", "training_start", "epoch_start", "epoch_end", "batch_metrics", "gradient_stats",
    "lr_update", "early_stopping", "round_start", "round_metrics", "round_end",
    "client_training_start", "client_progress", "client_complete", "status", "error", "training_end",
}  # fmt: skip


def kinds() -> list[str]:
    declared = {module.__name__ for domain in DOMAINS for module in domain.events}
    return [name for name, kind in catalogue().items() if kind.__module__ in declared]


def sentences() -> dict[str, str]:
    return dict(
        SENTENCE.findall(
            (ROOT / "static/src/features/runs/detail/tell.ts").read_text(encoding="utf-8")
        )
    )


@cache
def named_by_pages() -> frozenset[str]:
    """Return the quoted words of pages other than those of runs: one may be an event's name."""
    features = ROOT / "static/src/features"
    files = [path for kind in ("*.ts", "*.svelte") for path in features.rglob(kind)]
    own = [path for path in files if "runs" not in path.relative_to(features).parts]
    return frozenset(
        word for path in own for word in re.findall(r'"(\w+)"', path.read_text(encoding="utf-8"))
    )


@pytest.mark.parametrize("name", kinds())
def test_every_kind_of_event_is_consumed_by_a_screen(name):
    if name in TAKEN_BY_TOPIC:
        page, follows = TAKEN_BY_TOPIC[name]
        assert follows in (ROOT / page).read_text(encoding="utf-8")
    else:
        assert name in sentences() or name in named_by_pages()


def test_the_screen_uses_only_fields_that_an_event_has():
    told = {name: set(re.findall(r"\bd\.(\w+)", text)) for name, text in sentences().items()}
    declared = {name: {field.name for field in fields(catalogue()[name])} for name in told}
    assert {name: told[name] - declared[name] for name in told if told[name] - declared[name]} == {}


def test_the_catalogue_has_every_kind_that_clients_know():
    assert set(kinds()) >= FIRST_KINDS


def test_every_event_of_the_services_is_in_a_manifest():
    of_services = {n for n, kind in catalogue().items() if kind.__module__.startswith("services.")}
    assert of_services == set(kinds())


def audited(path) -> set[str]:
    """Return the actions that ``record(unit, actor, "action", ...)`` names in a file."""
    calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    named_record = [call for call in calls if getattr(call.func, "id", "") == "record"]
    actions = [call.args[2] for call in named_record if len(call.args) > 2]
    return {one.value for one in actions if isinstance(one, ast.Constant)}


def test_every_audited_action_is_declared_by_a_domain():
    files = python_files("app", "services", "blueprints", "workers")
    unknown = {named(path): audited(path) - AUDIT_ACTIONS for path in files}
    assert {path: actions for path, actions in unknown.items() if actions} == {}
