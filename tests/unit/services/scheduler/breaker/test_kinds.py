from services.scheduler.breaker.kinds import KIND_RULES
from services.scheduler.codes.advice import ADVICE
from services.scheduler.codes.codes import COUNTED, FOR_A_PERSON, FREE, RETRIED, ErrorCode


def test_four_retries_are_five_attempts():
    retries = KIND_RULES["dataset.refresh"].retries
    assert retries.max_attempts == 5
    waits = [retries.wait_after(attempt).total_seconds() for attempt in (1, 2, 3, 4)]
    assert waits == [60, 300, 1800, 7200]


def test_every_kind_has_a_wait_for_each_of_its_retries():
    for rules in KIND_RULES.values():
        assert len(rules.retries.backoff_s) == rules.retries.max_attempts - 1


def test_a_token_check_is_tried_again_for_the_network_alone():
    assert KIND_RULES["token.check"].retries.codes == {ErrorCode.NETWORK}


def test_every_code_is_of_one_sort_and_has_advice():
    sorts = [RETRIED, COUNTED, FOR_A_PERSON, FREE]
    assert sum(map(len, sorts)) == len(ErrorCode)
    assert frozenset().union(*sorts) == set(ErrorCode) == set(ADVICE)
