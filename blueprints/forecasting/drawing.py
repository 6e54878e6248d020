"""Waiting for a worker to draw: until one is free, and then until it has drawn."""

import base64
from collections.abc import Mapping
from typing import Any

from app.auth.actor import Actor
from app.db.one_commit import alone
from app.http.resources import resources
from app.http.short_jobs import came_true, has_worker, run_or_undo
from app.http.slots import slots
from app.http.threads import run_in_thread
from app.jobs.queues import IO
from app.resources import Resources
from services.forecasting.plots.child import LIMITS
from services.forecasting.plots.create import RequestedPlot, create_plot, plan_plot
from services.forecasting.plots.drawn import (
    delete_plot,
    is_begun,
    is_over,
    png_key,
    withdraw_plot,
)
from services.forecasting.plots.errors import NobodyDraws, PlotFailed
from services.forecasting.plots.samples import PlotSamples

READ_AT_ONCE = 2  # what is read for a plot is held in memory
WAIT_AT_ONCE = 16
STORING_SECONDS = 10  # for the PNG on its way, beyond what drawing may take
MISSING = "No worker for short jobs is running, so nothing can be drawn: start one, then try again."
BUSY = "All workers are busy, so the plot was not drawn. Try again when they have less to do."
CROWD = "Too many plots wait to be drawn. Try again in a moment."
SLOW = "Drawing took too long: choose fewer samples or variables."


async def drawn_plot(
    actor: Actor, session_id: object, body: Mapping[str, Any]
) -> tuple[PlotSamples, str]:
    """Return what a worker has drawn, as a data URI, and the samples that are on it.

    Raises what ``plan_plot`` raises; NobodyDraws where no worker is there or becomes free, and
    PlotFailed where the drawing broke. Nothing is drawn after the answer.
    """
    waiting = slots("plot_wait", WAIT_AT_ONCE)
    if waiting.locked():
        raise NobodyDraws(CROWD)
    async with waiting:
        with alone():  # a key is for what is made: a plot is drawn anew each time
            return await _drawn(resources(), actor, session_id, body)


async def _drawn(
    parts: Resources, actor: Actor, session_id: object, body: Mapping[str, Any]
) -> tuple[PlotSamples, str]:
    def undo(made: tuple[PlotSamples, RequestedPlot]) -> None:
        _forgotten(parts, made[1])

    async with slots("plot_read", READ_AT_ONCE):
        samples, plot = await run_or_undo(undo, _requested, parts, actor, session_id, body)
    try:
        await _drawing(parts, plot)
        png = await run_in_thread(parts.store.get, png_key(plot.name))
    finally:
        await run_in_thread(_forgotten, parts, plot)
    return samples, f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _requested(
    parts: Resources, actor: Actor, session_id: object, body: Mapping[str, Any]
) -> tuple[PlotSamples, RequestedPlot]:
    """Queue the drawing; what is wrong with it is said before that no worker is there."""
    plan = plan_plot(parts.database, parts.store, actor, session_id, body)
    if not has_worker(parts, IO):
        raise NobodyDraws(MISSING)
    return plan.samples, create_plot(parts.database, parts.store, actor, plan)


async def _drawing(parts: Resources, plot: RequestedPlot) -> None:
    """Wait for the drawing; raises NobodyDraws or PlotFailed."""
    patience = parts.settings.plot_wait_seconds
    if not await came_true(patience, is_begun, parts.database, plot.job_id):
        raise NobodyDraws(BUSY)
    longest = LIMITS.wall_seconds + STORING_SECONDS
    if not await came_true(longest, is_over, parts.database, plot.job_id):
        raise PlotFailed(SLOW)


def _forgotten(parts: Resources, plot: RequestedPlot) -> None:
    """Leave nothing to draw and nothing of what was drawn."""
    withdraw_plot(parts.database, parts.jobs, plot.name)
    delete_plot(parts.store, plot.name)
