"""The domain itself: whether its parts are there, and what a client has to know of it."""

from typing import Any

from app.health import check_serving, overall
from app.health_parts import explain_checks
from app.http.blueprint import ApiBlueprint
from app.http.endpoint import returns
from app.http.resources import resources
from app.http.schemas import MAX_LIMIT
from app.jobs.queues import BENCHMARKS, IO
from blueprints.benchmarks.schemas_asking import BenchmarkResumeBody
from blueprints.benchmarks.schemas_generations import AttrGenBody
from blueprints.benchmarks.schemas_personas import BuildBody
from blueprints.benchmarks.schemas_setup import BenchmarkConfigView, BenchmarkHealthView
from blueprints.benchmarks.schemas_start import StartBody
from blueprints.benchmarks.settings import described
from services.benchmarks.config import describe_benchmarks

setup = ApiBlueprint("benchmark_setup", __name__, url_prefix="/api/benchmarks")
BODIES = {
    "start": StartBody(),
    "resume": BenchmarkResumeBody(),
    "attrgen": AttrGenBody(),
    "build": BuildBody(),
}


@setup.get("/health")
@returns(BenchmarkHealthView())
def show_benchmark_health() -> dict[str, Any]:
    """Say whether benchmarks can be started, done and read now.

    No model's server is called: whether one answers is what its probe says.
    """
    checks = check_serving(resources(), (BENCHMARKS, IO))
    status = overall(checks)
    parts = explain_checks(resources(), checks)
    return {"ok": status != "failing", "status": status, "checks": parts}


@setup.get("/config")
@returns(BenchmarkConfigView())
def show_benchmark_config() -> dict[str, Any]:
    """Return languages, templates, limits, defaults and choices; nothing of it is a secret."""
    return {
        **describe_benchmarks(),
        **{name: described(body) for name, body in BODIES.items()},
        "page_limit": MAX_LIMIT,
        "private_addresses": resources().settings.benchmark_private_addresses,
    }
