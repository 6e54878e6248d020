"""The report of a run as one object: what was asked, what it came to, what it cannot say."""

from collections.abc import Mapping
from typing import Any

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from app.models.benchmark import BenchmarkRun
from services.benchmarks.analysis.answer import Answering
from services.benchmarks.exports.validity import validity_card
from services.benchmarks.resolve import visible_benchmark
from services.benchmarks.runs.read import detail_of
from services.benchmarks.runs.types import BenchmarkDetail


def report(database: Database, actor: Actor, run_id: str, language: str = "en") -> dict[str, Any]:
    """Return meta, performance, order consistency, bias analysis and the validity card.

    Raises what ``visible_benchmark`` raises.
    """
    return report_of(database, seen(database, actor, run_id), language)


def report_of(database: Database, run: BenchmarkRun, language: str = "en") -> dict[str, Any]:
    """Return the same of a run, of which the caller knows who may see it."""
    shown, answering = detail(database, run), Answering(database, run)
    metrics = answering.answer("metrics", {})
    categories = [row["category"] for row in metrics["trait_categories"]["summary"]]
    return {
        "meta": _meta(shown),
        "performance": _performance(shown, metrics),
        "order_consistency": answering.answer("order", {}),
        "bias_analysis": {
            "overall": _bias(answering, {}),
            "by_trait_category": {
                name: _bias(answering, {"trait_category": name}) for name in categories
            },
        },
        "refusals": answering.answer("refusals", {}),
        "stability": answering.answer("stability", {}),
        "validity": card_of(shown, answering, language),
    }


def quick_analysis(database: Database, actor: Actor, run_id: str) -> dict[str, Any]:
    """Return counts, the histogram and how consistent orders are, never frozen.

    Raises what ``visible_benchmark`` raises.
    """
    return quick_summary(database, seen(database, actor, run_id))


def quick_summary(database: Database, run: BenchmarkRun) -> dict[str, Any]:
    """Return the same of a run, of which the caller knows who may see it."""
    answering = Answering(database, run)
    order = answering.answer("order", {})
    performance = _performance(detail(database, run), answering.answer("metrics", {}))
    matching = order["rma"] or {}
    return {
        "run_id": run.id,
        "total_results": performance["results_count"] + performance["total_errors"],
        "total_rated": performance["results_count"],
        "error_count": performance["total_errors"],
        "error_rate": performance["error_rate"],
        "rating_distribution": performance["rating_distribution"],
        "order_consistency_sample": {
            "n_pairs": order["n_pairs"],
            "rma": matching.get("exact_rate"),
            "mae": matching.get("mae"),
            "is_sample": False,
        },
        "computed_at": now(),
    }


def read_card(database: Database, actor: Actor, run_id: str, language: str) -> dict[str, Any]:
    """Return the validity card of a run. Raises what ``visible_benchmark`` raises."""
    run = seen(database, actor, run_id)
    return card_of(detail(database, run), Answering(database, run), language)


def seen(database: Database, actor: Actor, run_id: str) -> BenchmarkRun:
    """Return the run if the actor may see it. Raises what ``visible_benchmark`` raises."""
    with database.read() as session:
        return visible_benchmark(session, actor, run_id)


def detail(database: Database, run: BenchmarkRun) -> BenchmarkDetail:
    """Return what is shown of a run."""
    with database.read() as session:
        return detail_of(session, run)


def card_of(shown: BenchmarkDetail, answering: Answering, language: str) -> dict[str, Any]:
    """Return the validity card with the sizes of the groups that are compared."""
    return validity_card(shown, answering.answer("deltas", {})["data"], language)


def _meta(shown: BenchmarkDetail) -> dict[str, Any]:
    summary = shown.summary
    return {
        "run_id": summary.id,
        "name": summary.name,
        "model": summary.model_name,
        "dataset": dict(shown.dataset),
        "date": summary.created_at,
        "results_count": summary.counts.done,
        "system_prompt": summary.system_prompt,
        "manifest": dict(shown.manifest),
        "manifest_hash": shown.manifest_hash,
        "probe": shown.probe,
    }


def _performance(shown: BenchmarkDetail, metrics: Mapping[str, Any]) -> dict[str, Any]:
    counts = shown.summary.counts
    settled = counts.done + counts.failed
    bins, values = metrics["hist"]["bins"], metrics["hist"]["counts"]
    return {
        "results_count": counts.done,
        "total_errors": counts.failed,
        "error_rate": counts.failed / settled if settled else None,
        "failures": dict(shown.failures),
        "rating_distribution": dict(zip(bins, values, strict=True)),
    }


def _bias(answering: Answering, question: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "intensity_scores": answering.answer("intensity", question),
        "detailed_findings": answering.answer("deltas", question)["data"],
    }
