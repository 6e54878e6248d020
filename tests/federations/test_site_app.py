"""What a site does with a message: its own rows, its own code, and a sentence for what is wrong."""

import json
from dataclasses import asdict, fields, replace
from pathlib import Path

import numpy as np
import pytest
from flwr.app import Array, ArrayRecord, ConfigRecord, Context, Message, RecordDict
from flwr.supercore.task_identity import TaskIdentity

from app.errors import Invalid
from services.federations.domain.agreement import Offer
from services.federations.engine.columns import (
    COLUMNS,
    agreed_fit,
    fit_to_json,
    plain_fit,
    read_columns,
)
from services.federations.engine.executor import what_leaves
from services.federations.engine.facts import (
    FROZEN,
    SETUP,
    SiteFacts,
    SitePlan,
    UnreadableError,
    facts_from_bytes,
    facts_to_bytes,
)
from services.federations.engine.offers import OFFER, read_offer
from services.federations.engine.preparing import scale_of, shard_of
from services.federations.engine.run_certificate import certify_federation, certify_here
from services.federations.engine.site_app import SiteApp
from services.federations.engine.site_certificate import CERTIFICATE, read_certificate
from services.federations.engine.train import with_certificates
from services.federations.errors import ManifestRefused
from services.federations.site.folder import SiteFolder
from services.runs.training.config.config import TrainingConfig
from services.runs.training.config.field_spec import FEDERATED
from services.runs.training.data.certificate import RunCertificate
from services.runs.training.data.split import hash_of_rows
from services.runs.training.data.table import TableFit
from tests.factories import training
from tests.factories.across_sites import write_site

