import asyncio

import pytest
from structlog.testing import capture_logs

from app.errors import Invalid
from app.realtime.border import Broken, border, log_if_broken


def test_a_sentence_for_a_person_passes_and_has_no_line_in_the_log():
    with pytest.raises(Invalid, match=r"^Send a topic\.$") as caught, border():
        raise Invalid("Send a topic.")
    with capture_logs() as lines:
        log_if_broken("subscribe failed", caught.value)
    assert lines == []


def test_what_nobody_foresaw_is_a_neutral_sentence_and_the_log_has_its_cause():
    with pytest.raises(Broken, match=r"^Something broke on our side\.$") as caught, border():
        raise KeyError("a secret path")
    with capture_logs() as lines:
        log_if_broken("subscribe failed", caught.value, topic="run:7")
    assert [(line["event"], line["topic"]) for line in lines] == [("subscribe failed", "run:7")]
    assert isinstance(lines[0]["exc_info"].__cause__, KeyError)


def test_a_cancelled_task_stays_cancelled():
    with pytest.raises(asyncio.CancelledError), border():
        raise asyncio.CancelledError
