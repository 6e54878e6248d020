"""The routes of benchmarks: runs and what they measured, personas, traits, models."""

from blueprints.benchmarks.routes_analysis import analysis
from blueprints.benchmarks.routes_analysis_jobs import analysis_jobs
from blueprints.benchmarks.routes_compare import compare
from blueprints.benchmarks.routes_designs import designs
from blueprints.benchmarks.routes_estimate import estimates
from blueprints.benchmarks.routes_exports import exports
from blueprints.benchmarks.routes_generations import generations
from blueprints.benchmarks.routes_imported import imported
from blueprints.benchmarks.routes_items import items
from blueprints.benchmarks.routes_models import models
from blueprints.benchmarks.routes_personas import personas
from blueprints.benchmarks.routes_queue import queue
from blueprints.benchmarks.routes_reports import reports
from blueprints.benchmarks.routes_runs import runs
from blueprints.benchmarks.routes_sets import sets
from blueprints.benchmarks.routes_setup import setup
from blueprints.benchmarks.routes_traits import traits
from blueprints.benchmarks.routes_warm_up import warm_ups

BLUEPRINTS = (
    compare,
    runs,
    estimates,
    items,
    imported,
    analysis,
    analysis_jobs,
    designs,
    exports,
    reports,
    warm_ups,
    traits,
    sets,
    personas,
    models,
    generations,
    queue,
    setup,
)