NODE = 2**63 + 7  # a SuperLink's numbers have 64 bits
ROUND_1 = ConfigRecord({"server-round": 1, "learning-rates": [0.01]})
CONFIG = TrainingConfig.from_mapping({**training.QUICK, "min_client_rows": 8, "batch_norm": False})
PLAN = SitePlan(
    run=1,
    site="berlin",
    config=CONFIG.as_mapping(),
    kind="table",
    classes=["class 0", "class 1"],
    features=[f"f{number}" for number in range(6)],
    image_size=None,
    color_mode="auto",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_site(tmp_path, training.table(rows=40), range(40))
    return tmp_path


@pytest.fixture
def site(folder: Path) -> SiteApp:
    TaskIdentity.task_id, TaskIdentity.run_id, TaskIdentity.node_id = 1, 1, 1
    return SiteApp(SiteFolder(folder), lambda: None)


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> SiteFacts:
    """What a site says of its rows, read once: a process of its own reads them."""
    folder = tmp_path_factory.mktemp("facts")
    write_site(folder, training.table(rows=40), range(40))
    return SiteFacts.of(query(SiteApp(SiteFolder(folder), lambda: None), PLAN), 2)


def query(site: SiteApp, plan: SitePlan, kind: str = "query", **records) -> RecordDict:
    content = RecordDict({SETUP: plan.record(), **records})
    message = Message(content, dst_node_id=NODE, message_type=kind)
    context = Context(run_id=1, node_id=NODE, node_config={}, state=RecordDict(), run_config={})
    return site(message, context).content


def scaled(facts: SiteFacts, **changes) -> SitePlan:
    mean, deviation = scale_of(plain_fit(training.table()), [facts], CONFIG)
    return replace(PLAN, class_counts=facts.class_counts, mean=mean, deviation=deviation, **changes)


GAPPY = training.gappy_table(rows=40)
GAPPY_PLAN = replace(PLAN, categories=["ward"], fills=GAPPY.fills)


@pytest.fixture
def gappy_site(tmp_path: Path) -> SiteApp:
    write_site(tmp_path, GAPPY, range(40))
    TaskIdentity.task_id, TaskIdentity.run_id, TaskIdentity.node_id = 1, 1, 1
    return SiteApp(SiteFolder(tmp_path), lambda: None)


def test_a_site_says_a_middle_and_counts_of_its_columns_before_sums(gappy_site):
    answer = query(gappy_site, GAPPY_PLAN)
    assert set(answer) == {COLUMNS}
    counts = read_columns(answer, GAPPY)
    assert set(counts.values) == {"f1"}
    assert set(counts.categories["ward"]) == {"007", "2B", "ICU"}
    fit = agreed_fit(GAPPY, [counts])
    plan = replace(GAPPY_PLAN, fit=fit_to_json(fit))
    facts = SiteFacts.of(query(gappy_site, plan), 2)
    assert facts.shape == [len(fit.inputs)] == [11]
    mean, deviation = scale_of(fit, [facts], CONFIG)
    assert (mean[6:], deviation[6:]) == ([0.0] * 5, [1.0] * 5)


def fitted_at(site: SiteApp) -> tuple[RecordDict, SiteFacts, TableFit]:
    """Return what a site with gaps answers once columns are agreed on, its facts and the fit."""
    fit = agreed_fit(GAPPY, [read_columns(query(site, GAPPY_PLAN), GAPPY)])
    answer = query(site, replace(GAPPY_PLAN, fit=fit_to_json(fit)))
    return answer, SiteFacts.of(answer, 2), fit


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> tuple[RecordDict, SiteFacts, TableFit]:
    folder = tmp_path_factory.mktemp("certified")
    TaskIdentity.task_id, TaskIdentity.run_id, TaskIdentity.node_id = 1, 1, 1
    write_site(folder, GAPPY, range(40))
    return fitted_at(SiteApp(SiteFolder(folder), lambda: None))


def fits_of_this_run(fit: TableFit) -> RunCertificate:
    empty = replace(GAPPY, x=GAPPY.x[:0], y=GAPPY.y[:0], patients=GAPPY.patients[:0])
    empty = replace(empty, categories={"ward": GAPPY.categories["ward"][:0]})
    return certify_here(training.task(FEDERATED, empty, training.QUICK), fit)


def test_a_site_reports_what_it_fitted_on_how_many_rows_and_their_hash(certified):
    answer, facts, fit = certified
    made = read_certificate(answer, facts, fits_of_this_run(fit))
    shard = shard_of(GAPPY, "berlin", CONFIG)
    cells, wards = GAPPY.x[shard.train, 1], GAPPY.categories["ward"][shard.train]
    with_value = {None: shard.train, "f1": shard.train[~np.isnan(cells)]}
    with_value["ward"] = shard.train[wards != ""]
    assert [(one["what"], one["column"], one["rows"]) for one in made["fits"]] == [
        ("scaler", None, len(shard.train)),
        ("median", "f1", len(with_value["f1"])),
        ("categories", "ward", len(with_value["ward"])),
        ("mode", "ward", len(with_value["ward"])),
    ]
    assert [one["rows_sha256"] for one in made["fits"]] == [
        hash_of_rows(facts.sha256, with_value[one["column"]]) for one in made["fits"]
    ]
    assert made["fits"][1]["value"] == pytest.approx(np.nanmedian(cells.astype(np.float64)))
    assert made["filled"]["f1"]["train"] == np.isnan(cells).sum()
    assert (made["ok"], made["leaks"]) == (True, [])
    assert not set(GAPPY.patients) & set(json.dumps(made).split('"'))


def test_a_site_of_an_earlier_release_reports_no_certificate(certified):
    answer, facts, fit = certified
    old = RecordDict({"facts": answer["facts"]})
    assert read_certificate(old, facts, fits_of_this_run(fit)) is None


def test_a_leak_is_counted_by_the_server_whatever_a_site_says_of_it(certified):
    answer, facts, fit = certified
    said = json.loads(answer[CERTIFICATE]["json"])
    said["fits"][0]["also_in_validation"] = 2
    said["shared"][0]["patients"] = 1
    content = RecordDict({CERTIFICATE: ConfigRecord({"json": json.dumps(said)})})
    made = read_certificate(content, facts, fits_of_this_run(fit))
    assert (said["ok"], made["ok"]) == (True, False)
    assert made["leaks"] == [
        "leaks: 0 shared rows and 1 shared patients between train and validation",
        "leaks: scaler fitted on 2 rows of validation and 0 rows of test",
    ]


@pytest.mark.parametrize(
    ("place", "wrong"),
    [
        (("blocks", 0, "rows"), 3),
        (("blocks", 1, "patients"), 0),
        (("blocks", 0, "patients"), True),
        (("blocks",), "many"),
        (("shared",), []),
        (("fits", 0, "rows"), -1),
        (("fits", 0, "rows"), 10**9),
        (("fits", 0, "rows_sha256"), "Jane Smith"),
        (("fits", 0, "rows_sha256"), None),
        (("fits", 0, "value"), "Jane Smith"),
        (("fits", 1, "value"), 1e300),
        (("fits", 1, "column"), "Jane Smith"),
        (("fits", 2, "value"), ["ICU", "Jane Smith"]),
        (("fits", 3, "value"), "Jane Smith"),
        (("filled",), {"Jane Smith": {}}),
        (("filled", "f1"), "all"),
        (("unseen", "ward", "train"), 10**9),
    ],
)
def test_a_certificate_that_makes_no_sense_is_refused(certified, place, wrong):
    answer, facts, fit = certified
    said = json.loads(answer[CERTIFICATE]["json"])
    inner = said
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = wrong
    content = RecordDict({CERTIFICATE: ConfigRecord({"json": json.dumps(said)})})
    with pytest.raises(ValueError, match=r"^its certificate"):
        read_certificate(content, facts, fits_of_this_run(fit))


def test_a_site_that_reports_nothing_is_unknown_in_the_certificate_of_the_run(certified):
    answer, facts, fit = certified
    here = fits_of_this_run(fit)
    known = replace(facts, site="berlin", certificate=read_certificate(answer, facts, here))
    whole = certify_federation(here, [known, replace(known, site="munich")])
    assert (whole["ok"], whole["unknown"], len(whole["sites"])) == (True, [], 2)
    assert whole["fits"][0]["rows"] == 2 * facts.train_rows
    made = certify_federation(here, [known, replace(facts, site="munich")])
    assert (made["ok"], made["unknown"]) == (None, ["munich"])
    assert [(one["site"], one["reported"]) for one in made["sites"]] == [
        ("berlin", True), ("munich", False),
    ]  # fmt: skip
    assert made["sites"][1]["fits"] == []
    assert made["blocks"][0] == {
        "block": "train", "rows": 2 * facts.train_rows, "patients": None,
    }  # fmt: skip


def test_a_checkpoint_keeps_certificates_and_one_without_gets_them_when_asked_again(certified):
    answer, facts, fit = certified
    here = fits_of_this_run(fit)
    known = replace(facts, certificate=read_certificate(answer, facts, here))
    (kept,) = facts_from_bytes(facts_to_bytes([known]))
    assert certify_federation(here, [kept])["sites"] == json.loads(
        json.dumps(certify_federation(here, [known])["sites"])
    )
    values = json.loads(facts_to_bytes([known]))
    del values[0]["certificate"]  # as an earlier release wrote it
    (old,) = facts_from_bytes(json.dumps(values).encode())
    assert old.certificate is None
    assert with_certificates([old], [known])[0].certificate == known.certificate
    assert with_certificates([old], [])[0].certificate is None


def test_a_site_offers_its_categories_and_what_it_fills(gappy_site):
    offer = read_offer(query(gappy_site, replace(PLAN, classes=[], features=[])), "berlin")
    assert (offer.categories, offer.fills) == (["ward"], {"f1": "median", "ward": "mode"})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fills": {"ward": "mode"}}, "missing values in f1, which this run does not fill"),
        ({"categories": ["ward", "town"]}, r"lacks the columns town \(categories\)"),
    ],
)
def test_a_site_that_does_not_fit_the_columns_of_a_run_says_so(gappy_site, changes, said):
    with pytest.raises(Invalid, match=said):
        query(gappy_site, replace(GAPPY_PLAN, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"values": {"f1": "high"}},
        {"values": {"f1": 1e400}},
        {"values": {"f9": 1.0}, "weights": {"f9": 1}},
        {"weights": {"f1": 0}},
        {"weights": {"f1": 10**12}},
        {"categories": {}},
        {"categories": {"ward": {"": 3}}},
        {"categories": {"ward": {"a": 1.5}}},
        {"categories": {"ward": {str(n): 1 for n in range(1001)}}},
    ],
)
def test_what_a_site_says_of_columns_is_checked(changes):
    good = {"values": {"f1": 1.5}, "weights": {"f1": 7}, "categories": {"ward": {"a": 3}}}
    content = json.dumps(good | changes)
    with pytest.raises(ValueError, match=r"its |it has over"):
        read_columns(RecordDict({COLUMNS: ConfigRecord({"json": content})}), GAPPY)


