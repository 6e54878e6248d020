from tests.architecture import sizes
from tests.architecture.sources import python_files


def test_no_function_and_no_module_is_too_long():
    assert [line for path in python_files() for line in sizes.too_long(path)] == []


def test_the_gate_sees_a_function_and_a_module_that_are_too_long(tmp_path, monkeypatch):
    monkeypatch.setattr(sizes, "named", lambda path: path.name)
    path = tmp_path / "long.py"
    path.write_text("def f():\n" + "    x = 1\n" * 60 + "y = 1\n" * 340)
    assert [line.split(" ", 1)[0] for line in sizes.too_long(path)] == ["long.py:", "long.py:1:"]
