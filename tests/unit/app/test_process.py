"""Starting quickly: what is imported without the libraries that nobody calls."""

import gc
import sys

import pytest

from app.process import importing


def test_a_library_that_is_left_out_is_not_there_and_comes_back():
    with importing(without=["ftplib"]), pytest.raises(ModuleNotFoundError):
        import ftplib
    import ftplib

    assert sys.modules["ftplib"] is ftplib


def test_a_library_that_is_loaded_already_stays():
    before = sys.modules["gc"]
    with importing(without=["gc"]):
        assert sys.modules["gc"] is before
    assert sys.modules["gc"] is before


def test_the_collector_rests_meanwhile_and_works_again_after_a_failure():
    with pytest.raises(ZeroDivisionError), importing(without=["ftplib"]):
        assert not gc.isenabled()
        raise ZeroDivisionError
    assert gc.isenabled()
