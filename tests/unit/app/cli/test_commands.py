"""The command line, as people and scripts see it."""

import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import COMMANDS, cli
from app.cli.demo_table import RoundTable
from app.cli.doctor import settings_markdown
from app.supervisor.child import ROOT
from app.supervisor.home import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATABASE_URL", "REDIS_URL", "STORAGE_URL", "ROUNDHOUSE_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ROUNDHOUSE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in COMMANDS
        if name not in ("user", "token", "site", "import-ratings", "benchmark-model")
    ],
)
def test_every_command_explains_itself(name: str):
    result = run(name, "--help")
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_the_help_lists_every_command_with_a_sentence():
    output = run("--help").output
    assert all(name in output for name in COMMANDS)


@pytest.mark.parametrize("name", ["up", "web", "worker", "clock", "migrate", "status", "doctor"])
def test_a_bad_setting_refuses_to_start(name: str, home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ROUNDHOUSE_PORT", "eighty")
    result = run(name, *(["--queue", "io"] if name == "worker" else []))
    assert result.exit_code == 2
    assert "ROUNDHOUSE_PORT is 'eighty', but it must be a whole number" in result.output
    assert not home.exists()


def test_a_taken_port_refuses_to_start(home: Path, monkeypatch: pytest.MonkeyPatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        monkeypatch.setenv("ROUNDHOUSE_PORT", str(port))
        result = run("up")
    assert result.exit_code == 2
    assert f"Port {port} of 127.0.0.1 is taken" in result.output


def test_a_home_in_use_refuses_a_second_start_and_a_restore(home: Path, tmp_path: Path):
    (tmp_path / "b.tar").touch()
    with Home(home):
        for arguments in (["up"], ["restore", str(tmp_path / "b.tar")]):
            result = run(*arguments)
            assert result.exit_code == 2
            assert "is running already" in result.output


def test_an_unknown_part_is_named(home: Path):
    assert "--parts names 'webb', but knows only redis" in run("up", "--parts", "webb").output


def test_the_status_of_a_home_that_does_not_run_is_honest(home: Path):
    result = run("status", "--json")
    status = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (status["running"], status["processes"]) == (False, [])
    health = {part["name"]: part["status"] for part in status["health"]}
    assert health["database"] == health["redis"] == health["workers"] == "failed"


def test_migrating_twice_does_something_once(home: Path):
    assert run("migrate").output == "The database was brought up to date.\n"
    assert run("migrate").output == "Nothing to do.\n"
    assert home.stat().st_mode & 0o777 == 0o700


def test_the_doctor_finds_an_old_schema_and_takes_a_new_one(home: Path):
    findings = {part["name"]: part for part in json.loads(run("doctor", "--json").stdout)}
    assert findings["database"]["status"] == "failed"
    run("migrate")
    findings = {part["name"]: part for part in json.loads(run("doctor", "--json").stdout)}
    assert findings["database"]["status"] == findings["storage"]["status"] == "ok"
    assert "web" not in findings  # it is no fault that nothing runs


def test_the_doctor_takes_the_home_back_from_everybody_else(home: Path):
    home.mkdir(mode=0o755)
    findings = {part["name"]: part for part in json.loads(run("doctor", "--json").stdout)}
    assert findings["home"]["detail"].endswith("mode 700")


def test_the_settings_table_lists_every_variable():
    table = settings_markdown()
    assert "| `ROUNDHOUSE_HOME` | `./var` |" in table
    assert "``" not in table


def test_the_readme_holds_the_settings_table():
    assert settings_markdown() in (ROOT / "README.md").read_text()


def test_the_table_of_rounds_shows_the_server_s_figures(capsys: pytest.CaptureFixture[str]):
    from rich.console import Console

    table = RoundTable(Console(width=200), "demo")
    with table:
        for type_, data in [
            ("training_mode", {"num_rounds": 2, "num_clients": 5}),
            ("round_metrics", {"round": 0, "total_rounds": 2, "metrics": {"accuracy": 0.5}}),
            ("round_metrics", {"round": 1, "total_rounds": 2, "metrics": {"accuracy": 0.9}}),
            (
                "round_end",
                {"round": 1, "total_rounds": 2, "refused": {"a": "why"}, "seconds": 1.25},
            ),
        ]:
            table.take({"type": type_, "data": data})
    first, second = capsys.readouterr().out.splitlines()
    assert first == "Round 0/2, Accuracy 0.5000, Loss -, AUROC -, Clients -, Seconds -"
    assert second == "Round 1/2, Accuracy 0.9000, Loss -, AUROC -, Clients 4/5, Seconds 1.2"
    assert (table.rounds, table.accuracy) == (1, 0.9)
