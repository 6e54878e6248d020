"""Federations over HTTP: making them, letting sites in, and starting runs on them."""

import asyncio
import socket
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from sqlalchemy import update

from app.clock import now
from app.errors import Conflict
from app.models.federation import Federation, FederationSite
from harness.ports import free_port
from services.federations.folder import FederationFolder
from services.federations.keys import as_pem
from services.federations.limits import FederationLimits
from services.federations.participants import participants_of_run
from services.federations.ports import next_port
from tests.support.databases import ON_ONE_DATABASE

FIRST_PORT, LAST_PORT = 9443, 9999
FEDERATIONS = "/api/federations"


def new_key() -> str:
    return as_pem(ec.generate_private_key(ec.SECP384R1()).public_key())


async def send(caller, method: str, path: str, json=None) -> tuple[int, dict]:
    options = {} if json is None else {"json": json}
    response = await caller.call(method, path, **options)
    return response.status_code, response.body


async def make(caller, **values) -> dict:
    status, body = await send(
        caller, "POST", FEDERATIONS, {"name": "north", "host": "10.0.0.7", **values}
    )
    assert status == 201, body
    return body


async def enrol(caller, federation: dict, name: str = "berlin", **values) -> dict:
    path = f"{FEDERATIONS}/{federation['id']}/sites"
    status, body = await send(caller, "POST", path, {"name": name, **values})
    assert status == 201, body
    return body


def heard(database, **columns) -> None:
    """Let every federation and site be heard of just now."""
    with database.write() as unit:
        unit.session.execute(update(Federation).values(seen_at=now()))
        unit.session.execute(update(FederationSite).values(last_seen_at=now(), **columns))


async def test_a_new_federation_has_an_authority_of_its_own_and_keeps_its_keys(
    member, resources, database
):
    made = await make(member)
    authority = x509.load_pem_x509_certificate(made["ca_certificate"].encode())
    folder = FederationFolder(resources.settings.home, made["id"])
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    address = f"10.0.0.7:{made['port']}"
    assert (made["state"], made["address"], made["sites"]) == ("starting", address, [])
    for secret in (folder.secret, (folder.path / "ca.key").read_text()):
        assert secret not in str(made)


async def test_every_federation_gets_a_port_of_its_own(member):
    first, second = await make(member), await make(member)
    assert FIRST_PORT <= first["port"] < second["port"] <= LAST_PORT
    chosen = next_port({first["port"], second["port"]}, FederationLimits(platform_port=8100))
    third = await make(member, port=chosen)
    assert third["port"] == chosen


@pytest.mark.parametrize("whose", ["federation's", "platform's", "program's", "nobody's"])
async def test_a_port_that_is_taken_is_refused_at_creation_and_at_a_move(member, resources, whose):
    made = await make(member)
    with socket.socket() as program:
        program.bind(("127.0.0.1", next_port({made["port"]}, FederationLimits(platform_port=8200))))
        program.listen()
        taken = {"federation's": (await make(member))["port"],
                 "platform's": resources.settings.port,
                 "program's": program.getsockname()[1],
                 "nobody's": LAST_PORT + 1}[whose]  # fmt: skip
        new = {"name": "x", "host": "h", "port": taken}
        requests = [
            ("POST", FEDERATIONS, new),
            ("PATCH", f"{FEDERATIONS}/{made['id']}", {"port": taken}),
        ]
        for method, path, body in requests:
            status, answer = await send(member, method, path, body)
            assert (status, list(answer["errors"])) == (409, ["port"])
            assert answer["detail"].startswith(f"port is {taken}, but ")


@pytest.mark.parametrize(
    ("setting", "begins"),
    [("max_own_federations", "1 federations of this owner"), ("max_federations", "1 federations")],
)
async def test_no_more_servers_run_than_may(app, member, resources, setting, begins):
    limited = replace(resources.settings, **{setting: 1})
    app.extensions["resources"] = replace(resources, settings=limited)
    first = await make(member)
    new = {"name": "x", "host": "h"}
    status, answer = await send(member, "POST", FEDERATIONS, new)
    assert (status, answer["code"]) == (409, "too_many_federations")
    assert answer["detail"].startswith(begins)
    assert (await send(member, "POST", f"{FEDERATIONS}/{first['id']}/stop"))[0] == 200
    second = await make(member)
    assert (await send(member, "POST", f"{FEDERATIONS}/{first['id']}/start"))[0] == 409
    assert (await send(member, "POST", f"{FEDERATIONS}/{second['id']}/start"))[0] == 200


