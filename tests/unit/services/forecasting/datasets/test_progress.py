"""The bar of the dataset job: it rises, tells how long it takes, and hears a stop."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from services.forecasting.datasets.progress import PERCENT, BuildStopped, DatasetProgress


class Page:
    """What a page of the session hears; it stands for the attempt and its unit of work."""

    number = 1

    def __init__(self) -> None:
        self.heard: list[Any] = []
        self.noted: list[float] = []
        self.stop = False

    @contextmanager
    def write(self) -> Iterator["Page"]:
        yield self

    def note(self, unit: "Page", **values: Any) -> None:
        self.noted.append(values["progress"])

    def publish(self, topic: str, event: Any) -> None:
        assert topic == "forecast_session:7"
        self.heard.append(event)

    def stop_requested(self) -> bool:
        return self.stop


def bar(page: Page, begun_at: float = 0.0, seconds: float = 10.0) -> DatasetProgress:
    ticks = iter(range(1000))
    return DatasetProgress(page, 7, "session_1_a", begun_at, lambda: next(ticks) * seconds)


def test_every_step_of_the_contract_rises() -> None:
    assert list(PERCENT.values()) == sorted(PERCENT.values())
    page = Page()
    progress = bar(page)
    for name in PERCENT:
        progress.step(name)
        if name == "arrays":
            for share in (0.01, 0.2, 0.21, 0.9, 1.0):
                progress.share_of_arrays(share)
    percent = [one.progress for one in page.heard]
    assert percent == sorted(percent)
    assert 95.0 in percent
    assert len(percent) == len(PERCENT) + 3  # what is hardly more is not reported
    assert page.noted == [one / 100 for one in percent]


def test_what_is_left_is_estimated_from_what_is_done() -> None:
    page = Page()
    progress = bar(page)
    progress.step("start")
    assert page.heard[-1].eta_seconds is None
    progress.step("windows")  # a clock of ten seconds a look: 20 s for 25 percent
    assert page.heard[-1].eta_seconds == pytest.approx(20 / 25 * 75)
    assert page.heard[-1].message == "violin.progress.windows"


def test_a_second_attempt_never_shows_less_than_the_first_did() -> None:
    page = Page()
    progress = bar(page, begun_at=58.0)
    for name in ("start", "windows", "draw"):
        progress.step(name)
    assert [one.progress for one in page.heard] == [58, 58, 65]


def test_a_stop_is_heard_before_the_next_step() -> None:
    page = Page()
    progress = bar(page)
    progress.step("start")
    page.stop = True
    with pytest.raises(BuildStopped):
        progress.step("windows")
    assert len(page.heard) == 1
