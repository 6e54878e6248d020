"""Settings: typed, complete, and refused with one sentence."""

import dataclasses
from pathlib import Path

import pytest

from app.settings import Settings, SettingsError
from app.settings_help import describe

DEFAULTS = Settings.from_env({})


def test_the_defaults_keep_everything_in_one_private_place():
    home = Path("var").resolve()
    assert home == DEFAULTS.home
    assert DEFAULTS.database_url == f"sqlite:///{home}/roundhouse.db"
    assert DEFAULTS.storage_url == f"file://{home}/objects"
    assert DEFAULTS.redis_url == f"unix://{home}/redis.sock?db=0"


def test_nothing_but_loopback_listens_by_default():
    assert (DEFAULTS.host, DEFAULTS.port) == ("127.0.0.1", 8000)


def test_an_empty_variable_counts_as_unset():
    assert Settings.from_env({"ROUNDHOUSE_PORT": "", "DATABASE_URL": " "}) == DEFAULTS


def test_another_process_reads_the_same_settings_from_the_environment():
    settings = Settings.from_env(
        {
            "ROUNDHOUSE_HOST": "::1",
            "ROUNDHOUSE_TRUSTED_HOSTS": "a.example, b.example",
            "ROUNDHOUSE_TRUSTED_PROXIES": "10.0.0.0/8",
            "ROUNDHOUSE_LEASE_SECONDS": "1.5",
            "ROUNDHOUSE_BEAT_SECONDS": "0.123456789",
            "ROUNDHOUSE_MAX_UPLOAD": "1.5GiB",
        }
    )
    assert Settings.from_env(settings.environment()) == settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ROUNDHOUSE_PORT", "http"),
        ("ROUNDHOUSE_PORT", "0"),
        ("ROUNDHOUSE_PORT", "65536"),
        ("ROUNDHOUSE_HOST", "http://localhost"),
        ("DATABASE_URL", "mysql://host/name"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "roundhouse.db"),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", "redis://"),
        ("STORAGE_URL", "s3://"),
        ("STORAGE_URL", "objects"),
        ("STORAGE_URL", "ftp://host/x"),
        ("ROUNDHOUSE_PUBLIC_URL", "roundhouse.example.org"),
        ("ROUNDHOUSE_PUBLIC_URL", "https://example.org/path"),
        ("ROUNDHOUSE_TRUSTED_HOSTS", "a b"),
        ("ROUNDHOUSE_TRUSTED_PROXIES", "10.0.0.0/99"),
        ("ROUNDHOUSE_LOG_LEVEL", "loud"),
        ("ROUNDHOUSE_TRAIN_WORKERS", "-1"),
        ("ROUNDHOUSE_CORES", "many"),
        ("ROUNDHOUSE_LEASE_SECONDS", "nan"),
        ("ROUNDHOUSE_LEASE_SECONDS", "inf"),
        ("ROUNDHOUSE_MAX_UPLOAD", "2 parsecs"),
        ("ROUNDHOUSE_MAX_UPLOAD", "-1MB"),
    ],
)
def test_a_bad_value_is_refused_with_its_name_and_value(name: str, value: str):
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({name: value})
    assert str(refused.value).startswith(f"{name} is {value!r}, but it must be ")


def test_a_beat_must_fit_twice_into_a_lease():
    with pytest.raises(SettingsError, match=r"BEAT_SECONDS is 5, .* half of .*LEASE"):
        Settings.from_env({"ROUNDHOUSE_BEAT_SECONDS": "5"})


def test_an_idle_session_ends_before_its_lifetime():
    with pytest.raises(SettingsError, match=r"SESSION_IDLE is 900, .*LIFETIME"):
        Settings.from_env({"ROUNDHOUSE_SESSION_IDLE": "900", "ROUNDHOUSE_SESSION_LIFETIME": "60"})


@pytest.mark.parametrize(
    ("text", "size"), [("1024", 1024), ("2GB", 2 * 10**9), ("1.5 MiB", 1_572_864), ("3kb", 3000)]
)
def test_sizes_have_units(text: str, size: int):
    assert Settings.from_env({"ROUNDHOUSE_MAX_UPLOAD": text}).max_upload_bytes == size


def test_the_socket_of_a_deep_home_fits_the_kernel(tmp_path: Path):
    settings = Settings.from_env({"ROUNDHOUSE_HOME": str(tmp_path / ("deep/" * 30))})
    assert len(str(settings.redis_socket)) <= 100
    assert settings.redis_is_embedded


def test_a_given_redis_is_not_embedded():
    assert not Settings.from_env({"REDIS_URL": "redis://host:6379/0"}).redis_is_embedded


def test_a_home_with_spaces_and_signs_still_makes_valid_urls(tmp_path: Path):
    from app.storage import open_store

    settings = Settings.from_env({"ROUNDHOUSE_HOME": str(tmp_path / "a b#c")})
    open_store(settings.storage_url).put("key", b"1")
    assert (tmp_path / "a b#c" / "objects" / "key").exists()


@pytest.mark.parametrize(
    ("workers", "threads"), [("1", 8), ("2", 4), ("3", 2), ("16", 1), ("0", 8)]
)
def test_cores_are_divided_among_the_workers_that_train(workers: str, threads: int):
    settings = Settings.from_env({"ROUNDHOUSE_CORES": "8", "ROUNDHOUSE_TRAIN_WORKERS": workers})
    assert settings.threads_per_train_worker == threads


def test_an_ipv6_host_has_brackets_in_the_address():
    assert Settings.from_env({"ROUNDHOUSE_HOST": "::1"}).public_url == "http://[::1]:8000"


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_passwords_are_never_shown(name: str):
    scheme = {"DATABASE_URL": "postgresql", "REDIS_URL": "redis"}[name]
    settings = Settings.from_env({name: f"{scheme}://user:canary@host/0"})
    assert "canary" not in str(describe(settings))
    with pytest.raises(SettingsError) as refused:
        Settings.from_env({name: "ftp://user:canary@host/0"})
    assert "canary" not in str(refused.value)


def test_every_field_is_a_described_variable_of_its_own():
    rows = describe()
    assert len({name for name, _, _ in rows}) == len(dataclasses.fields(Settings))
    assert all(text.endswith(".") for _, _, text in rows)


def test_a_secret_is_handed_on_to_processes_and_never_shown_to_people():
    settings = Settings.from_env({"ROUNDHOUSE_GSC_CLIENT_SECRET": "s3cret"})
    assert settings.environment()["ROUNDHOUSE_GSC_CLIENT_SECRET"] == "s3cret"
    assert "s3cret" not in str(describe(settings))
    with pytest.raises(SettingsError) as error:
        Settings.from_env({"ROUNDHOUSE_GSC_CLIENT_SECRET": "s3\tcret"})
    assert "s3" not in str(error.value)