@pytest.mark.parametrize("setting", ["max_own_federations", "max_federations"])
async def test_of_two_at_once_for_which_there_is_one_place_exactly_one_is_made(
    app, member, colleague, resources, setting
):
    limited = replace(resources.settings, **{setting: 1})
    app.extensions["resources"] = replace(resources, settings=limited)
    second = member if setting == "max_own_federations" else colleague
    new = {"name": "x", "host": "h"}
    answers = await asyncio.gather(
        *(send(one, "POST", FEDERATIONS, new) for one in (member, second))
    )
    assert sorted(status for status, _ in answers) == [201, 409]


async def test_two_at_once_get_ports_of_their_own(member):
    first, second = await asyncio.gather(make(member), make(member))
    assert first["port"] != second["port"]


def test_platforms_on_one_machine_begin_at_different_ports():
    begun = {
        platform: next_port((), FederationLimits(platform_port=platform))
        for platform in (8000, 8001, 8160)
    }
    assert len(set(begun.values())) == 3
    assert all(FIRST_PORT <= port <= LAST_PORT for port in begun.values())


def test_the_next_port_is_one_on_which_nothing_listens_and_that_nobody_else_has():
    limits = FederationLimits(
        platform_port=free_port()
    )  # tests beside this one begin at another place
    begin = next_port((), limits)
    with socket.socket() as program:
        program.bind(("127.0.0.1", begin))
        program.listen()
        second = next_port((), limits)
        third = next_port({second}, limits)
    assert len({begin, second, third}) == 3
    with pytest.raises(Conflict, match="is free"):
        next_port(range(FIRST_PORT, LAST_PORT + 1), limits)


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": 7}, "name"),
        ({"host": "https://x.org"}, "host"),
        ({"host": "a b"}, "host"),
        ({"host": ""}, "host"),
        ({"port": 80}, "port"),
        ({"port": 70_000}, "port"),
        ({"port": "x"}, "port"),
        ({"visibility": "public"}, "visibility"),
        ({"ca_key": "mine"}, "ca_key"),
    ],
)
async def test_a_bad_federation_is_refused_by_field(member, values, field):
    status, body = await send(member, "POST", FEDERATIONS, {"name": "north", "host": "h", **values})
    assert (status, list(body["errors"])) == (422, [field])


async def test_a_site_joins_once_with_the_key_that_it_made(member, stranger, database):
    federation = await make(member)
    invited = await enrol(member, federation, expires_in_days=30)
    assert (invited["site"]["state"], invited["token"][:4]) == ("invited", "rhs_")
    request = {"token": invited["token"], "public_key": new_key()}
    status, joined = await send(stranger, "POST", f"{FEDERATIONS}/join", request)
    assert (status, joined["site"], joined["address"]) == (200, "berlin", federation["address"])
    assert joined["ca_certificate"] == federation["ca_certificate"]
    again, body = await send(
        stranger, "POST", f"{FEDERATIONS}/join", {**request, "public_key": new_key()}
    )
    assert (again, body["code"]) == (401, "enrolment_token_refused")
    _, shown = await send(member, "GET", f"{FEDERATIONS}/{federation['id']}")
    (site,) = shown["sites"]
    assert (site["state"], len(site["fingerprint"]), site["online"]) == ("enrolled", 64, False)
    assert "token_hash" not in site
    assert "public_key" not in site


async def test_a_token_that_is_too_old_or_revoked_lets_nobody_in(member, stranger, database):
    federation = await make(member)
    old, revoked = await enrol(member, federation), await enrol(member, federation, "hamburg")
    path = f"{FEDERATIONS}/{federation['id']}/sites/{revoked['site']['id']}/revoke"
    assert (await send(member, "POST", path, {}))[0] == 200
    with database.write() as unit:
        past = now() - timedelta(seconds=1)
        unit.session.execute(update(FederationSite).values(token_expires_at=past))
    for made in (old, revoked):
        request = {"token": made["token"], "public_key": new_key()}
        assert (await send(stranger, "POST", f"{FEDERATIONS}/join", request))[0] == 401
    _, shown = await send(member, "GET", f"{FEDERATIONS}/{federation['id']}")
    assert {site["state"] for site in shown["sites"]} == {"lapsed", "revoked"}


def rsa_key() -> str:
    key = rsa.generate_private_key(65_537, 2048).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def private_key() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@ON_ONE_DATABASE
@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("nonsense", "cannot be read"),
        ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "cannot be read"),
        (rsa_key(), "another kind"),
        (private_key(), "never leaves the site"),
        ("ssh-rsa AAAA", "cannot be read"),
        ("ключ", "cannot be read"),
    ],
)
async def test_what_is_no_public_key_on_a_curve_is_refused_with_the_way_out(member, key, said):
    federation = await make(member)
    path = f"{FEDERATIONS}/{federation['id']}/sites"
    status, body = await send(member, "POST", path, {"name": "berlin", "public_key": key})
    assert status == 422
    assert said in body["detail"]
    assert list(body["errors"]) == ["public_key"]


