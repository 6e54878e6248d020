"""Functions that are imported when they are called first.

Every process loads the manifests. What they name so costs a start nothing: the web process imports
it with the first call, workers and the clock before they begin.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from app.process import importing

Function = Callable[..., Any]
_loaders: list[Callable[[], Function]] = []


def later(name: str) -> Function:
    """Return the function called ``module:function``, which the first call imports.

    Where there is none, calls raise ImportError or AttributeError.
    """

    @cache
    def load() -> Function:
        module, _, function = name.partition(":")
        loaded: Function = getattr(import_module(module), function)
        return loaded

    _loaders.append(load)

    def call(*arguments: Any, **named: Any) -> Any:
        return load()(*arguments, **named)

    return call


def load_all() -> None:
    """Import every function that was named so; where there is one missing, raise as a call does."""
    with importing():
        for load in _loaders:
            load()
