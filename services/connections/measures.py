"""What connections measure of themselves for Prometheus."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from app.models.connection import ServiceConnection


def connection_measures(session: Session) -> Iterator[Metric]:
    """Yield for each platform how long its soonest token is good for, negative once it is not."""
    query = (
        select(ServiceConnection.platform, func.min(ServiceConnection.expires_at))
        .where(ServiceConnection.state == "active", ServiceConnection.expires_at.is_not(None))
        .group_by(ServiceConnection.platform)
    )
    text = "Time until the first token of an active connection expires, negative once it has."
    name = "roundhouse_connections_token_expiry_seconds"
    family = GaugeMetricFamily(name, text, labels=("platform",))
    for platform, expires_at in session.execute(query).tuples():
        if expires_at is None:
            continue  # by the condition above there is none
        family.add_metric((platform,), (expires_at - now()).total_seconds())
    yield family