async def test_a_key_enrols_one_site_and_never_another(member):
    federation, key = await make(member), new_key()
    first = await enrol(member, federation, public_key=key)
    path = f"{FEDERATIONS}/{federation['id']}/sites"
    assert first["token"] is None
    assert (await send(member, "POST", f"{path}/{first['site']['id']}/revoke", {}))[0] == 200
    status, body = await send(member, "POST", path, {"name": "hamburg", "public_key": key})
    assert (status, list(body["errors"])) == (409, ["public_key"])


async def test_a_name_is_free_again_when_its_site_was_revoked(member):
    federation = await make(member)
    first = await enrol(member, federation)
    path = f"{FEDERATIONS}/{federation['id']}/sites"
    assert (await send(member, "POST", path, {"name": "BERLIN"}))[0] == 409
    await send(member, "POST", f"{path}/{first['site']['id']}/revoke", {})
    assert (await send(member, "POST", path, {"name": "berlin"}))[0] == 201


async def test_a_key_can_be_lengthened_until_it_is_revoked(member, database):
    federation = await make(member)
    site = (await enrol(member, federation, public_key=new_key(), expires_in_days=1))["site"]
    heard(database, expires_at=now() - timedelta(days=1))
    path = f"{FEDERATIONS}/{federation['id']}"
    assert (await send(member, "GET", path))[1]["sites"][0]["state"] == "expired"
    assert (await send(member, "GET", path))[1]["sites_online"] == 0
    status, longer = await send(
        member, "PATCH", f"{path}/sites/{site['id']}", {"expires_in_days": 90}
    )
    assert (status, longer["state"]) == (200, "enrolled")
    await send(member, "POST", f"{path}/sites/{site['id']}/revoke", {})
    assert (await send(member, "PATCH", f"{path}/sites/{site['id']}", {"expires_in_days": 90}))[
        0
    ] == 409


async def test_a_run_needs_sites_that_are_online(member, database):
    federation = await make(member)
    body = {"dataset": "breast_cancer", "federation": federation["id"], "config": {"quorum": 2}}
    path = "/api/experiments/federated/train"
    status, answer = await send(member, "POST", path, body)
    assert (status, answer["code"]) == (409, "too_few_sites")
    assert "is just starting" in answer["detail"]
    heard(database)
    assert "has no sites yet" in (await send(member, "POST", path, body))[1]["detail"]
    for name in ("berlin", "hamburg", "munich"):
        await enrol(member, federation, name, public_key=new_key())
    assert "Only 0 of 3 sites are online" in (await send(member, "POST", path, body))[1]["detail"]
    heard(database)
    status, started = await send(member, "POST", path, body)
    assert status == 200
    _, run = await send(member, "GET", f"/api/runs/{started['run_id']}")
    assert run["config"]["num_clients"] == 3
    assert run["federation"] == {"id": federation["id"], "name": federation["name"]}
    for act in ("stop", "start"):
        answer = await send(member, "POST", f"{FEDERATIONS}/{federation['id']}/{act}", {})
        assert answer[0] == (409 if act == "stop" else 200)
    assert (await send(member, "DELETE", f"{FEDERATIONS}/{federation['id']}"))[0] == 409


DATA_CHECK = {
    "ok": True,
    "kind": "table",
    "rows": 90,
    "patients": 90,
    "features": 6,
    "classes": {"benign": 50, "malignant": 40},
    "sha256": "0" * 64,
    "message": None,
    "checked_at": None,
}


async def test_why_a_site_cannot_answer_any_more_is_shown_by_its_key(member, resources, database):
    federation = await make(member)
    names = ("berlin", "hamburg", "munich", "ulm")
    sites = [(await enrol(member, federation, n, public_key=new_key()))["site"] for n in names]
    heard(database, data_check=DATA_CHECK)
    body = {"federation": federation["id"]}
    _, started = await send(member, "POST", "/api/experiments/federated/train", body)
    taking_part = participants_of_run(database, resources.settings.home, started["run_id"])
    assert taking_part.absent() == {}
    path = f"{FEDERATIONS}/{federation['id']}/sites/{sites[0]['id']}/revoke"
    await send(member, "POST", path, {})
    await enrol(member, federation, "berlin", public_key=new_key())
    heard(database)
    changes = {"hamburg": {"expires_at": now()}, "munich": {"last_seen_at": None}}
    with database.write() as unit:
        for name, values in changes.items():
            of_site = update(FederationSite).where(FederationSite.name == name)
            unit.session.execute(of_site.values(**values))
    assert taking_part.absent() == {
        "berlin": "its key was revoked",
        "hamburg": "its key has expired",
        "munich": "the site is offline",
    }


