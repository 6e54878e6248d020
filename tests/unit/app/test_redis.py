"""What a client of Redis waits for."""

import pytest
from redis.backoff import NoBackoff
from redis.exceptions import ResponseError
from structlog.testing import capture_logs

from app.outages import REDIS, report_reachable
from app.redis import ReportingRetry

FULL = "MISCONF Errors writing to the AOF file: No space left on device"


class Answers:
    """What Redis answers to one command, in this order."""

    def __init__(self, *answers: str | Exception) -> None:
        self.left = list(answers)

    def next(self) -> str:
        answer = self.left.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def call(answers: Answers) -> str:
    return ReportingRetry(NoBackoff(), 5).call_with_retry(answers.next, lambda _: None)


def test_a_redis_whose_disk_is_full_is_waited_for_and_said_once() -> None:
    report_reachable(REDIS)  # an outage that another test has left would be known already
    in_pipeline = f"Command # 1 (DEL a) of pipeline caused error: {FULL}"
    with capture_logs() as lines:
        assert call(Answers(ResponseError(FULL), ResponseError(in_pipeline), "done")) == "done"
    assert [line["event"].endswith("No space left on device") for line in lines] == [True]


def test_an_error_in_a_command_is_not_waited_for() -> None:
    answers = Answers(ResponseError("WRONGTYPE"), "done")
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        call(answers)
    assert answers.left == ["done"]
