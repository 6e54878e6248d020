"""What the clock does for channels: call for what is due, and delete what is long over."""

from datetime import timedelta

from sqlalchemy import delete, select

from app.clock import now
from app.db.engine import Database
from app.jobs import states
from app.jobs.engine import newest_job
from app.models.channel import ChannelDelivery
from services.channels.claims import due
from services.channels.outbox import request_sending
from services.channels.topics import OUTBOX

LIFETIME = timedelta(days=30)
BATCH = 500


def call_sender(database: Database) -> None:
    """Call a worker where a message is due and none is at work: retries, and lost calls."""
    with database.read() as session:
        if session.scalar(select(ChannelDelivery.id).where(due()).limit(1)) is None:
            return
        job = newest_job(session, OUTBOX)
    if job is None or job.state in states.TERMINAL:
        with database.write() as unit:
            request_sending(unit)


def sweep_deliveries(database: Database) -> int:
    """Delete deliveries that were over 30 days ago, a batch in a commit; return how many."""
    before, swept = now() - LIFETIME, 0
    old = select(ChannelDelivery.id).where(ChannelDelivery.finished_at < before).limit(BATCH)
    while True:
        with database.write() as unit:
            ids = unit.session.scalars(old).all()
            unit.session.execute(delete(ChannelDelivery).where(ChannelDelivery.id.in_(ids)))
        swept += len(ids)
        if len(ids) < BATCH:
            return swept
