"""The job that builds the datasets of a forecasting session.

It is apart from those that train, as its worker has not loaded torch: with them each of its
work-horses would import it anew, which takes longer than to build small datasets.
"""

from app.resources import Resources
from services.forecasting.datasets.build import build_datasets
from services.forecasting.plots.drawing.violin_plot import draw_violins
from services.forecasting.topics import session_id_of
from workers.attempt import Attempt


def build_session_datasets(attempt: Attempt, resources: Resources) -> None:
    """Build the datasets of the session that the job is about."""
    session_id = session_id_of(attempt.claim.subject)
    folder = resources.settings.home / "tmp"
    build_datasets(session_id, attempt, resources.database, resources.store, folder, draw_violins)
