"""Models over HTTP: registered, changed, refused, and keys that never come back."""

import json
import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from app.models.audit import AuditEntry
from app.models.benchmark import BenchmarkModel
from app.resources import Resources
from services.benchmarks.models.errors import KeyUnreadable
from services.benchmarks.models.secret import SECRET_FILE, KeyVault
from tests.api.test_benchmark_personas import a_run_about
from tests.support.databases import ON_ONE_DATABASE

MODELS = "/api/benchmarks/models"
KEY = "sk-very-secret-0123456789"
ONE = {"name": "tiny", "base_url": "https://models.example.org/v1/", "api_key": KEY}


def row_of(resources: Resources, number: int) -> BenchmarkModel:
    with resources.database.read() as session:
        return session.get_one(BenchmarkModel, number)


async def test_a_key_is_stored_encrypted_and_never_comes_back(member, admin, resources, caplog):
    made = await member.post(MODELS, ONE | {"input_price": 0.5, "currency": "USD"}, 201)
    assert (made["base_url"], made["has_key"]) == ("https://models.example.org", True)
    path = f"{MODELS}/{made['id']}"
    answers = [made, await member.get(path), await admin.get(path), await member.get(MODELS),
               await member.patch(path, {"output_price": 2})]  # fmt: skip
    with resources.database.read() as session:
        entries = session.scalars(select(AuditEntry)).all()
        log = [[entry.action, entry.detail, entry.target] for entry in entries]
    assert KEY not in json.dumps([answers, log]) + caplog.text
    row = row_of(resources, made["id"])
    assert KEY not in str(row.key_encrypted)
    assert KeyVault(resources.settings.home).key_of(row) == KEY
    secret = resources.settings.home / SECRET_FILE
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert [one.name for one in secret.parent.glob(f"{SECRET_FILE}*")] == [SECRET_FILE]


async def test_how_a_model_is_served_is_noted_changed_and_taken_away(member):
    notes = {"min_vram": 24.5, "vllm_serve_cmd": "vllm serve tiny --max-model-len 4096"}
    made = await member.post(MODELS, ONE | notes, 201)
    assert {name: made[name] for name in notes} == notes
    path = f"{MODELS}/{made['id']}"
    changed = await member.patch(path, {"min_vram": 0, "vllm_serve_cmd": None})
    assert (changed["min_vram"], changed["vllm_serve_cmd"]) == (0, None)
    for wrong in ({"min_vram": -1}, {"min_vram": "many"}, {"vllm_serve_cmd": "x" * 4001}):
        assert list((await member.patch(path, wrong, 422))["errors"]) == list(wrong)
    assert (await member.get(path))["min_vram"] == 0


async def test_a_key_is_changed_and_taken_away(member, resources):
    made = await member.post(MODELS, ONE, 201)
    path = f"{MODELS}/{made['id']}"
    await member.patch(path, {"api_key": "another"})
    assert KeyVault(resources.settings.home).key_of(row_of(resources, made["id"])) == "another"
    assert (await member.patch(path, {"api_key": None}))["has_key"] is False
    assert row_of(resources, made["id"]).key_encrypted is None
    with resources.database.read() as session:
        changes = select(AuditEntry.detail).where(AuditEntry.action == "benchmark_model_changed")
        details = session.scalars(changes.order_by(AuditEntry.id)).all()
    assert [one["key"] for one in details] == ["set", "removed"]


async def test_a_key_is_not_sent_to_a_server_that_it_was_not_given_for(member, admin):
    path = f"{MODELS}/{(await member.post(MODELS, ONE, 201))['id']}"
    moved = {"base_url": "https://thief.example.org"}
    for who in (member, admin):
        assert list((await who.patch(path, moved, 422))["errors"]) == ["api_key"]
    await member.patch(path, {"base_url": "https://models.example.org/openai"})
    assert (await member.patch(path, moved | {"api_key": None}))["has_key"] is False


