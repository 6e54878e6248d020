"""What must not be in the code at all."""

import ast
import re

import pytest

from tests.architecture.borders import BORDERS
from tests.architecture.sources import named, python_files, tree

UNSAFE_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
UNSAFE_CALLS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "torch.load",
    "torch.save",
    "np.load",
    "numpy.load",
}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
BROAD = {"Exception", "BaseException"}


def broad_handlers(module: ast.Module):
    """Yield (function, line) of each handler that catches everything."""
    for function in (node for node in ast.walk(module) if isinstance(node, FUNCTIONS)):
        for node in ast.walk(function):
            if isinstance(node, ast.ExceptHandler) and is_broad(node.type):
                yield function.name, node.lineno


def is_broad(kind: ast.expr | None) -> bool:
    if kind is None:
        return True
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(ast.unparse(one) in BROAD for one in kinds)


def unsafe(module: ast.Module):
    """Yield what ``module`` uses that can run foreign code."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.split(".")[0] in UNSAFE_MODULES)
        elif (
            isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in UNSAFE_MODULES
        ):
            yield node.module
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in UNSAFE_CALLS:
            yield ast.unparse(node.func)
        elif isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            yield from () if ast.unparse(node.value) == "False" else ("allow_pickle",)


def test_everything_is_caught_at_the_named_borders_and_nowhere_else():
    places = {
        (named(path), name) for path in python_files() for name, _ in broad_handlers(tree(path))
    }
    assert places == set(BORDERS)


def test_nothing_can_run_what_a_file_or_a_message_brings():
    assert [(named(path), what) for path in python_files() for what in unsafe(tree(path))] == []


@pytest.mark.parametrize(
    "code",
    ["import pickle", "from joblib import load", "eval('1')", "exec('x')", "torch.load(f)",
     "np.load(f)", "read(f, allow_pickle=True)"],
)  # fmt: skip
def test_the_gate_knows_the_roads_of_foreign_code(code):
    assert list(unsafe(ast.parse(code)))


@pytest.mark.parametrize(
    "handler",
    ["except Exception", "except", "except (ValueError, BaseException)", "except Exception as e"],
)
def test_the_gate_knows_the_ways_to_catch_everything(handler):
    code = f"def f():\n    try:\n        g()\n    {handler}:\n        pass\n"
    assert list(broad_handlers(ast.parse(code)))


def test_every_module_says_why_it_exists():
    modules = [(path, tree(path)) for path in python_files()]
    assert [
        named(p) for p, module in modules if module.body and not ast.get_docstring(module)
    ] == []


def test_production_code_is_finished():
    unfinished = re.compile(
        r"raise NotImplementedError|\bplaceholder\b|\bstub\b|\bdummy\b", re.IGNORECASE
    )
    assert [named(p) for p in python_files() if unfinished.search(p.read_text("utf-8"))] == []
