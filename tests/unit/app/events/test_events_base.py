from dataclasses import dataclass
from typing import ClassVar

import pytest

from app.events import Event, Progress, catalogue


@dataclass(frozen=True, kw_only=True)
class Stepped(Progress):
    type: ClassVar[str] = "test_stepped"
    step: int
    client_id: str | None = None


def test_the_fields_of_an_event_are_its_data_and_nothing_else_is():
    assert Stepped(step=3, client_id="a").data() == {"step": 3, "client_id": "a"}


def test_progress_replaces_progress_of_the_same_kind_and_client_only():
    first, same = Stepped(step=1, client_id="a"), Stepped(step=9, client_id="a")
    assert first.coalescing_key() == same.coalescing_key()
    assert first.coalescing_key() != Stepped(step=1, client_id="b").coalescing_key()
    assert Stepped(step=1).coalescing_key() == ("test_stepped", "")


def test_every_declared_kind_is_in_the_catalogue_by_its_name():
    assert catalogue()["test_stepped"] is Stepped
    assert list(catalogue()) == sorted(catalogue())


def test_two_kinds_of_one_name_are_refused():
    with pytest.raises(TypeError, match="test_stepped"):

        class Other(Event):
            type: ClassVar[str] = "test_stepped"


def test_an_event_cannot_be_changed_once_it_happened():
    with pytest.raises(AttributeError):
        Stepped(step=1).step = 2
