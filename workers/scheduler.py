"""The jobs of schedules whose kind is a function: a number in, one call out."""

from importlib import import_module
from typing import Any

from app.resources import Resources
from services.scheduler.executions.perform import WorkParts, perform_execution
from services.scheduler.kinds.types import Params, WorkContext
from services.scheduler.topics import execution_id_of
from workers.attempt import Attempt


def perform_scheduled(attempt: Attempt, resources: Resources) -> None:
    """Call the function of the execution's kind and end the job with what it returns."""
    parts = WorkParts(resources.database, resources.store, resources.settings)
    perform_execution(execution_id_of(attempt.claim.subject), attempt, parts, call)


def call(function: str, context: WorkContext, params: Params) -> dict[str, Any] | None:
    """Import ``module:function`` and call it."""
    module, _, name = function.partition(":")
    result: dict[str, Any] | None = getattr(import_module(module), name)(context, params)
    return result