def first_layers(value: float = 0.0) -> dict[str, np.ndarray]:
    shapes = {"0.weight": (8, 6), "0.bias": (8,), "3.weight": (1, 8), "3.bias": (1,)}
    return {name: np.full(shape, value, dtype=np.float32) for name, shape in shapes.items()}


def record(arrays: dict[str, np.ndarray]) -> ArrayRecord:
    return ArrayRecord({name: Array(array) for name, array in arrays.items()})


def test_a_site_sends_counts_and_sums_and_no_row(site):
    answer = query(site, PLAN)
    facts = SiteFacts.of(answer, 2)
    assert (facts.rows, facts.patients, facts.train_rows + facts.validation_rows) == (40, 40, 40)
    assert sum(facts.class_counts) == facts.train_rows
    assert set(answer) == {"facts", CERTIFICATE}
    assert len(facts.mean) == len(facts.spread) == 6


def test_columns_and_classes_follow_the_plan_whatever_their_order_here(site):
    here = SiteFacts.of(query(site, PLAN), 2)
    turned = SiteFacts.of(query(site, replace(PLAN, features=PLAN.features[::-1])), 2)
    assert turned.mean == here.mean[::-1]
    named = replace(PLAN, classes=["none here", "class 1", "class 0"])
    counts = SiteFacts.of(query(site, named), 3).class_counts
    assert counts[0] == 0
    assert sorted(counts[1:]) == sorted(here.class_counts)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"features": ["f0", "heart rate"]}, "lacks the columns heart rate"),
        ({"classes": ["class 0", "other"]}, "has the class 'class 1'"),
        ({"kind": "images"}, "is of kind table"),
        ({"config": {**CONFIG.as_mapping(), "min_client_rows": 500}}, "has 40 rows"),
        ({"config": {"layers": 3}}, "layers"),
    ],
)
def test_a_plan_that_does_not_fit_the_data_is_refused_in_a_sentence(site, changes, said):
    with pytest.raises(Invalid, match=said):
        query(site, replace(PLAN, **changes))


