"""Logs: one JSON object a line, with its request, without secrets."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr

import pytest
import structlog

from app.log import configure_logging
from app.outages import SAID_ELSEWHERE
from app.settings import Settings
from tests.support.same_logging import same_logging

CANARY = "canary-4711"


@contextmanager
def logs(**variables: str) -> Iterator[io.StringIO]:
    """Configure logging for a moment; what is written lands in the yielded text."""
    text = io.StringIO()
    with same_logging(), redirect_stderr(text):
        configure_logging(Settings.from_env({"ROUNDHOUSE_LOG_FORMAT": "json", **variables}))
        yield text


def lines(text: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.getvalue().splitlines()]


def test_a_line_carries_the_bound_request():
    with logs() as text, structlog.contextvars.bound_contextvars(request_id="r1", job_id=7):
        structlog.get_logger("app.x").info("said", count=3)
    (line,) = lines(text)
    assert (line["event"], line["request_id"], line["job_id"], line["count"]) == (
        "said",
        "r1",
        7,
        3,
    )


def test_what_another_process_says_on_the_screen_is_in_the_file_alone(tmp_path):
    settings = Settings.from_env({"ROUNDHOUSE_HOME": str(tmp_path)})
    screen = io.StringIO()
    with same_logging(), redirect_stderr(screen):
        configure_logging(settings, "clock")
        log = structlog.get_logger("app.x")
        log.error("Redis is unreachable", **{SAID_ELSEWHERE: True})
        log.error("a fault of its own")
    assert "Redis is unreachable" not in screen.getvalue()
    assert "a fault of its own" in screen.getvalue()
    assert len((tmp_path / "logs" / "clock.log").read_text().splitlines()) == 2


def test_libraries_that_log_by_the_standard_library_come_along():
    with logs() as text, structlog.contextvars.bound_contextvars(request_id="r1"):
        logging.getLogger("some.library").warning("slow %s", "disk")
    (line,) = lines(text)
    assert (line["event"], line["request_id"], line["level"]) == ("slow disk", "r1", "warning")


def test_what_is_below_the_level_is_not_written():
    with logs(ROUNDHOUSE_LOG_LEVEL="warning") as text:
        structlog.get_logger("app.x").info("whisper")
        logging.getLogger("rq.worker").info("chatter")
        structlog.get_logger("app.x").warning("heard")
    assert [line["event"] for line in lines(text)] == ["heard"]


def test_people_get_text_instead_of_json():
    with logs(ROUNDHOUSE_LOG_FORMAT="console") as text:
        structlog.get_logger("app.x").info("said", count=3)
    assert "said" in text.getvalue()
    assert not text.getvalue().startswith("{")


@pytest.mark.parametrize(
    "fields",
    [
        {"password": CANARY},
        {"new_password": CANARY},
        {"token": CANARY},
        {"api_key": CANARY},
        {"Authorization": CANARY},
        {"headers": {"cookie": CANARY}},
        {"signin_code": CANARY},
        {"header": f"Bearer {CANARY}"},
        {"url": f"postgresql://user:{CANARY}@host/db"},
        {"link": f"http://host/signin#code={CANARY}"},
        {"said": f"used rh_{CANARY} twice"},
        {"args": [f"rh_{CANARY}"]},
    ],
)
def test_no_secret_reaches_a_line(fields: dict[str, object]):
    with logs() as text:
        structlog.get_logger("app.x").info("something", **fields)
    assert "***" in text.getvalue()
    assert CANARY not in text.getvalue()


def test_no_secret_reaches_a_line_through_an_exception():
    with logs() as text:
        try:
            raise ValueError(f"postgresql://user:{CANARY}@host/db")
        except ValueError:
            logging.getLogger("some.library").exception("failed for Bearer %s", CANARY)
    assert "ValueError" in text.getvalue()
    assert CANARY not in text.getvalue()


def test_not_a_number_is_no_broken_json():
    with logs() as text:
        structlog.get_logger("app.x").info("loss", value=float("nan"), strange=object)
    assert lines(text)[0]["value"] is None
