"""The tests of a package are found under its path."""

from tests.architecture.sources import ROOT, python_files

UNIT = ROOT / "tests" / "unit"


def test_every_folder_of_unit_tests_has_the_path_of_a_package():
    files = [path.relative_to(UNIT) for path in python_files("tests") if UNIT in path.parents]
    folders = {path.parent for path in files}
    assert len(folders) > 10
    assert [str(one) for one in sorted(folders) if not (ROOT / one / "__init__.py").exists()] == []