async def test_a_key_of_another_installation_is_said_to_be_unreadable(resources, tmp_path: Path):
    row = BenchmarkModel(name="tiny", key_encrypted=KeyVault(tmp_path / "a").encrypt(KEY))
    for folder in ("b", "c"):
        vault = KeyVault(tmp_path / folder)
        if folder == "c":
            vault.encrypt("makes a secret")
        with pytest.raises(KeyUnreadable, match="give the key again"):
            vault.key_of(row)


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("models.example.org", "http://"),
        ("ftp://models.example.org", "http://"),
        ("https://ann:pass@models.example.org", "a user or a password"),
        ("https://models.example.org?a=b", "a query"),
        ("https://models.example.org:99999", "cannot be read"),
        ("http://localhost:8000", "PRIVATE_ADDRESSES=1"),
        ("http://vllm:8000/v1", "PRIVATE_ADDRESSES=1"),
        ("http://127.0.0.1:8000", "PRIVATE_ADDRESSES=1"),
        ("http://127.1", "PRIVATE_ADDRESSES=1"),
        ("http://2130706433/", "PRIVATE_ADDRESSES=1"),
        ("http://0x7f.1/", "PRIVATE_ADDRESSES=1"),
        ("http://[::1]:8000", "PRIVATE_ADDRESSES=1"),
        ("http://[::ffff:10.0.0.1]", "PRIVATE_ADDRESSES=1"),
        ("http://192.168.1.5", "PRIVATE_ADDRESSES=1"),
        ("http://printer.local", "PRIVATE_ADDRESSES=1"),
        ("http://169.254.169.254/latest", "never called"),
        ("http://0.0.0.0", "never called"),
        ("https://models.example.org/" + "a" * 600, "at most 500"),
    ],
)
async def test_a_url_that_leads_nowhere_or_inside_is_refused(member, url, said):
    answer = await member.post(MODELS, ONE | {"base_url": url}, 422)
    assert list(answer["errors"]) == ["base_url"]
    assert said in answer["detail"]
    assert (await member.get(MODELS))["total"] == 0


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"api_key": "two words"}, "api_key"),
        ({"api_key": "line\r\nx: y"}, "api_key"),
        ({"api_key": 12345678}, "api_key"),
        ({"api_key": "k" * 4001}, "api_key"),
        ({"name": " "}, "name"),
        ({"input_price": -1}, "input_price"),
        ({"currency": "euro"}, "currency"),
        ({"key": "x"}, "key"),
    ],
)
async def test_a_wrong_field_is_named_and_a_key_is_never_shown(member, change, field):
    answer = await member.post(MODELS, ONE | change, 422)
    assert list(answer["errors"]) == [field]
    assert str(change.get("api_key", "no key")) not in json.dumps(answer)


async def test_names_are_taken_once_by_each_person(member, colleague):
    first = await member.post(MODELS, ONE, 201)
    await member.post(MODELS, ONE, 409)
    shared = await colleague.post(MODELS, ONE | {"visibility": "team"}, 201)
    assert (await colleague.get(MODELS))["items"] == [shared]
    other = await member.post(MODELS, ONE | {"name": "other"}, 201)
    await member.patch(f"{MODELS}/{other['id']}", {"name": "tiny"}, 409)
    await colleague.get(f"{MODELS}/{first['id']}", 404)
    assert (await member.call("DELETE", f"{MODELS}/{shared['id']}")).status_code == 403


async def test_a_model_that_runs_are_about_stays(member, resources):
    people = {"name": "p", "personas": [{"age": 3}]}
    made = await member.post("/api/benchmarks/datasets", people, 201)
    a_run_about(resources, member.id, made["id"])
    model = (await member.get(MODELS))["items"][0]
    answer = await member.call("DELETE", f"{MODELS}/{model['id']}")
    assert (answer.status_code, answer.body["code"]) == (409, "model_in_use")
    unused = await member.post(MODELS, ONE, 201)
    assert (await member.call("DELETE", f"{MODELS}/{unused['id']}")).status_code == 204
