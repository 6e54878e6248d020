"""A start that cannot succeed, and settings that nobody reads: one sentence, no traceback."""

import json

import pytest
from click.testing import CliRunner, Result

from app.cli import cli

NOWHERE = "postgresql://ada:secret-word@127.0.0.1:1/runs"


def run(*arguments: str, **variables: str) -> Result:
    return CliRunner().invoke(cli, arguments, env=variables)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL", "STORAGE_URL", "ROUNDHOUSE_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ROUNDHOUSE_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize("command", ["up", "web"])
def test_a_host_that_is_no_address_of_this_machine_is_refused(command):
    result = run(command, ROUNDHOUSE_HOST="no-such-host.invalid")
    assert result.exit_code == 2
    assert result.output.startswith("Error: ROUNDHOUSE_HOST is 'no-such-host.invalid', but this")
    assert len(result.output.splitlines()) == 1


def test_an_unreachable_database_is_one_sentence_with_host_and_cause():
    result = run("migrate", DATABASE_URL=NOWHERE)
    assert result.exit_code == 1
    assert result.output.startswith("Error: PostgreSQL at 127.0.0.1:1 is unreachable: ")
    assert len(result.output.splitlines()) == 1
    assert "secret-word" not in result.output


def test_the_status_names_host_and_cause_of_what_is_away():
    output = run("status", "--json", DATABASE_URL=NOWHERE, REDIS_URL="redis://127.0.0.1:2/0").stdout
    details = {part["name"]: part["detail"] for part in json.loads(output)["health"]}
    assert details["database"].startswith("PostgreSQL at 127.0.0.1:1 is unreachable: ")
    assert details["redis"].startswith("Redis at 127.0.0.1:2 is unreachable: ")


def test_an_unknown_setting_is_a_warning_with_the_nearest_name_and_without_its_value():
    result = run("migrate", ROUNDHOUSE_TRAIN_WORKER="hunter2", ROUNDHOUSE_TOKEN="rh_x")
    assert result.exit_code == 0
    assert result.stderr == (
        "Warning: ROUNDHOUSE_TRAIN_WORKER is set, but there is no such setting and it has no "
        "effect: did you mean ROUNDHOUSE_TRAIN_WORKERS?\n"
    )
    assert "hunter2" not in result.output


def test_the_doctor_counts_an_unknown_setting_as_a_failure():
    result = run("doctor", "--json", ROUNDHOUSE_QUOKKA="hunter2")
    parts = [part for part in json.loads(result.stdout) if part["name"] == "settings"]
    assert [part["status"] for part in parts] == ["failed"]
    assert "ROUNDHOUSE_QUOKKA" in parts[0]["detail"]
    assert "hunter2" not in result.output


def test_a_setting_of_an_earlier_release_is_accepted_with_a_word():
    result = run("migrate", ROUNDHOUSE_DATA_WORKERS="2")
    assert result.exit_code == 0
    assert result.stderr.startswith("Warning: ROUNDHOUSE_DATA_WORKERS has no effect any more: ")
    output = run("doctor", "--json", ROUNDHOUSE_DATA_WORKERS="2").stdout
    parts = [part["status"] for part in json.loads(output) if part["name"] == "settings"]
    assert parts == ["warning"]