async def test_sites_bring_their_own_rows_so_that_no_dataset_is_needed(member, database):
    federation = await make(member)
    await enrol(member, federation, public_key=new_key())
    heard(database, data_check=DATA_CHECK)
    path, body = "/api/experiments/federated/train", {"federation": federation["id"]}
    status, started = await send(member, "POST", path, body)
    assert status == 200, started
    run = f"/api/runs/{started['run_id']}"
    shown = (await send(member, "GET", run))[1]
    assert (shown["dataset"], shown["evaluated_on"]) == (None, "site_validation")
    for more in ("server-evaluation", "federated-rounds"):
        assert (await send(member, "GET", f"{run}/{more}"))[1]["evaluated_on"] == "site_validation"
    report = await member.call("GET", f"{run}/download/summary")
    assert "they are no test" in await report.get_data(as_text=True)
    skew = await send(member, "GET", f"{run}/skew")
    assert (skew[0], "on external sites" in skew[1]["detail"]) == (409, True)


async def test_a_run_without_a_dataset_says_what_is_missing_or_does_not_fit(member, database):
    federation = await make(member)
    await enrol(member, federation, public_key=new_key())
    heard(database, data_check=DATA_CHECK)
    across = {"federation": federation["id"]}
    wrong = [
        ("federated/train", {}, "dataset", "with a federation only"),
        ("federated/train", {"dataset": None}, "dataset", "with a federation only"),
        ("centralized/train", {"dataset": None}, "dataset", "null"),
        ("federated/train", {**across, "dataset": 0.5}, "dataset", "id of a dataset"),
        ("federated/train", {**across, "config": {"network": "cnn"}}, "config.network", "table"),
        ("federated/skew", across, "dataset", "Missing"),
    ]
    for path, body, field, said in wrong:
        status, answer = await send(member, "POST", f"/api/experiments/{path}", body)
        assert status == 422
        assert said in answer["errors"][field][0]
    _, answer = await send(member, "POST", "/api/studies", {"name": "a", "dataset": None})
    assert "a dataset that lies here" in answer["errors"]["dataset"][0]
    heard(database, data_check={**DATA_CHECK, "classes": {"benign": 90}})
    status, answer = await send(member, "POST", "/api/experiments/federated/train", across)
    assert (status, answer["errors"].keys()) == (422, {"dataset"})


async def test_nobody_trains_on_a_federation_that_is_not_theirs_to_see(member, colleague):
    hidden = await make(member)
    body = {"dataset": "breast_cancer", "federation": hidden["id"]}
    answers = [
        await send(
            colleague, "POST", "/api/experiments/federated/train", {**body, "federation": number}
        )
        for number in (hidden["id"], hidden["id"] + 1000)
    ]
    assert [(status, answer["code"]) for status, answer in answers] == [
        (404, "federation_not_found")
    ] * 2
    assert list(answers[0][1]["errors"]) == ["federation"]


async def test_a_deleted_federation_takes_its_keys_with_it(member, resources):
    federation = await make(member)
    folder = FederationFolder(resources.settings.home, federation["id"]).path
    assert folder.is_dir()
    assert (await send(member, "DELETE", f"{FEDERATIONS}/{federation['id']}"))[0] == 204
    assert not folder.exists()
    assert (await send(member, "GET", f"{FEDERATIONS}/{federation['id']}"))[0] == 404


async def test_starting_and_stopping_is_published(member, database):
    federation = await make(member)
    path = f"{FEDERATIONS}/{federation['id']}"
    heard(database)
    assert (await send(member, "GET", path))[1]["state"] == "running"
    assert (await send(member, "POST", f"{path}/stop", {}))[1]["state"] == "stopped"
    assert (await send(member, "POST", f"{path}/start", {}))[1]["state"] == "starting"


async def test_what_people_do_to_federations_is_in_the_audit_log(member, stranger, admin):
    federation = await make(member)
    made = await enrol(member, federation)
    await send(
        stranger, "POST", f"{FEDERATIONS}/join", {"token": made["token"], "public_key": new_key()}
    )
    _, log = await send(admin, "GET", "/api/audit")
    actions = [entry["action"] for entry in log["items"]]
    assert {"federation_created", "site_invited", "site_joined"} <= set(actions)
    assert made["token"] not in str(log)
