"""The job that draws a plot of test samples: a name in, one use case out."""

from app.resources import Resources
from services.forecasting.plots.child import draw_in_child
from services.forecasting.plots.perform import perform_plot
from workers.attempt import Attempt


def draw_plot(attempt: Attempt, resources: Resources) -> None:
    """Draw the plot that the job is about."""
    perform_plot(
        attempt.claim.subject,
        attempt.claim.job_id,
        attempt,
        resources.database,
        resources.store,
        draw_in_child,
        resources.settings.plot_wait_seconds,
    )
