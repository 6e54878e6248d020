"""Functions that are imported with their first call."""

import subprocess
import sys

import pytest

from app.later import later, load_all
from services.domains import DOMAINS


def test_the_function_is_called_with_what_its_caller_gives():
    assert later("operator:sub")(7, 4) == 3
    assert later("builtins:sorted")([2, 3, 1], reverse=True) == [3, 2, 1]


def test_nothing_is_imported_before_the_first_call():
    code = (
        "import sys; from app.later import later; drawn = later('colorsys:rgb_to_hsv');"
        "before = 'colorsys' in sys.modules; drawn(0, 0, 0);"
        "print(before, 'colorsys' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_everything_that_a_domain_names_is_there():
    assert DOMAINS
    load_all()


def test_what_is_not_there_cannot_be_called(monkeypatch):
    monkeypatch.setattr("app.later._loaders", [])
    lost = later("operator:no_such_function")
    for call in (lost, load_all):
        with pytest.raises(AttributeError):
            call()
