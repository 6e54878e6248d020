"""What bells bring to the platform."""

from app.db.uow import UnitOfWork
from app.domains import Domain, FlagKind, JobKind, PeriodicTask, SearchKind, SubjectKind, TopicKind
from app.metric_row import error
from app.models.job import Job
from tests.toy_domain.models import Bell
from tests.toy_domain.services.bells import events
from tests.toy_domain.services.bells.create import JOB_KIND


def _silent(unit: UnitOfWork, job: Job) -> None:
    """Nothing of a bell follows the state of its job."""


def _hush(upkeep) -> int:
    with upkeep.database.write() as unit:
        return unit.session.query(Bell).filter(Bell.strikes > 100).delete()


DOMAIN = Domain(
    name="bells",
    jobs=(
        JobKind(
            name=JOB_KIND,
            queue="io",
            observer=_silent,
            subject=SubjectKind(kind="bell", model=Bell),
            handler="tests.toy_domain.workers.bells:strike",
        ),
    ),
    topics=(TopicKind(kind="bell", model=Bell),),
    events=(events,),
    tasks=(PeriodicTask(seconds=60, run=_hush),),
    audit_actions=("bell_created",),
    metrics=(error("detuning", "cents_off", unit="ct"),),
    search=(SearchKind(kind="bell", model=Bell, words=("bell", "bells", "glocke")),),
    pages=("bells",),
    flags=(FlagKind(name="bells", about="Bells and how often they strike."),),
    object_pages=("bells",),
)
