"""What imports bring to the platform."""

from app.domains import HOUR, Domain, JobKind, PeriodicTask, SubjectKind
from app.later import later
from app.models.run_import import RunImport
from services.imports import notifications
from services.imports.create import QUEUE
from services.imports.job_sync import JOB_KIND, follow_import

kept_objects = later("services.imports.sweep:kept_objects")
sweep_imports = later("services.imports.sweep:sweep_imports")

DOMAIN = Domain(
    name="imports",
    jobs=(
        JobKind(
            name=JOB_KIND,
            queue=QUEUE,
            observer=follow_import,
            subject=SubjectKind(kind="import", model=RunImport),
            handler="workers.imports:import_runs",
        ),
    ),
    events=(notifications,),
    tasks=(PeriodicTask(seconds=HOUR, run=lambda it: sweep_imports(it.database, it.store)),),
    audit_actions=("run_backfilled", "runs_imported", "import_started", "import_stopped"),
    kept_objects=(kept_objects,),
)
