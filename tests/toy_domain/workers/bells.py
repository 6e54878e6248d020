"""The job of bells: a number in, one use case out."""

from app.resources import Resources
from app.topics import number_of
from tests.toy_domain.models import Bell
from tests.toy_domain.services.bells.events import BellRang
from workers.attempt import Attempt


def strike(attempt: Attempt, resources: Resources) -> None:
    """Strike the bell once and end the job in the same commit."""
    with attempt.write() as unit:
        bell = unit.session.get_one(Bell, number_of("bell", attempt.claim.subject))
        bell.strikes += 1
        unit.publish(attempt.claim.subject, BellRang(strikes=bell.strikes))
        attempt.finish(unit)
