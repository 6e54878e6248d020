"""Starting an ensemble of a session's models: a run like theirs, in one commit."""

from collections.abc import Sequence

from app.auth.actor import Actor
from app.clock import now
from app.db.engine import Database
from services.forecasting.busy import require_idle
from services.forecasting.models.ensembles import EnsembleSettings
from services.forecasting.resolve import editable_session
from services.forecasting.training.members import chosen_members
from services.forecasting.training.quota import NO_LIMITS, TrainingLimits, require_quota
from services.forecasting.training.start import StartedModels, queue_model
from services.forecasting.training.start_from import ModelRequest


def start_ensemble(
    database: Database,
    actor: Actor,
    wire_id: object,
    run_ids: Sequence[int] | None = None,
    limits: TrainingLimits = NO_LIMITS,
) -> StartedModels:
    """Queue an ensemble of the models of ``run_ids``, by default of all that share their windows.

    It is measured on the windows of its members, whatever the session's settings are now. Raises
    ModelNotFound and FieldRefused as ``chosen_members`` does, TrainingInProgress while a job of
    the session is not over, and what ``require_quota`` raises; nothing is queued then.
    """
    with database.write() as unit:
        session = editable_session(unit.session, actor, wire_id)
        require_idle(unit.session, session)
        members = chosen_members(unit.session, session, run_ids)
        require_quota(unit.session, actor, 1, limits)
        settings = EnsembleSettings(
            members=tuple(one.run_id for one in members), modes=tuple(one.mode for one in members)
        )
        run, job = queue_model(
            unit, actor, session, ModelRequest(settings=settings), members[0].plan
        )
        session.updated_at = now()
    return StartedModels(run_ids=[run.id], job_ids=[job.id])