def test_data_that_is_not_what_was_pinned_is_not_trained_on(site, folder):
    query(site, PLAN)
    with (folder / "site.toml").open("a") as manifest:
        manifest.write("rows = 41\n")
    with pytest.raises(ManifestRefused, match="41 rows"):
        query(site, PLAN)


def test_a_message_without_a_plan_says_that_versions_may_differ(site):
    with pytest.raises(ValueError, match="versions"):
        site(
            Message(RecordDict(), dst_node_id=NODE, message_type="query"),
            Context(run_id=1, node_id=NODE, node_config={}, state=RecordDict(), run_config={}),
        )


def test_a_server_of_another_release_is_answered_what_to_do(site):
    for other in ({"protocol": 99}, {"protocol": 2, "news": 3}):
        plan = json.loads(PLAN.record()["json"]) | other
        setup = {SETUP: ConfigRecord({"json": json.dumps(plan)})}
        message = Message(RecordDict(setup), dst_node_id=NODE, message_type="query")
        with pytest.raises(UnreadableError, match="same release"):
            site(message, None)


def test_to_an_open_query_a_site_names_classes_and_columns_and_no_value(site):
    answer = query(site, replace(PLAN, kind="", classes=[], features=[]))
    assert set(answer) == {OFFER}
    offer = read_offer(answer, "berlin")
    assert (offer.kind, offer.rows, offer.classes) == ("table", 40, ["class 0", "class 1"])
    assert offer.features == [f"f{number}" for number in range(6)]
    assert set(json.loads(answer[OFFER]["json"])) == {field.name for field in fields(Offer)}


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "sound"},
        {"rows": 0},
        {"rows": True},
        {"classes": []},
        {"classes": ["a", "a"]},
        {"classes": ["a\0", "b"]},
        {"classes": "ab"},
        {"features": []},
        {"features": [1, 2]},
        {"features": ["x" * 201]},
        {"kind": "images", "features": []},
        {"kind": "images", "features": [], "image_shape": [8, 8, 2]},
        {"kind": "images", "features": [], "image_shape": [8, 8.5, 3]},
    ],
)
def test_an_offer_that_makes_no_sense_is_refused(broken):
    good = Offer(site="b", kind="table", rows=4, classes=["a", "b"], features=["x"])
    record = ConfigRecord({"json": json.dumps(asdict(good) | broken)})
    with pytest.raises(ValueError, match=r"^its? "):
        read_offer(RecordDict({OFFER: record}), "berlin")


