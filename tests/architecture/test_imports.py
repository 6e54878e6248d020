"""Imports run one way, and the web process stays light."""

import ast
import json
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT, named, python_files, tree

HEAVY = ("torch", "flwr", "ray", "sklearn", "lightning", "monai", "torchmetrics", "pandas")
# what the web process loads the first time that somebody asks for it
HEAVY += ("matplotlib", "polars", "pyarrow", "scipy", "statsmodels", "lark", "google.protobuf")
HEAVY += ("alembic", "cryptography.hazmat", "mlflow")
HEAVY += ("psycopg", "sqlalchemy.dialects.postgresql")  # on SQLite
UNUSED = (
    "aiohttp",
    "requests",
    "rich",
    "pygments",
)  # others would load them, and nobody calls them
LATE = (  # of our own: with the first request to a domain, or by whoever computes
    "blueprints.alerts.late",
    "blueprints.benchmarks.late",
    "blueprints.channels.late",
    "blueprints.connections.late",
    "blueprints.experiments.late",
    "blueprints.federations.late",
    "blueprints.forecasting.late",
    "blueprints.imports.late",
    "blueprints.incidents.late",
    "blueprints.jobs.late",
    "blueprints.scheduler.late",
    "blueprints.sites.late",
    "blueprints.studies.late",
    "blueprints.weights.late",
    "services.alerts.evaluate",
    "services.benchmarks.analysis",
    "services.benchmarks.comparison",
    "services.benchmarks.domain.builders",
    "services.benchmarks.exports",
    "services.benchmarks.queue.kinds",
    "services.benchmarks.runs.create",
    "services.channels.sending",
    "services.connections.types",
    "services.federations.certificates",
    "services.forecasting.files.create",
    "services.forecasting.prediction",
    "services.forecasting.searches",
    "services.forecasting.training.start",
    "services.forecasting.windows.build",
    "services.incidents.record",
    "services.runs.results.report.page",
    "services.scheduler.causes",
    "services.scheduler.dispatch.begin",
    "services.scheduler.dispatch.ends",
    "services.scheduler.times",
    "services.search.group_planner",
    "services.tabular.reading",
)
WEB = (
    "from app.cli import cli; cli.get_command(None, 'web')\n"
    "from app.cli.web import load_application; load_application()"
)


def test_the_import_contracts_of_pyproject_hold():
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
    ]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert " 0 broken" in result.stdout


def loaded_by(statement: str) -> set[str]:
    code = f"{statement}\nimport sys, json; print(json.dumps(sorted(sys.modules)))"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(json.loads(result.stdout.splitlines()[-1]))


def test_the_web_process_loads_no_heavy_library():
    loaded = loaded_by(WEB)
    assert "blueprints.runs.routes" in loaded
    assert loaded & {*HEAVY, *UNUSED} == set()
    assert [name for name in sorted(loaded) if within(name, LATE)] == []


def within(module, packages):
    return any(module == one or module.startswith(f"{one}.") for one in packages)


def test_the_clock_loads_no_heavy_library():
    assert not loaded_by("import workers.clock") & set(HEAVY)


def test_the_program_of_a_site_loads_no_database_and_no_statistics():
    brings = {"sqlalchemy", "alembic", "scipy", "lightning", "torchmetrics", "matplotlib", "torch"}
    assert loaded_by("import workers.sites.client") & brings == {"torch"}


def test_looking_for_heavy_libraries_finds_one_that_is_there():
    assert "sklearn" in loaded_by("import sklearn")


def imported_by(path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
        elif isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
    return names


def test_nothing_below_imports_the_roof_the_tests_or_the_bench():
    below = python_files("app", "services", "workers", "blueprints")
    above = {"wsgi", "tests", "bench", "harness"}
    assert [named(path) for path in below if imported_by(path) & above] == []


@pytest.mark.parametrize(
    ("folder", "other"),
    [("tests", {"bench"}), ("bench", {"tests"}), ("harness", {"bench", "tests"})],
)
def test_tests_and_bench_share_the_harness_and_nothing_else(folder, other):
    assert [named(path) for path in python_files(folder) if imported_by(path) & other] == []


def repositories_imported_by(path) -> set[str]:
    nodes = [node for node in ast.walk(tree(path)) if isinstance(node, ast.ImportFrom)]
    return {node.module for node in nodes if (node.module or "").endswith(".repository")}


def test_a_repository_is_imported_by_its_own_domain_only():
    foreign = [
        f"{named(path)} imports {module}"
        for path in python_files("services", "blueprints", "workers")
        for module in repositories_imported_by(path)
        if not named(path).startswith(module.removesuffix(".repository").replace(".", "/") + "/")
    ]
    assert foreign == []
