"""The page of hazards names tests that there are, and says where there is none."""

import ast
import re

import pytest

from tests.architecture.sources import ROOT

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
PAGE = ROOT / "docs" / "reliability.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| hazard")
]
NAMED = sorted({name for row in ROWS for name in re.findall(r"`([\w/]+\.py::\w+)`", row[1])})


@pytest.mark.parametrize("name", NAMED)
def test_every_test_that_holds_a_hazard_exists(name: str) -> None:
    file, _, function = name.partition("::")
    module = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
    assert function in {node.name for node in ast.walk(module) if isinstance(node, FUNCTIONS)}


def test_every_hazard_has_a_test_or_says_that_it_has_none() -> None:
    silent = [row[0] for row in ROWS if row[1] != "none" and "::" not in row[1]]
    assert (silent, len(ROWS) > 50) == ([], True)