def test_a_fault_in_a_site_s_data_leaves_no_cell_and_no_path(site, folder):
    (folder / "data.csv").write_text("f0,Target,patientId\n1,a,1\nJane Smith,b,2\n3,a,3\n")
    with pytest.raises(ManifestRefused) as caught:
        query(site, PLAN)
    assert "Jane Smith" in str(caught.value)  # for the site's own people
    for error in (caught.value, ValueError("could not convert 'Jane Smith'"), OSError("/data/x")):
        assert not {"Jane", "/data"} & set(what_leaves(error).replace("'", " ").split())
        assert "log" in what_leaves(error)


def test_a_site_trains_at_no_rate_of_its_own(site):
    facts = SiteFacts.of(query(site, PLAN), 2)
    config = ConfigRecord({"server-round": 1})
    with pytest.raises(ValueError, match="no learning-rates for 1 local epochs"):
        query(site, scaled(facts), "train", arrays=record(first_layers()), config=config)


def test_weights_that_nobody_trains_come_from_the_server_and_do_not_go_back(site):
    facts = SiteFacts.of(query(site, PLAN), 2)
    frozen = {**CONFIG.as_mapping(), "freeze_backbone": True, "fine_tune_layers_count": 0}
    layers = first_layers()
    config = ROUND_1
    answers = []
    for value in (0.0, 1.0):
        sent = {
            "arrays": record({name: layers[name] for name in ("3.weight", "3.bias")}),
            FROZEN: record({name: layers[name] + value for name in ("0.weight", "0.bias")}),
        }
        answers.append(query(site, scaled(facts, config=frozen), "train", config=config, **sent))
    assert set(answers[0]["arrays"]) == {"3.weight", "3.bias"}
    update = [one["arrays"]["3.weight"].numpy() for one in answers]
    assert not np.allclose(update[0], update[1])


def test_a_site_trains_and_measures_on_its_own_rows(site):
    facts = SiteFacts.of(query(site, PLAN), 2)
    sent = {"arrays": record(first_layers(0.1)), "config": ROUND_1}
    trained = query(site, scaled(facts, seconds=60.0), "train", **sent)
    measured = query(site, scaled(facts), "evaluate", **sent)
    assert trained["metrics"]["num-examples"] == facts.train_rows
    assert measured["metrics"]["num-examples"] == facts.validation_rows


def test_a_site_gives_up_after_the_seconds_that_the_server_has_left(site):
    facts = SiteFacts.of(query(site, PLAN), 2)
    sent = {"arrays": record(first_layers()), "config": ROUND_1}
    with pytest.raises(RuntimeError, match="of the round"):
        query(site, scaled(facts, seconds=1e-9), "train", **sent)


@pytest.mark.parametrize(
    "broken",
    [
        {"train_rows": 3},
        {"rows": -1},
        {"rows": 2.5},
        {"class_counts": [1]},
        {"spread": [-1.0] * 6},
        {"mean": ["x"] * 6},
        {"mean": [0.0] * 5, "spread": [1.0] * 5},
        {"shape": []},
        {"rows": 10**12, "train_rows": 10**12, "class_counts": [10**12, 0]},
        {"sha256": 7},
    ],
)
def test_facts_that_make_no_sense_are_refused(facts, broken):
    nonsense = replace(facts, **broken)
    with pytest.raises((ValueError, TypeError)):
        SiteFacts.of(RecordDict({"facts": nonsense.record()}), 2)
